// The handler set behind all doors.

import { type ParamDefinitions, parseParamDefinitions } from '../definition/param-definition.ts';
import type { Problem } from '../definition/problem.ts';
import type { Administration } from '../../cluster/port/administration.ts';
import type { Sender } from '../../cluster/port/sender.ts';
import { Actors } from './actors.ts';
import { clusterHandlers } from './cluster-handlers.ts';
import { type InstanceTools, instanceHandlers, stepHandlers } from './instance-handlers.ts';
import type { CheckedExpression, Services } from './service.ts';
import { type PushTools, refuseProblems, workflowHandlers } from './workflow-handlers.ts';

export interface HandlerOptions extends PushTools, InstanceTools {
  readonly sender: Sender;
  readonly administration: Administration;
  /** The member that answers. */
  readonly member: string;
  /** Compiles an expression and evaluates it with some parameters. */
  readonly checkExpression: (
    source: string,
    params: ParamDefinitions,
  ) => Promise<CheckedExpression>;
}

async function checkExpression(
  source: string,
  params: unknown,
  tools: HandlerOptions,
): Promise<CheckedExpression> {
  const problems: Problem[] = [];
  const definitions = parseParamDefinitions(params, 'params', problems);
  refuseProblems('the parameters are not valid', problems);
  return tools.checkExpression(source, definitions);
}

export function createServices(options: HandlerOptions): Services {
  const actors = new Actors(options.sender);
  return {
    cluster: clusterHandlers(options.administration, options.member),
    workflow: workflowHandlers(actors, options),
    instance: instanceHandlers(actors, options),
    step: stepHandlers(actors, options),
    expression: { check: (source, params) => checkExpression(source, params, options) },
    monotonicMs: () => options.clock.monotonicMs(),
    wallMs: () => options.clock.wallMs(),
  };
}
