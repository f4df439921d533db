// The health service (grpc.health.v1): SERVING from the first call on, NOT_SERVING from the moment a close begins, so that
// whoever balances load goes elsewhere while running calls are still answered.

import {
  status,
  type sendUnaryData,
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthService,
} from '../../../proto/gen/grpc/health/v1/health.ts';

type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

/** Adds the health service. @returns what announces the end of service, to be called once */
export function addHealth(server: Server, services: readonly string[]): () => void {
  const known = new Set(['', ...services]);
  const watchers = new Set<Watcher>();
  let current: HealthCheckResponse = { status: ServingStatus.SERVING };
  server.addService(HealthService, {
    check(
      { request }: ServerUnaryCall<HealthCheckRequest, HealthCheckResponse>,
      respond: sendUnaryData<HealthCheckResponse>,
    ) {
      if (known.has(request.service)) respond(null, current);
      else respond({ code: status.NOT_FOUND, details: `there is no service ${request.service}` });
    },
    watch(call: Watcher) {
      if (!known.has(request(call))) {
        call.write({ status: ServingStatus.SERVICE_UNKNOWN });
        return;
      }
      call.write(current);
      watchers.add(call);
      call.on('cancelled', () => watchers.delete(call));
    },
  });
  return () => {
    current = { status: ServingStatus.NOT_SERVING };
    for (const call of watchers) {
      call.write(current);
      call.end();
    }
    watchers.clear();
  };
}

const request = (call: Watcher): string => call.request.service;
