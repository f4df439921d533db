// From the arrival of a step's outcome to the launch of the next step, after the commit in between.
//
// The node is in this process, put together as a server is, except for its step runtime: outside work that ends as soon
// as it is launched, and notes both moments. The store is the embedded one.

import { MemoryTransport } from '../../dist/cluster/adapter/memory-transport.js';
import { startNactHost } from '../../dist/cluster/adapter/nact-host.js';
import { decodeRow, encodeRow } from '../../dist/cluster/adapter/row-codec.js';
import {
  systemAlarms,
  systemClock,
  systemRandom,
} from '../../dist/cluster/adapter/system-clock.js';
import { eraseKind } from '../../dist/cluster/port/actor-kind.js';
import { startNode } from '../../dist/cluster/runtime/node.js';
import { openEmbeddedStore } from '../../dist/cluster/store/embedded.js';
import { compileWorkflow } from '../../dist/src/definition/compile.js';
import { DEFAULT_DEFINITION_LIMITS } from '../../dist/src/definition/limits.js';
import { ADVANCE_LIMIT, instanceKind } from '../../dist/src/instance/kind.js';
import { createEffects } from '../../dist/src/interpreter/interpreter.js';
import { ProgramCache } from '../../dist/src/param/program-cache.js';
import { selLanguage } from '../../dist/src/param/sel-language.js';
import { workflowKind } from '../../dist/src/workflow/kind.js';
import { chain } from './client.mjs';

const STEPS = 100;

/** @returns {Promise<number[]>} milliseconds, one per pair of steps that follow one another */
export async function stepToStep(directory, runs) {
  const gaps = [];
  let outcomeAt;
  const runtime = {
    launch(_launch, report) {
      if (outcomeAt !== undefined) gaps.push(performance.now() - outcomeAt);
      setImmediate(() => {
        outcomeAt = performance.now();
        report({ kind: 'ended', state: 'DONE' });
      });
      return { stop() {} };
    },
  };
  const codec = { encode: encodeRow, decode: decodeRow };
  const store = await openEmbeddedStore({ directory, codec });
  const shared = { environment: 'bench', programs: new ProgramCache(selLanguage()) };
  const { workflow } = chain('steps', STEPS, {
    type: 'Shell',
    params: { script: { value: 'true', type: 'STRING' } },
  });
  const { definition } = compileWorkflow(workflow, DEFAULT_DEFINITION_LIMITS);
  const silent = () => {};
  const node = await startNode({
    nodeId: 'bench',
    store,
    host: startNactHost('bench', systemClock),
    transport: new MemoryTransport(systemAlarms),
    clock: systemClock,
    alarms: systemAlarms,
    random: systemRandom,
    log: { debug: silent, info: silent, warn: console.error, error: console.error },
    kinds: [
      eraseKind(workflowKind(shared)),
      eraseKind(instanceKind({ ...shared, lanes: 1, advanceLimit: ADVANCE_LIMIT })),
    ],
    factParser: { parse: () => ({ fact: definition, bytes: 1 }) },
    effects: createEffects({
      runtimes: { Http: runtime, Shell: runtime },
      evaluator: { evaluate: () => Promise.reject(new Error('no step of this needs it')) },
      launches: 16,
    }),
    identity: { shardCount: 64, instanceLanes: 1, hash: 'bench' },
  });
  await node.putFact('d', 'd');
  const ask = (message) => {
    const deadlineMs = systemClock.monotonicMs() + 60_000;
    return node.ask({ kind: 'workflow', key: 'steps' }, message, { deadlineMs });
  };
  const properties = { owner: 'bench' };
  const rest = { is_active: true, metadata: {}, author: 'bench' };
  await ask({ kind: 'push', definition: 'd', properties, ...rest });
  for (let run = 0; run < runs; run++) {
    if (run === Math.ceil(runs / 10)) gaps.length = 0;
    outcomeAt = undefined;
    await ask({
      kind: 'start',
      version: 'latest',
      request_id: systemRandom.uuid(),
      request_time: systemClock.wallMs(),
      initiator: { type: 'MANUAL', user: 'bench' },
      run_params: {},
      runtime_tags: [],
      artifacts: {},
      persist_failed_run: false,
      await_end: true,
    });
  }
  await node.drain();
  await store.close();
  return gaps;
}
