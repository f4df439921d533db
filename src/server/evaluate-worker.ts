// A thread that evaluates parameters with the full budget: it takes requests as src/param writes them, and answers each.

import { parentPort } from 'node:worker_threads';
import type { PlainObject } from '../../cluster/core/plain.ts';
import { systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import type { EvaluateOutcome } from '../effect.ts';
import { answerRequest } from '../param/evaluation-request.ts';
import { Allowance } from '../param/allowance.ts';
import { ProgramCache } from '../param/program-cache.ts';
import { selLanguage } from '../param/sel-language.ts';

const programs = new ProgramCache(selLanguage());

parentPort?.on('message', (request: PlainObject) => {
  let outcome: EvaluateOutcome;
  try {
    const results = answerRequest(request, {
      nowMs: systemClock.wallMs(),
      random: systemRandom.next,
      uuid: systemRandom.uuid,
      allowance: Allowance.whole(systemClock.monotonicMs),
      programs,
    });
    outcome = { kind: 'evaluated', results };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    outcome = { kind: 'evaluation-failed', message };
  }
  parentPort?.postMessage(outcome);
});
