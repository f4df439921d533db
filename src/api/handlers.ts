// The handler set behind all doors.

import type { Sender } from '../../cluster/port/sender.ts';
import { Actors } from './actors.ts';
import { type InstanceTools, instanceHandlers, stepHandlers } from './instance-handlers.ts';
import type { Services } from './service.ts';
import { type PushTools, workflowHandlers } from './workflow-handlers.ts';

export interface HandlerOptions extends PushTools, InstanceTools {
  readonly sender: Sender;
}

export function createServices(options: HandlerOptions): Services {
  const actors = new Actors(options.sender);
  return {
    workflow: workflowHandlers(actors, options),
    instance: instanceHandlers(actors, options),
    step: stepHandlers(actors, options),
    monotonicMs: () => options.clock.monotonicMs(),
    wallMs: () => options.clock.wallMs(),
  };
}
