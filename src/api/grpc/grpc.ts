// The gRPC door of a node: the services of baton.v1, health and reflection, on one port.
//
// A close first tells health watchers, then lets calls end for GRACE_MS, then cuts what is left: streams have no end of
// their own.

import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js';
import type { Alarms } from '../../../cluster/port/alarms.ts';
import { ClusterServiceService } from '../../../proto/gen/baton/v1/cluster.ts';
import { ExpressionServiceService } from '../../../proto/gen/baton/v1/expression.ts';
import { InstanceServiceService } from '../../../proto/gen/baton/v1/instance.ts';
import { StepServiceService } from '../../../proto/gen/baton/v1/step.ts';
import { WorkflowServiceService } from '../../../proto/gen/baton/v1/workflow.ts';
import type { Door } from './calls.ts';
import { clusterService } from './cluster-service.ts';
import { expressionService } from './expression-service.ts';
import { addHealth } from './health.ts';
import { instanceService } from './instance-service.ts';
import { addReflection } from './reflection.ts';
import { stepService } from './step-service.ts';
import { workflowService } from './workflow-service.ts';

export interface GrpcOptions extends Door {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly alarms: Alarms;
}

export interface GrpcDoor {
  readonly port: number;
  close(): Promise<void>;
}

const MESSAGE_BYTES = 16 * 1024 * 1024;
const GRACE_MS = 2_000;
const NAMES = [
  'baton.v1.WorkflowService',
  'baton.v1.InstanceService',
  'baton.v1.StepService',
  'baton.v1.ExpressionService',
  'baton.v1.ClusterService',
];

/** Opens the door. Rejects when the address cannot be had. */
export async function startGrpc(options: GrpcOptions): Promise<GrpcDoor> {
  // The library prints errors that it also hands over; the node's log is the only one.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    // Without it two nodes would share a port, and callers would reach either.
    'grpc.so_reuseport': 0,
  });
  server.addService(WorkflowServiceService, workflowService(options));
  server.addService(InstanceServiceService, instanceService(options));
  server.addService(StepServiceService, stepService(options));
  server.addService(ExpressionServiceService, expressionService(options));
  server.addService(ClusterServiceService, clusterService(options));
  addReflection(server);
  const announceEnd = addHealth(server, NAMES);
  const port = await bind(server, options.host, options.port);
  return {
    port,
    close() {
      announceEnd();
      return close(server, options.alarms);
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

function close(server: Server, alarms: Alarms): Promise<void> {
  return new Promise((resolve) => {
    const cancel = alarms.after(GRACE_MS, () => {
      server.forceShutdown();
      resolve();
    });
    server.tryShutdown(() => {
      cancel();
      resolve();
    });
  });
}
