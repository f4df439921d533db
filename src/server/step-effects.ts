// The effects of this node: step runtimes as configured, and threads for evaluations.

import { availableParallelism } from 'node:os';
import { systemAlarms } from '../../cluster/adapter/system-clock.ts';
import type { Effects } from '../../cluster/port/effects.ts';
import { createEffects, type Evaluator } from '../interpreter/interpreter.ts';
import { DEFAULT_HTTP_OPTIONS, httpRuntime } from '../step-runtime/http.ts';
import { DEFAULT_SHELL_OPTIONS, shellRuntime } from '../step-runtime/shell.ts';
import type { ServerConfig } from './config.ts';
import { ThreadEvaluator } from './evaluator.ts';

/** Launches of one node at a time; more wait. */
const LAUNCHES = 256;

/** At most; one core is left to the node itself. */
const EVALUATION_THREADS = 4;

export function createStepEffects({ httpAllow, allowShell }: ServerConfig): {
  readonly effects: Effects;
  readonly evaluator: Evaluator;
  close(): Promise<void>;
} {
  const evaluator = new ThreadEvaluator({
    alarms: systemAlarms,
    script: new URL('./evaluate-worker.js', import.meta.url),
    threads: Math.min(EVALUATION_THREADS, Math.max(1, availableParallelism() - 1)),
  });
  const effects = createEffects({
    runtimes: {
      Http: httpRuntime({ ...DEFAULT_HTTP_OPTIONS, allow: httpAllow }),
      Shell: shellRuntime({ ...DEFAULT_SHELL_OPTIONS, allowed: allowShell }),
    },
    evaluator,
    launches: LAUNCHES,
  });
  return { effects, evaluator, close: () => evaluator.close() };
}
