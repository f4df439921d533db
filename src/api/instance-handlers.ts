// Handlers of the instance and step resources.

import type { Plain, PlainObject } from '../../cluster/core/plain.ts';
import type { Clock } from '../../cluster/port/clock.ts';
import type { Random } from '../../cluster/port/random.ts';
import { checkDepth } from '../definition/depth.ts';
import type { Problem } from '../definition/problem.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { instanceAddress } from '../instance/message.ts';
import { type InstanceViewOptions, instanceJson } from '../view/instance-view.ts';
import { stepAttemptsJson, stepsJson } from '../view/step-view.ts';
import type { ViewSetting } from '../view/run.ts';
import { changeJson } from '../view/watch-view.ts';
import {
  type Actors,
  asApiError,
  checkRequestId,
  isPlainObject,
  workflowAddress,
} from './actors.ts';
import { numberedPage, stretchOf } from './page.ts';
import {
  ApiError,
  type Call,
  type Change,
  type InstanceServices,
  type Page,
  type PageRequest,
  type RunName,
  type Started,
  type StartRequest,
  type StepServices,
} from './service.ts';
import { refuseProblems } from './workflow-handlers.ts';

export interface InstanceTools {
  readonly clock: Clock;
  readonly random: Random;
  /** What is wrong with run parameters. */
  readonly checkRunParams: (runParams: PlainObject) => readonly Problem[];
  readonly view: ViewSetting;
}

/** Left of a deadline for noticing that it is near, and for reading the state of a run that has not ended. */
const STATE_MARGIN_MS = 200;

export function instanceHandlers(actors: Actors, tools: InstanceTools): InstanceServices {
  return {
    start: (call, request) => start(actors, tools, call, request, false),
    run: (call, request) => run(actors, tools, call, request),
    async stop(call, { workflowId, instanceId, runId }, kill) {
      const to = instanceAddress(workflowId, instanceId);
      const message = { kind: 'stop', kill, run_id: runId, author: call.caller };
      const { details } = await actors.ask(call, to, message);
      return isPlainObject(details) ? details : {};
    },
    async get(name, view) {
      const { found, definition } = await readRun(actors, name);
      return instanceJson(found, definition, { ...view, ...tools.view });
    },
    list: (workflowId, page, aggregated = true) =>
      listInstances(actors, { ...tools.view, enriched: false, aggregated }, workflowId, page),
    runs: (instance, page) => listRuns(actors, tools, instance, page),
    watch: (name, afterSeq, onChange, onEnd) => watch(actors, name, afterSeq, { onChange, onEnd }),
  };
}

export function stepHandlers(actors: Actors, tools: InstanceTools): StepServices {
  return {
    async list(name) {
      const { found, definition } = await readRun(actors, name);
      return stepsJson(found, definition, { ...tools.view, enriched: false });
    },
    async get({ workflowId, instanceId, runId, stepId, attemptId }, enriched) {
      const query = { kind: 'step', run_id: runId, step_id: stepId, attempt_id: attemptId };
      const found = await actors.read(instanceAddress(workflowId, instanceId), query);
      const definition = await definitionOf(actors, found);
      const attempts = stepAttemptsJson(found, definition, { ...tools.view, enriched });
      const last = attempts.at(-1);
      if (last === undefined) throw new ApiError('not-found', `step [${stepId}] has no attempt`);
      return last;
    },
  };
}

async function start(
  actors: Actors,
  tools: InstanceTools,
  call: Call,
  request: StartRequest,
  awaitEnd: boolean,
): Promise<Started> {
  checkRequestId(request.requestId);
  const tooDeep: Problem[] = [];
  checkDepth(request.runParams, 'run_params', tooDeep);
  checkDepth(request.artifacts, 'artifacts', tooDeep);
  refuseProblems('the start request is not valid', tooDeep);
  refuseProblems('the run parameters are not valid', tools.checkRunParams(request.runParams));
  const nowMs = tools.clock.wallMs();
  const { deadlineMs, caller } = call;
  // Starts are remembered by the workflow itself (promise P5), not by the request memory.
  const reply = await actors.askAgain(deadlineMs, workflowAddress(request.workflowId), {
    kind: 'start',
    version: request.version,
    request_id: request.requestId ?? tools.random.uuid(),
    request_time: request.requestTimeMs ?? nowMs,
    initiator: request.initiator ?? manual(caller),
    run_params: request.runParams,
    runtime_tags: request.runtimeTags,
    artifacts: request.artifacts,
    persist_failed_run: request.persistFailedRun,
    await_end: awaitEnd,
  });
  return startedOf(reply);
}

/** A start by hand. */
export function manual(caller: string): PlainObject {
  return { type: 'MANUAL', user: caller, caller: { name: caller } };
}

