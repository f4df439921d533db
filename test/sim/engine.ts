// The workload of the engine: workflows with random graphs and run strategies, started by clients that repeat themselves.
//
// How an attempt of a step ends is a function of the instance, the step and the attempt, so the naive run (naive-run.ts)
// knows how every instance must end, whatever the node went through.
//
//   3   A start that was acknowledged is one instance, and every repeat was answered with the same one.
//   5   Every instance ends as the naive run of its graph does: the same status and attempt for every step.
//   7   A SEQUENTIAL workflow never has two instances under way: they end in their order.
//   8   What a node answers is what its rows say.

import type { PlainObject } from '../../cluster/core/plain.ts';
import { hash64 } from '../../cluster/core/hash.ts';
import { eraseKind } from '../../cluster/port/actor-kind.ts';
import type { CommittedEffect, ReportOutcome } from '../../cluster/port/effects.ts';
import type { LaunchEffect } from '../../src/effect.ts';
import { instanceKind } from '../../src/instance/kind.ts';
import type { RunDefinition } from '../../src/instance/run-definition.ts';
import { instanceCodec } from '../../src/instance/codec.ts';
import { BLOCK_SIZE } from '../../src/instance/state.ts';
import { isOpen } from '../../src/instance/status.ts';
import { ProgramCache } from '../../src/param/program-cache.ts';
import { selLanguage } from '../../src/param/sel-language.ts';
import { workflowKind } from '../../src/workflow/kind.ts';
import type { StartDefinition } from '../../src/workflow/run-params.ts';
import { graph, type StepText } from '../support/graph.ts';
import { NaiveRun, type NaiveState, UNMET } from '../support/naive-run.ts';
import type { MakeWorkload, World } from './simulation.ts';
import type { Workload } from './workload.ts';

type Definition = RunDefinition & StartDefinition;
type Texts = { readonly [id: string]: StepText };

const WORKFLOWS = 3;
const OUTCOMES: readonly NaiveState[] = [
  'DONE',
  'DONE',
  'DONE',
  'USER_ERROR',
  'PLATFORM_ERROR',
  'FATAL_ERROR',
];

export const engine: MakeWorkload = (world) => new Engine(world);

/** How an attempt ends. */
function outcomeOf(instance: string, stepId: string, attempt: number): NaiveState {
  const { low } = hash64(`${instance}/${stepId}/${attempt}`);
  return OUTCOMES[low % OUTCOMES.length] ?? 'DONE';
}

class Engine implements Workload {
  readonly kinds;
  readonly #world: World;
  readonly #graphs: Texts[] = [];
  readonly #definitions: Definition[] = [];
  readonly #sequential: boolean[] = [];
  /** Request ids that were acknowledged, and the instance each was answered with. */
  readonly #instances = new Map<string, string>();
  #pushed = 0;
  #requests = 0;
  #answered = 0;

  constructor(world: World) {
    this.#world = world;
    const shared = { environment: 'sim', programs: new ProgramCache(selLanguage()) };
    const advanceLimit = 1 + world.random.below(8);
    this.kinds = [
      eraseKind(workflowKind<Definition>(shared)),
      eraseKind(
        instanceKind<Definition>({
          ...shared,
          lanes: world.lanes,
          advanceLimit,
          retentionMs: undefined,
        }),
      ),
    ];
    for (let workflow = 0; workflow < WORKFLOWS; workflow++) {
      const texts = this.#randomGraph();
      this.#graphs.push(texts);
      this.#definitions.push({ ...graph(texts), tags: [] });
      this.#sequential.push(world.random.chance(0.5));
    }
  }

  fact(text: string): Definition | undefined {
    return this.#definitions[Number(text)];
  }

