// Workflows and their instances together, as actors that send to one another in order, without a cluster around them.

import { addressText } from '../../cluster/core/address.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { Reply, Send } from '../../cluster/core/reduction.ts';
import { eraseKind, type AnyActorKind } from '../../cluster/port/actor-kind.ts';
import { instanceCodec } from '../../src/instance/codec.ts';
import { ADVANCE_LIMIT, instanceKind } from '../../src/instance/kind.ts';
import type { RunDefinition } from '../../src/instance/run-definition.ts';
import { STEP_STATUSES } from '../../src/instance/status.ts';
import { workflowKind } from '../../src/workflow/kind.ts';
import type { StartMessage } from '../../src/workflow/message.ts';
import type { StartDefinition } from '../../src/workflow/run-params.ts';
import { PROGRAMS } from '../unit/param/evaluations.ts';
import { ActorHarness, type Turns } from './actor-harness.ts';

type Definition = RunDefinition & StartDefinition;

const WORKFLOW = 'w';

export class EngineWorld {
  nowMs = 1_000_000;
  readonly #actors = new Map<string, ActorHarness>();
  readonly #facts: ReadonlyMap<string, Definition>;
  readonly #kinds: { readonly [kind: string]: AnyActorKind };
  readonly #answers = new Map<string, PlainObject>();
  readonly #timers = new Map<
    string,
    { readonly actor: string; readonly name: string; readonly dueAtMs: number }
  >();
  #asks = 0;

  /** A world with one workflow that has a version and an owner. */
  constructor(definition: RunDefinition, properties: PlainObject = {}) {
    this.#facts = new Map([['d', { ...definition, tags: [] }]]);
    const shared = { environment: 'test', programs: PROGRAMS };
    this.#kinds = {
      workflow: eraseKind(workflowKind<Definition>(shared)),
      instance: eraseKind(
        instanceKind<Definition>({
          ...shared,
          lanes: 1,
          advanceLimit: ADVANCE_LIMIT,
          retentionMs: undefined,
        }),
      ),
    };
    this.ask(WORKFLOW_ADDRESS, {
      kind: 'push',
      definition: 'd',
      properties: { owner: 'ada', ...properties },
      is_active: true,
      metadata: {},
      author: 'ada',
    });
  }

  start(message: Partial<StartMessage> = {}): PlainObject | undefined {
    const id = String(++this.#asks).padStart(12, '0');
    const start: StartMessage = {
      kind: 'start',
      version: 'active',
      request_id: `00000000-0000-4000-a000-${id}`,
      request_time: this.nowMs,
      initiator: { type: 'MANUAL', user: 'ada' },
      run_params: {},
      runtime_tags: [],
      artifacts: {},
      persist_failed_run: false,
      await_end: false,
      ...message,
    };
    return this.ask(WORKFLOW_ADDRESS, { ...start });
  }

  /** Sends to the workflow. */
  command(message: PlainObject): PlainObject | undefined {
    return this.ask(WORKFLOW_ADDRESS, message);
  }

  /** Delivers a message and all that follows from it. @returns the answer, if it has come */
  ask(to: Send['to'], message: PlainObject): PlainObject | undefined {
    const ask = ++this.#asks;
    this.#run([{ to, message, replyTo: { node: 'test', ask } }]);
    return this.#answers.get(String(ask));
  }

  /** Lets time go to the next timer. @returns false when there is none */
  fireNext(): boolean {
    const [next] = [...this.#timers].sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs);
    if (next === undefined) return false;
    const [key, { actor, name, dueAtMs }] = next;
    this.#timers.delete(key);
    this.nowMs = Math.max(this.nowMs, dueAtMs);
    const harness = this.#actors.get(actor);
    if (harness === undefined) throw new Error(`${actor} has a timer but does not exist`);
    harness.nowMs = this.nowMs;
    this.#run(this.#took(actor, harness.deliver({ kind: 'timer', name, dueAtMs })));
    return true;
  }

  /** Statuses of the instances by number; an instance that is gone is left out. */
  get statuses(): string[] {
    const statuses: string[] = [];
    for (const [text, { head }] of this.#actors) {
      if (text.startsWith('instance/') && head !== undefined) {
        statuses.push(instanceCodec.decodeHead(head, 1).status);
      }
    }
    return statuses;
  }

  /** Steps in a status, over all instances. */
  stepsIn(status: (typeof STEP_STATUSES)[number]): number {
    let steps = 0;
    for (const [text, { head }] of this.#actors) {
      if (!text.startsWith('instance/') || head === undefined) continue;
      steps += instanceCodec.decodeHead(head, 1).counts[STEP_STATUSES.indexOf(status)] ?? 0;
    }
    return steps;
  }

  #run(sends: readonly Send[]): void {
    const waiting = [...sends];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const text = addressText(next.to);
      const { message, replyTo } = next;
      const turns = this.#actor(next.to, text).deliver({ kind: 'message', message, replyTo });
      waiting.push(...this.#took(text, turns));
    }
  }

  #took(actor: string, turns: Turns): readonly Send[] {
    for (const { kind, name, dueAtMs } of turns.timers) {
      const key = `${actor} ${name} ${dueAtMs}`;
      if (kind === 'arm') this.#timers.set(key, { actor, name, dueAtMs });
      else if (!this.#timers.delete(key)) throw new Error(`${key} is not armed`);
    }
    for (const { to, value } of turns.replies satisfies readonly Reply[]) {
      this.#answers.set(String(to.ask), value);
    }
    return turns.sends;
  }

  #actor(to: Send['to'], text: string): ActorHarness {
    const known = this.#actors.get(text);
    const kind = this.#kinds[to.kind];
    if (kind === undefined) throw new Error(`there is no kind ${to.kind}`);
    const harness = known ?? new ActorHarness(kind, to.key, { facts: this.#facts });
    harness.nowMs = this.nowMs;
    this.#actors.set(text, harness);
    return harness;
  }
}

const WORKFLOW_ADDRESS = { kind: 'workflow', key: WORKFLOW };
