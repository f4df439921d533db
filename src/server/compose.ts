// Where ports meet adapters: a node with its store, its actors and its doors, in this process.

import { createHash } from 'node:crypto';
import { startNactHost } from '../../cluster/adapter/nact-host.ts';
import { systemAlarms, systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import { eraseKind } from '../../cluster/port/actor-kind.ts';
import type { Log } from '../../cluster/port/log.ts';
import type { MemberProfile } from '../../cluster/runtime/heartbeat.ts';
import { type Node, startNode } from '../../cluster/runtime/node.ts';
import { startGrpc } from '../api/grpc/grpc.ts';
import { createServices } from '../api/handlers.ts';
import { readJson, writeJson } from '../api/json.ts';
import { startRest } from '../api/rest/rest.ts';
import type { Services } from '../api/service.ts';
import { DEFAULT_DEFINITION_LIMITS, type DefinitionLimits } from '../definition/limits.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { ADVANCE_LIMIT, instanceKind } from '../instance/kind.ts';
import { ProgramCache } from '../param/program-cache.ts';
import { parseRunParams } from '../param/run-params.ts';
import { selLanguage } from '../param/sel-language.ts';
import { workflowKind } from '../workflow/kind.ts';
import type { ServerConfig } from './config.ts';
import { definitionParser } from './definition-facts.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { Checks } from './checks.ts';
import type { Effects } from '../../cluster/port/effects.ts';
import { createStepEffects } from './step-effects.ts';
import { openShape, type Shape } from './shape.ts';
import { askToEnd, EXIT_LEASE, endAtOnce } from './shutdown.ts';

export interface RunningServer {
  readonly http: { readonly host: string; readonly port: number };
  readonly grpc: { readonly host: string; readonly port: number };
  /** One word: embedded or redis. */
  readonly store: string;
  readonly services: Services;
  readonly log: Log;
  /** Stops admitting, answers what is under way, comes to rest and lets go of the store. */
  close(): Promise<void>;
}

/** Bytes of a JSON object around a definition of the greatest size, and of a message that carries run parameters. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** Starts a node. Rejects with a ClusterError when the store refuses, or when an address is taken. */
export async function startServer(
  config: ServerConfig,
  version = 'unknown',
): Promise<RunningServer> {
  const log = createLogger(config.logLevel);
  const shape = await openShape(config, log);
  const opened: (() => Promise<void>)[] = [() => shape.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await openDoors({
      config,
      log,
      shape,
      version,
      addresses: { http: '', grpc: '' },
      opened,
      closeAll,
    });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Opening {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly shape: Shape;
  readonly version: string;
  /** Where the doors are, once they are open. */
  readonly addresses: { http: string; grpc: string };
  /** What to close, in the order in which it was opened. */
  readonly opened: (() => Promise<void>)[];
  readonly closeAll: () => Promise<void>;
}

async function openDoors({
  config,
  log,
  shape,
  version,
  addresses,
  opened,
  closeAll,
}: Opening): Promise<RunningServer> {
  const limits = limitsOf(config);
  const programs = new ProgramCache(selLanguage());
  const opening = { config, log, shape, version, addresses, opened, closeAll };
  const effects = createStepEffects(config);
  opened.push(() => effects.close());
  const checks = new Checks(programs, effects.evaluator);
  checks.warmUp();
  const node = await openNode(opening, limits, programs, effects.effects);
  let ready = true;
  const services = createServices({
    sender: node,
    administration: node,
    member: node.nodeId,
    clock: node.clock,
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
    dryRun: (definition, owner) => checks.dryRun(definition, owner),
    checkExpression: (source, params) => checks.expression(source, params),
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
    metrics: createMetrics(() => node.stats(), shape.transportCounters, shape.storeCounters),
    isReady: () => ready && node.isReady(),
  });
  opened.push(() => http.close());
  addresses.http = `${config.http.host}:${http.port}`;
  addresses.grpc = `${config.grpc.host}:${grpc.port}`;
  return {
    http: { host: config.http.host, port: http.port },
    grpc: { host: config.grpc.host, port: grpc.port },
    store: shape.store.name,
    services,
    log,
    async close() {
      ready = false;
      await closeAll();
    },
  };
}

/** Where more steps are allowed than by default, a definition may be longer in proportion. */
function limitsOf({ maxSteps }: ServerConfig): DefinitionLimits {
  const { steps, requestBytes } = DEFAULT_DEFINITION_LIMITS;
  const share = Math.max(1, maxSteps / steps);
  return {
    ...DEFAULT_DEFINITION_LIMITS,
    steps: maxSteps,
    requestBytes: Math.floor(requestBytes * share),
  };
}

async function openNode(
  { config, log, shape, version, addresses, opened }: Opening,
  limits: DefinitionLimits,
  programs: ProgramCache,
  effects: Effects,
): Promise<Node> {
  const { environment, retentionMs } = config;
  const { nodeId, store, transport, identity, leases } = shape;
  const host = startNactHost(`baton-${nodeId}`, systemClock);
  opened.push(async () => host.stop());
  const shared = { environment, programs, monotonicMs: systemClock.monotonicMs };
  const profile = (): MemberProfile => ({
    weight: config.cluster?.weight ?? 1,
    ...addresses,
    version,
  });
  const instances = { ...shared, lanes: identity.instanceLanes, advanceLimit: ADVANCE_LIMIT };
  return startNode({
    nodeId,
    store,
    host,
    transport,
    clock: systemClock,
    alarms: systemAlarms,
    random: systemRandom,
    log,
    kinds: [
      eraseKind(workflowKind<WorkflowDefinition>(shared)),
      eraseKind(instanceKind<WorkflowDefinition>({ ...instances, retentionMs })),
    ],
    factParser: definitionParser(readJson, limits),
    effects,
    identity,
    ...(leases === undefined ? {} : { cluster: { leases, profile } }),
    onLeaveAsked: askToEnd,
    onEnded: (error) => endAtOnce(error, log, EXIT_LEASE),
  });
}
