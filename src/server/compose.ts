// Where ports meet adapters: a node with its store, its actors and its doors, in this process.

import { createHash } from 'node:crypto';
import { MemoryTransport } from '../../cluster/adapter/memory-transport.ts';
import { startNactHost } from '../../cluster/adapter/nact-host.ts';
import { decodeRow, encodeRow } from '../../cluster/adapter/row-codec.ts';
import { systemAlarms, systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import { eraseKind } from '../../cluster/port/actor-kind.ts';
import type { Log } from '../../cluster/port/log.ts';
import { type Node, startNode } from '../../cluster/runtime/node.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../cluster/store/embedded.ts';
import { startGrpc } from '../api/grpc/grpc.ts';
import { createServices } from '../api/handlers.ts';
import { readJson, writeJson } from '../api/json.ts';
import { startRest } from '../api/rest/rest.ts';
import type { Services } from '../api/service.ts';
import { DEFAULT_DEFINITION_LIMITS, type DefinitionLimits } from '../definition/limits.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { ADVANCE_LIMIT, instanceKind } from '../instance/kind.ts';
import { checkExpression } from '../param/check-expression.ts';
import { dryRunParams } from '../param/dry-run.ts';
import { type EvaluationContext, TURN_NODES } from '../param/evaluation.ts';
import { ProgramCache } from '../param/program-cache.ts';
import { parseRunParams } from '../param/run-params.ts';
import { selLanguage } from '../param/sel-language.ts';
import { workflowKind } from '../workflow/kind.ts';
import type { ServerConfig } from './config.ts';
import { definitionParser } from './definition-facts.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { createStepEffects } from './step-effects.ts';
import { endAtOnce } from './shutdown.ts';

export interface RunningServer {
  readonly http: { readonly host: string; readonly port: number };
  readonly grpc: { readonly host: string; readonly port: number };
  /** One word: embedded. */
  readonly store: string;
  readonly services: Services;
  readonly log: Log;
  /** Stops admitting, answers what is under way, comes to rest and lets go of the store. */
  close(): Promise<void>;
}

/** What a store on one machine is made with, for ever. */
const IDENTITY = { shardCount: 64, instanceLanes: 1, hash: 'murmur3-128-x86/1' };

/** Bytes of a JSON object around a definition of the greatest size, and of a message that carries run parameters. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** Bytes that a definition may take per step it may have, where that is more than the usual limit. */
const BYTES_PER_STEP = 1_024;

/** The codec of the embedded store's rows. */
export const ROW_BYTES = { encode: encodeRow, decode: decodeRow };

/** Starts a node. Rejects with a ClusterError when the store refuses, or when an address is taken. */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  const log = createLogger(config.logLevel);
  const store = await openEmbeddedStore({
    directory: config.data,
    codec: ROW_BYTES,
    onFailure: (error) => endAtOnce(error, log),
  });
  const opened: (() => Promise<void>)[] = [() => store.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await openDoors({ config, log, store, opened, closeAll });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Opening {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly store: EmbeddedStore;
  /** What to close, in the order in which it was opened. */
  readonly opened: (() => Promise<void>)[];
  readonly closeAll: () => Promise<void>;
}

async function openDoors({
  config,
  log,
  store,
  opened,
  closeAll,
}: Opening): Promise<RunningServer> {
  const limits = limitsOf(config);
  const programs = new ProgramCache(selLanguage());
  const node = await openNode({ config, log, store, opened, closeAll }, limits, programs);
  let ready = true;
  const services = createServices({
    sender: node,
    clock: systemClock,
    random: systemRandom,
    limits,
    view: { environment: config.environment, programs },
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    write: writeJson,
    checkRunParams: (runParams) => {
      const problems: Parameters<typeof parseRunParams>[2] = [];
      parseRunParams(runParams, 'run_params', problems);
      return problems;
    },
    dryRun: (definition, owner) => dryRun(definition, owner, programs),
    checkExpression: (source, params) => checkExpression(source, params, evaluation(programs)),
  });
  opened.push(() => node.drain());
  const grpc = await startGrpc({
    services,
    ...config.grpc,
    log,
    clock: systemClock,
    alarms: systemAlarms,
  });
  opened.push(() => grpc.close());
  const http = await startRest({
    services,
    ...config.http,
    log,
    bodyLimit: BODY_LIMIT,
    metrics: createMetrics(() => node.stats()),
    isReady: () => ready,
  });
  opened.push(() => http.close());
  return {
    http: { host: config.http.host, port: http.port },
    grpc: { host: config.grpc.host, port: grpc.port },
    store: store.name,
    services,
    log,
    async close() {
      ready = false;
      await closeAll();
    },
  };
}

function limitsOf({ maxSteps }: ServerConfig): DefinitionLimits {
  const requestBytes = Math.max(DEFAULT_DEFINITION_LIMITS.requestBytes, maxSteps * BYTES_PER_STEP);
  return { ...DEFAULT_DEFINITION_LIMITS, steps: maxSteps, requestBytes };
}

async function openNode(
  { config, log, store, opened }: Opening,
  limits: DefinitionLimits,
  programs: ProgramCache,
): Promise<Node> {
  const { environment, retentionMs } = config;
  const nodeId = systemRandom.uuid();
  const host = startNactHost(`baton-${nodeId}`);
  const effects = createStepEffects(config);
  opened.push(async () => host.stop());
  opened.push(() => effects.close());
  const shared = { environment, programs };
  const instances = { ...shared, lanes: IDENTITY.instanceLanes, advanceLimit: ADVANCE_LIMIT };
  return startNode({
    nodeId,
    store,
    host,
    transport: new MemoryTransport(systemAlarms),
    clock: systemClock,
    alarms: systemAlarms,
    random: systemRandom,
    log,
    kinds: [
      eraseKind(workflowKind<WorkflowDefinition>(shared)),
      eraseKind(instanceKind<WorkflowDefinition>({ ...instances, retentionMs })),
    ],
    factParser: definitionParser(readJson, limits),
    effects: effects.effects,
    identity: IDENTITY,
  });
}

function dryRun(definition: WorkflowDefinition, owner: string, programs: ProgramCache) {
  const { id, params, steps, firstTriggerTimezone } = definition;
  const run = {
    workflowId: id,
    owner,
    params,
    steps: steps.map((step) => ({ stepId: step.id, stepType: step.type, params: step.params })),
    ...(firstTriggerTimezone === undefined ? {} : { firstTriggerTimezone }),
  };
  return dryRunParams(run, evaluation(programs));
}

/** An evaluation for somebody who waits: with the budget of a turn. */
function evaluation(programs: ProgramCache): EvaluationContext {
  return {
    nowMs: systemClock.wallMs(),
    random: systemRandom.next,
    uuid: systemRandom.uuid,
    nodes: TURN_NODES,
    programs,
  };
}
