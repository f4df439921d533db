// Evaluations for somebody who waits for what comes of them: here if they are short, else in a thread.

import { systemClock, systemRandom } from '../../cluster/adapter/system-clock.ts';
import type { PlainObject } from '../../cluster/core/plain.ts';
import type { JsonObject } from '../definition/json.ts';
import type { ParamDefinitions } from '../definition/param-definition.ts';
import type { Problem } from '../definition/problem.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import type { Evaluator } from '../interpreter/interpreter.ts';
import { Allowance } from '../param/allowance.ts';
import { type CheckedExpression, checkExpression, isCutShort } from '../param/check-expression.ts';
import { dryRunParams } from '../param/dry-run.ts';
import { checkRequest, decodeChecked, decodeEvaluation } from '../param/evaluation-request.ts';
import type { EvaluationContext } from '../param/evaluation.ts';
import type { Evaluation } from '../param/own-params.ts';
import type { ProgramCache } from '../param/program-cache.ts';

/** The first zone and its name take the runtime long, whatever they are: longer than a turn may. */
const WARM_UP = "new DateTime(0, DateTimeZone.forID('Europe/London')).toString('zzzz')";

export class Checks {
  readonly #programs: ProgramCache;
  readonly #evaluator: Evaluator;

  constructor(programs: ProgramCache, evaluator: Evaluator) {
    this.#programs = programs;
    this.#evaluator = evaluator;
  }

  /** Does what would take the first expression too long. */
  warmUp(): void {
    checkExpression(WARM_UP, new Map(), { ...this.#context(), allowance: Allowance.whole() });
  }

  /** What can be said of an expression. */
  async expression(source: string, params: ParamDefinitions): Promise<CheckedExpression> {
    const here = checkExpression(source, params, this.#context());
    if (!isCutShort(here)) return here;
    const outcome = await this.#evaluator.evaluate(plain(checkRequest(source, params)));
    if (outcome.kind === 'evaluated') return decodeChecked(outcome.results);
    const problem = { class: 'time', message: outcome.message, line: 1, column: 1 } as const;
    return { ...here, problem };
  }

  /** What is wrong with the parameters of a definition. */
  dryRun(definition: WorkflowDefinition, owner: string): Promise<readonly Problem[]> {
    const { id, params, steps, firstTriggerTimezone } = definition;
    const run = {
      path: 'workflow',
      workflowId: id,
      owner,
      params,
      steps: steps.map(({ shape, type, params: ownParams }, index) => ({
        path: `workflow.steps[${index}].${shape.kind}`,
        stepType: type,
        params: ownParams,
      })),
      ...(firstTriggerTimezone === undefined ? {} : { firstTriggerTimezone }),
    };
    return dryRunParams(run, this.#context(), (request) => this.#elsewhere(request));
  }

  async #elsewhere(request: JsonObject): Promise<Evaluation> {
    const outcome = await this.#evaluator.evaluate(plain(request));
    if (outcome.kind === 'evaluated') return decodeEvaluation(outcome.results);
    const problem = { path: 'params', rule: 'be evaluable', found: outcome.message };
    return { kind: 'failed', problems: [problem] };
  }

  #context(): EvaluationContext {
    return {
      nowMs: systemClock.wallMs(),
      random: systemRandom.next,
      uuid: systemRandom.uuid,
      allowance: Allowance.ofTurn(systemClock.monotonicMs),
      programs: this.#programs,
    };
  }
}

const plain = (request: JsonObject): PlainObject => ({ ...request });
