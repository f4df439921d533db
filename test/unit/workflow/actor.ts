// A workflow actor for tests, with the messages doors and instances send it.

import type { Plain, PlainObject } from '../../../cluster/core/plain.ts';
import type { EndStatus } from '../../../src/instance/message.ts';
import { workflowKind } from '../../../src/workflow/kind.ts';
import type { PushMessage, StartMessage } from '../../../src/workflow/message.ts';
import type { RunParamsPreparer } from '../../../src/workflow/run-params.ts';
import { ActorHarness, type HarnessOptions, type Turns } from '../../support/actor-harness.ts';

export const WORKFLOW = 'daily.report';

/** Takes run parameters as they are; those named `wrong` are refused, those named `slow` need a worker. */
export const plainParams: RunParamsPreparer<unknown> = {
  prepare: ({ start }) => {
    if (start.run_params['wrong'] !== undefined) {
      return {
        kind: 'refused',
        problems: [{ path: 'run_params.wrong', rule: 'be right', found: 'number 1' }],
      };
    }
    if (start.run_params['slow'] !== undefined) {
      return { kind: 'later', request: { slow: start.run_params['slow'] } };
    }
    return { kind: 'ready', params: start.run_params };
  },
  evaluated: (results) => ({ kind: 'ready', params: results }),
};

export function uuid(number: number): string {
  return `00000000-0000-4000-a000-${String(number).padStart(12, '0')}`;
}

/** Sends of a turn by target and kind of message: `3 run`. */
export function told({ sends }: Turns): string[] {
  return sends.map(({ to, message }) => {
    const id = to.key.slice(to.key.lastIndexOf(':') + 1);
    const ends = message['ends_as'] as PlainObject | undefined;
    const runs = message['kind'] === 'create' && message['run'] === true ? '+run' : '';
    return `${id} ${String(message['kind'])}${runs}${ends === undefined ? '' : ` ${String(ends['status'])}`}`;
  });
}

export class WorkflowActor {
  readonly harness: ActorHarness;
  #requests = 0;

  constructor(options: HarnessOptions = {}) {
    const facts = new Map<string, unknown>([1, 2, 3, 4, 5].map((n) => [`d${n}`, {}]));
    const kind = workflowKind({ runParams: plainParams });
    this.harness = ActorHarness.of(kind, WORKFLOW, { facts, ...options });
  }

  /** A workflow with one version and a run strategy. */
  static with(strategy: Plain, options: HarnessOptions = {}): WorkflowActor {
    const actor = new WorkflowActor(options);
    actor.push({ properties: { owner: 'ada', run_strategy: strategy } });
    return actor;
  }

  push(message: Partial<PushMessage> = {}): PlainObject | undefined {
    return this.harness.ask({
      kind: 'push',
      definition: 'd1',
      properties: { owner: 'ada' },
      is_active: true,
      metadata: {},
      author: 'ada',
      ...message,
    }).answer;
  }

  /** A start with a request id of its own unless one is given. */
  start(message: Partial<StartMessage> = {}): ReturnType<ActorHarness['ask']> {
    return this.harness.ask(startMessage({ request_id: uuid(++this.#requests), ...message }));
  }

  ended(instance: number, status: EndStatus = 'SUCCEEDED'): Turns {
    return this.harness.tell({ kind: 'ended', instance_id: instance, run_id: 1, status });
  }

  overview(): PlainObject {
    return found(this.harness.read({ kind: 'overview' }));
  }

  definition(version: string): PlainObject {
    return this.harness.read({ kind: 'definition', version });
  }
}

export function startMessage(message: Partial<StartMessage> = {}): StartMessage {
  return {
    kind: 'start',
    version: 'default',
    request_id: uuid(0),
    request_time: 900_000,
    initiator: { type: 'MANUAL', user: 'ada' },
    run_params: {},
    runtime_tags: [],
    artifacts: {},
    persist_failed_run: false,
    await_end: false,
    ...message,
  };
}

/** The value of a `found` answer. */
export function found(answer: PlainObject): PlainObject {
  if (answer['kind'] !== 'found') throw new Error(`not found: ${JSON.stringify(answer)}`);
  return answer['value'] as PlainObject;
}
