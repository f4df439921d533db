// A workflow actor for tests, with the messages doors and instances send it.

import type { Plain, PlainObject } from '../../../cluster/core/plain.ts';
import { fixed } from '../../../src/definition/attribute.ts';
import { NO_PARAMS } from '../../../src/definition/param-definition.ts';
import { problem } from '../../../src/definition/problem.ts';
import type { EndStatus } from '../../../src/instance/message.ts';
import { workflowKind } from '../../../src/workflow/kind.ts';
import type { PushMessage, StartMessage } from '../../../src/workflow/message.ts';
import type { StartDefinition } from '../../../src/workflow/run-params.ts';
import { definitions } from '../param/definitions.ts';
import { PROGRAMS } from '../param/evaluations.ts';
import { ActorHarness, type HarnessOptions, type Turns } from '../../support/actor-harness.ts';

export const WORKFLOW = 'daily.report';

const DAY = fixed(86_400_000);
const PLAIN: StartDefinition = { params: NO_PARAMS, tags: [], timeout: DAY };

/** A definition with parameters and a tag. */
export const COMPUTED: StartDefinition = {
  params: definitions({
    n: { value: 1, type: 'LONG' },
    twice: { expression: 'n * 2', type: 'LONG' },
    fixed: { value: 'x', type: 'STRING', mode: 'CONSTANT' },
  }),
  tags: [{ name: 'fixed' }],
  timeout: DAY,
};

/** A definition whose timeout is a parameter, `hours`. */
const TIMED: StartDefinition = {
  params: definitions({ hours: { value: 2, type: 'LONG' } }),
  tags: [],
  timeout: {
    kind: 'written',
    path: 'timeout',
    texts: ['${hours}h'],
    read: ([text = '']) =>
      text === '0h'
        ? { kind: 'refused', problem: problem('timeout', 'be more than 0', text) }
        : { kind: 'value', value: Number.parseInt(text, 10) * 3_600_000 },
  },
};

const FACTS: ReadonlyMap<string, StartDefinition> = new Map([
  ...['d1', 'd2', 'd3'].map((hash) => [hash, PLAIN] as const),
  ['computed', COMPUTED],
  ['timed', TIMED],
]);

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
    const kind = workflowKind<StartDefinition>({ environment: 'test', programs: PROGRAMS });
    this.harness = ActorHarness.of(kind, WORKFLOW, { facts: FACTS, ...options });
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

/** Run parameters that take more than a turn may spend. */
export function costlyParams(): PlainObject {
  const sum = Array.from({ length: 1_000 }, () => '1').join(' + ');
  const names = Array.from({ length: 30 }, (_, index) => `sum${index}`);
  return Object.fromEntries(names.map((name) => [name, { expression: sum, type: 'LONG' }]));
}

/** The value of a `found` answer. */
export function found(answer: PlainObject): PlainObject {
  if (answer['kind'] !== 'found') throw new Error(`not found: ${JSON.stringify(answer)}`);
  return answer['value'] as PlainObject;
}
