// Attributes of a definition in a run: what they come to with its parameters.

import type { Attribute, AttributeValue, WrittenAttribute } from '../definition/attribute.ts';
import { type Problem, problem } from '../definition/problem.ts';
import { scalarText } from './evaluated.ts';
import type { EvaluationContext } from './evaluation.ts';
import type { ParamData } from './param-data.ts';
import { evaluateAttribute, type WorkflowParams } from './workflow-scope.ts';

/** The run whose parameters an attribute may name. */
export interface AttributeRun {
  readonly workflow: WorkflowParams;
  readonly data: ParamData;
}

/** What an attribute is in a run. It follows from the definition and the run's parameters, so it is never stored. */
export function resolveAttribute<Value>(
  attribute: Attribute<Value>,
  run: () => AttributeRun,
  context: EvaluationContext,
): AttributeValue<Value> {
  if (attribute.kind === 'fixed') return { kind: 'value', value: attribute.value };
  const result = resolveWritten(attribute, run(), context);
  const { otherwise } = attribute;
  if (result.kind === 'value' || otherwise === undefined) return result;
  return { kind: 'value', value: otherwise };
}

function resolveWritten<Value>(
  attribute: WrittenAttribute<Value>,
  run: AttributeRun,
  context: EvaluationContext,
): AttributeValue<Value> {
  const { path } = attribute;
  const texts: string[] = [];
  for (const value of attribute.texts) {
    const result = evaluateAttribute(
      { kind: 'literal', type: 'STRING', value },
      path,
      run,
      context,
    );
    const text = result.kind === 'value' ? scalarText(result.parameter.evaluated) : undefined;
    if (text === undefined) return { kind: 'refused', problem: problemOf(result, path, value) };
    texts.push(text);
  }
  return attribute.read(texts);
}

function problemOf(
  result: ReturnType<typeof evaluateAttribute>,
  path: string,
  text: string,
): Problem {
  if (result.kind === 'failed') return result.problem;
  return problem(path, 'refer to workflow parameters that are known', text);
}
