// A thread that evaluates parameters with the full budget: it takes requests as src/param writes them, and answers each.

import { parentPort } from 'node:worker_threads';
import { systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import { answerRequest } from '../param/evaluation-request.ts';
import { FULL_NODES } from '../param/evaluation.ts';
import { ProgramCache } from '../param/program-cache.ts';
import { selLanguage } from '../param/sel-language.ts';
import type { EvaluationAnswer, EvaluationRequest } from './evaluator.ts';

const programs = new ProgramCache(selLanguage());

parentPort?.on('message', ({ number, request }: EvaluationRequest) => {
  let outcome: EvaluationAnswer['outcome'];
  try {
    const results = answerRequest(request, {
      nowMs: systemClock.wallMs(),
      random: systemRandom.next,
      uuid: systemRandom.uuid,
      nodes: FULL_NODES,
      programs,
    });
    outcome = { kind: 'evaluated', results };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    outcome = { kind: 'evaluation-failed', message };
  }
  parentPort?.postMessage({ number, outcome } satisfies EvaluationAnswer);
});