  /** Steps lead to later ones only. */
  #randomGraph(): Texts {
    const { random } = this.#world;
    const count = 1 + random.below(12);
    const pick = <Value>(values: readonly Value[]): Value | undefined =>
      values[random.below(values.length)];
    const texts: { [id: string]: StepText } = {};
    for (let index = 0; index < count; index++) {
      const to = new Map<string, string>();
      for (let edge = random.below(4); edge > 0; edge--) {
        const next = index + 1 + random.below(4);
        if (next < count) to.set(`s${next}`, pick(['true', 'true', '2 > 1', UNMET]) ?? 'true');
      }
      texts[`s${index}`] = {
        type: pick(['NoOp', 'NoOp', 'Shell', 'Shell', 'Sleep']) ?? 'NoOp',
        failureMode: pick(['FAIL_AFTER_RUNNING', 'IGNORE_FAILURE'] as const) ?? 'IGNORE_FAILURE',
        retries: [random.below(3), random.below(2), 0],
        to: [...to].map(([id, condition]) => `${id} if ${condition}`),
      };
    }
    return texts;
  }

  begin(): void {
    for (let workflow = 0; workflow < WORKFLOWS; workflow++) this.#push(workflow);
  }

  #push(workflow: number): void {
    const hash = `d${workflow}`;
    const rule = this.#sequential[workflow] === true ? 'SEQUENTIAL' : 'PARALLEL';
    const message = (): PlainObject => ({
      kind: 'push',
      definition: hash,
      properties: { owner: 'sim', run_strategy: rule },
      is_active: true,
      metadata: {},
      author: 'sim',
    });
    this.#world.putFact(hash, String(workflow), () => {
      const request = { kind: 'workflow', key: `w${workflow}`, message, requestId: `push-${hash}` };
      this.#world.ask(request, (answer) => {
        if (answer['kind'] === 'refused') this.#world.break(`push: ${String(answer['message'])}`);
        this.#pushed++;
        this.#startClients(workflow);
      });
    });
  }

  #startClients(workflow: number): void {
    const { random, time } = this.#world;
    const count = (this.#world.isCluster ? 4 : 1) + random.below(6);
    for (let start = 0; start < count; start++) {
      const id = `r${workflow}-${start}`;
      const awaitEnd = random.chance(0.3);
      this.#requests++;
      time.after(random.next() * this.#world.workMs, () => {
        this.#start(workflow, id, awaitEnd, true);
        if (random.chance(0.4)) this.#start(workflow, id, false, false);
      });
    }
  }

  #start(workflow: number, id: string, awaitEnd: boolean, counts: boolean): void {
    const message = (): PlainObject => ({
      kind: 'start',
      version: 'latest',
      request_id: id,
      request_time: this.#world.time.wallMs(),
      initiator: { type: 'MANUAL', user: 'sim' },
      run_params: {},
      runtime_tags: [],
      artifacts: {},
      persist_failed_run: false,
      await_end: awaitEnd,
    });
    // Who waits for an end is patient: an instance keeps a place for each of a limited number of them.
    const patience = awaitEnd ? { patienceMs: 600_000 } : {};
    const request = { kind: 'workflow', key: `w${workflow}`, message, ...patience };
    this.#world.ask(request, (answer) => {
      if (answer['kind'] === 'refused') {
        this.#world.break(`3: ${id} was refused: ${String(answer['message'])}`);
        return;
      }
      const instance = `w${workflow}:${String(answer['workflow_instance_id'])}`;
      const known = this.#instances.get(id) ?? instance;
      this.#world.trace(`${id} is ${instance}`);
      if (known !== instance) this.#world.break(`3: ${id} is ${known} and ${instance}`);
      this.#instances.set(id, instance);
      if (counts) this.#answered++;
    });
  }

  runEffect({ effect }: CommittedEffect, report: ReportOutcome): void {
    const { random, time } = this.#world;
    const { token } = effect as unknown as LaunchEffect;
    const instance = `${token.workflow_id}:${token.workflow_instance_id}`;
    const state = outcomeOf(instance, token.step_id, token.step_attempt_id);
    time.after(random.next() * 200, () => report({ kind: 'started' }));
    time.after(200 + random.next() * 3_000, () => report({ kind: 'ended', state }));
  }

  isDone(): boolean {
    return this.#pushed === WORKFLOWS && this.#answered === this.#requests;
  }

  async check(): Promise<void> {
    const world = this.#world;
    if (this.#answered !== this.#requests) {
      world.break(`11: ${this.#requests - this.#answered} starts were never answered`);
    }
    if (new Set(this.#instances.values()).size !== this.#instances.size) {
      world.break('3: two request ids share an instance');
    }
    for (const instance of this.#instances.values()) await this.#checkInstance(instance);
    for (let workflow = 0; workflow < WORKFLOWS; workflow++) await this.#checkWorkflow(workflow);
    await this.#checkDeletion(this.#world.random.below(WORKFLOWS));
  }

  /** A deleted workflow leaves its counter, and nothing else. */
  async #checkDeletion(workflow: number): Promise<void> {
    const key = `w${workflow}`;
    const message = (): PlainObject => ({ kind: 'delete', author: 'sim' });
    this.#world.ask({ kind: 'workflow', key, message, requestId: `delete-${key}` }, (answer) => {
      if (answer['kind'] === 'refused')
        this.#world.break(`${key} cannot be deleted: ${String(answer['message'])}`);
    });
    await this.#world.pass(60_000);
    const left = [...this.#world.rowsWith(`/${key}/`), ...this.#world.rowsWith(`/${key}:`)].filter(
      // The journal of a workflow outlives it, like the counter of its instances.
      (row) => !row.startsWith('j/workflow/'),
    );
    if (left.length > 0) this.#world.break(`6: ${key} was deleted and left ${left.join(', ')}`);
  }

  async #checkInstance(instance: string): Promise<void> {
    const answer = await this.#world.read('instance', instance, { kind: 'run' });
    const value = answer['value'] as PlainObject | undefined;
    if (value === undefined) {
      this.#world.break(`3: ${instance} was acknowledged and is lost`);
      return;
    }
    const workflow = Number(instance.slice(1).split(':')[0]);
    const naive = this.#naiveRun(instance, this.#graphs[workflow] ?? {});
    if (value['status'] !== naive.status) {
      this.#world.break(`5: ${instance} is ${String(value['status'])}, not ${naive.status}`);
    }
    const found = wholeOf(value, Object.keys(this.#graphs[workflow] ?? {}));
    const expected = [...naive.steps]
      .filter(([, { attempt }]) => attempt > 0)
      .map(([id, { status, attempt }]) => `${id} ${status} #${attempt}`)
      .join(', ');
    if (found !== expected) this.#world.break(`5: ${instance} is ${found}, not ${expected}`);
  }

  #naiveRun(instance: string, texts: Texts): NaiveRun {
    const naive = new NaiveRun(texts);
    for (;;) {
      const open = [...naive.steps].find(([, { status }]) => isOpen(status));
      if (open === undefined) return naive;
      const [stepId, { status, attempt }] = open;
      if (status !== 'RUNNING') naive.happen({ kind: 'retry', stepId });
      else if (texts[stepId]?.type === 'Sleep') naive.happen({ kind: 'slept', stepId });
      else naive.happen({ kind: 'report', stepId, state: outcomeOf(instance, stepId, attempt) });
    }
  }

  async #checkWorkflow(workflow: number): Promise<void> {
    const answer = await this.#world.read('workflow', `w${workflow}`, { kind: 'overview' });
    const overview = answer['value'] as PlainObject | undefined;
    const expected = [...this.#instances.values()].filter((instance) =>
      instance.startsWith(`w${workflow}:`),
    ).length;
    if (Number(overview?.['latest_instance_id'] ?? 0) !== expected) {
      this.#world.break(`3: w${workflow} has instances of nobody`);
    }
    const open = JSON.stringify(overview?.['nonterminal_instances']);
    if (open !== '{"CREATED":0,"IN_PROGRESS":0,"PAUSED":0}') {
      this.#world.break(`11: w${workflow} has not come to rest: ${open}`);
    }
    if (this.#sequential[workflow] === true) await this.#checkOrder(workflow, expected);
  }

  async #checkOrder(workflow: number, count: number): Promise<void> {
    let endedMs = 0;
    for (let number = 1; number <= count; number++) {
      const answer = await this.#world.read('instance', `w${workflow}:${number}`, { kind: 'run' });
      const value = answer['value'] as PlainObject | undefined;
      // A missing instance has been reported already.
      if (value?.['head'] === undefined) return;
      const head = instanceCodec.decodeHead(value['head'], 1);
      // Nodes' clocks differ.
      if (head.startTimeMs < endedMs - this.#world.skewMs) {
        this.#world.break(`7: w${workflow}:${number} began before the one before it had ended`);
      }
      endedMs = head.endTimeMs;
    }
  }
}

/** Statuses and attempts of an answer's steps, in order. */
function wholeOf(value: PlainObject, ids: readonly string[]): string {
  const parts: string[] = [];
  const blocks = value['blocks'];
  for (const pair of Array.isArray(blocks) ? blocks : []) {
    const [block, row] = Array.isArray(pair) ? pair : [];
    const records = instanceCodec.tables.steps.decode(row ?? null, 1);
    records.forEach((record, offset) => {
      const id = ids[Number(block) * BLOCK_SIZE + offset];
      if (record === undefined || record.attempt === 0 || id === undefined) return;
      parts.push(`${id} ${record.status} #${record.attempt}`);
    });
  }
  return parts.join(', ');
}
