// The way to a node: one client per service, and calls as promises.

import { userInfo } from 'node:os';
import {
  type ClientUnaryCall,
  type CallOptions,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Command } from 'commander';
import { ClusterServiceClient } from '../../proto/gen/baton/v1/cluster.ts';
import { InstanceServiceClient } from '../../proto/gen/baton/v1/instance.ts';
import { StepServiceClient } from '../../proto/gen/baton/v1/step.ts';
import { WorkflowServiceClient } from '../../proto/gen/baton/v1/workflow.ts';
import { callFailure, CommandFailure, EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_ADDRESS = '127.0.0.1:9080';
const MESSAGE_BYTES = 64 * 1024 * 1024;
const DEFAULT_SECONDS = 30;

/** A method of a generated client, as it is called here. */
type Method<Request, Answer> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, answer: Answer) => void,
) => ClientUnaryCall;

export class Connection {
  readonly address: string;
  /** Who calls. */
  readonly user: string;
  readonly workflows: WorkflowServiceClient;
  readonly instances: InstanceServiceClient;
  readonly steps: StepServiceClient;
  readonly cluster: ClusterServiceClient;

  constructor(address: string, user: string) {
    const options = { 'grpc.max_receive_message_length': MESSAGE_BYTES };
    this.address = address;
    this.user = user;
    this.workflows = new WorkflowServiceClient(address, credentials.createInsecure(), options);
    this.instances = new InstanceServiceClient(address, credentials.createInsecure(), options);
    this.steps = new StepServiceClient(address, credentials.createInsecure(), options);
    this.cluster = new ClusterServiceClient(address, credentials.createInsecure(), options);
  }

  /** Calls a method. Rejects with a CommandFailure. */
  call<Request, Answer>(
    method: Method<Request, Answer>,
    request: Request,
    seconds = DEFAULT_SECONDS,
  ): Promise<Answer> {
    const deadline = Date.now() + seconds * 1000;
    return new Promise((resolve, reject) => {
      method(request, new Metadata(), { deadline }, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(callFailure(error, this.address));
      });
    });
  }

  close(): void {
    this.workflows.close();
    this.instances.close();
    this.steps.close();
    this.cluster.close();
  }
}

/** Adds the options with which every command that talks to a node finds it. */
export function addressed(command: Command): Command {
  return command
    .option('--address <host:port>', `the node (BATON_ADDRESS; default ${DEFAULT_ADDRESS})`)
    .option('--user <name>', 'who calls (BATON_USER; default: the user of this system)');
}

export interface AddressOptions {
  readonly address?: string;
  readonly user?: string;
}

/** Does something with a connection and closes it. */
export async function connected<Result>(
  terminal: Terminal,
  options: AddressOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const address = options.address ?? terminal.environment['BATON_ADDRESS'] ?? DEFAULT_ADDRESS;
  const user = options.user ?? terminal.environment['BATON_USER'] ?? userInfo().username;
  const connection = new Connection(address, user);
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

/** Reads a whole number from 1 of the command line. @param name as the help calls it */
export function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new CommandFailure(EXIT.usage, `${name} must be a whole number from 1, but is "${text}"`);
}