function startedOf(reply: PlainObject): Started {
  const event = reply['timeline_event'];
  return {
    workflowId: String(reply['workflow_id']),
    versionId: Number(reply['workflow_version_id']),
    instanceId: Number(reply['workflow_instance_id']),
    runId: Number(reply['workflow_run_id']),
    uuid: String(reply['workflow_uuid']),
    status: String(reply['status']),
    timelineEvent: isPlainObject(event) ? event : {},
  };
}

/** Starts and awaits the end; at the deadline the start is asked for again, which gives its ids, and its state is read. */
async function run(
  actors: Actors,
  tools: InstanceTools,
  call: Call,
  request: StartRequest,
): Promise<Started> {
  const named = { ...request, requestId: request.requestId ?? tools.random.uuid() };
  const early = { ...call, deadlineMs: call.deadlineMs - STATE_MARGIN_MS };
  try {
    return await start(actors, tools, early, named, true);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'deadline-exceeded') throw error;
  }
  const again = await start(actors, tools, call, named, false);
  const { workflowId, instanceId, runId } = again;
  const query = { kind: 'run', run_id: runId };
  const found = await actors.read(instanceAddress(workflowId, instanceId), query);
  return { ...again, status: statusOf(found) };
}

/** The status of a run, from its head as it is stored. */
function statusOf({ status }: PlainObject): string {
  return String(status);
}

interface Found {
  readonly found: PlainObject;
  readonly definition: WorkflowDefinition;
}

async function readRun(actors: Actors, { workflowId, instanceId, runId }: RunName): Promise<Found> {
  const query = { kind: 'run', run_id: runId };
  const found = await actors.read(instanceAddress(workflowId, instanceId), query);
  return { found, definition: await definitionOf(actors, found) };
}

async function definitionOf(actors: Actors, found: PlainObject): Promise<WorkflowDefinition> {
  const fact = await actors.sender.fact(String(found['definition']));
  return fact as WorkflowDefinition;
}

async function listInstances(
  actors: Actors,
  view: InstanceViewOptions,
  workflowId: string,
  page: PageRequest,
): Promise<Page> {
  const overview = await actors.read(workflowAddress(workflowId), { kind: 'overview' });
  const latest = Number(overview['latest_instance_id'] ?? 0);
  return readPage(page, latest, (instanceId) =>
    readIfThere(actors, view, { workflowId, instanceId }),
  );
}

async function listRuns(
  actors: Actors,
  tools: InstanceTools,
  instance: Omit<RunName, 'runId'>,
  page: PageRequest,
): Promise<Page> {
  const view = { ...tools.view, enriched: false, aggregated: true };
  const { found, definition } = await readRun(actors, instance);
  const newest = instanceJson(found, definition, view);
  const latest = Number(newest['workflow_run_id']);
  return readPage(page, latest, async (runId) =>
    runId === latest ? newest : readIfThere(actors, view, { ...instance, runId }),
  );
}

/** One after another, so that a page of large instances does not hold up everybody else. */
async function readPage(
  page: PageRequest,
  latest: number,
  read: (at: number) => Promise<PlainObject | undefined>,
): Promise<Page> {
  const stretch = stretchOf(page, latest);
  const elements: (readonly [number, PlainObject])[] = [];
  for (let at = stretch.to; at >= stretch.from; at--) {
    const element = await read(at);
    if (element !== undefined) elements.push([at, element]);
  }
  return numberedPage(stretch, latest, elements);
}

/** Instances may be removed, by their retention, between two entries of a list. */
async function readIfThere(
  actors: Actors,
  view: InstanceViewOptions,
  name: RunName,
): Promise<PlainObject | undefined> {
  try {
    const { found, definition } = await readRun(actors, name);
    return instanceJson(found, definition, view);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not-found') return undefined;
    throw error;
  }
}

interface Watching {
  readonly onChange: (change: Change) => void;
  readonly onEnd: (error: ApiError) => void;
}

function watch(
  actors: Actors,
  { workflowId, instanceId }: RunName,
  afterSeq: number,
  { onChange, onEnd }: Watching,
): () => void {
  const address = instanceAddress(workflowId, instanceId);
  let stop: (() => void) | undefined;
  let stopped = false;
  // An instance that is not there would be watched in silence for ever: it is read first, and its definition with it.
  readRun(actors, { workflowId, instanceId }).then(
    ({ definition }) => {
      if (stopped) return;
      stop = actors.sender.watch(
        address,
        afterSeq,
        ({ seq, entries }) => onChange(changeOf(seq, entries, definition)),
        (error) => onEnd(asApiError(error)),
      );
    },
    (error: unknown) => onEnd(asApiError(error)),
  );
  return () => {
    stopped = true;
    stop?.();
  };
}

const ENDS: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMED_OUT']);

function changeOf(seq: number, entries: readonly Plain[], definition: WorkflowDefinition): Change {
  const shown = entries.map((entry) => changeJson(entry, definition));
  return { seq, entries: shown, ended: ENDS.has(String(shown.at(-1)?.['status'])) };
}
