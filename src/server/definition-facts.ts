// Definitions as facts: from the stored text to what actors read, once per node.

import { assert } from '../../cluster/core/errors.ts';
import type { FactParser } from '../../cluster/port/facts.ts';
import { compileWorkflow } from '../definition/compile.ts';
import { isJsonObject, type JsonValue } from '../definition/json.ts';
import type { DefinitionLimits } from '../definition/limits.ts';
import { problemText } from '../definition/problem.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';

/** Parsed graphs take about so many times the bytes of their text. */
const BYTES_PER_CHARACTER = 8;

/**
 * Reads definitions that were checked when they were pushed; one that no longer passes is a violation.
 * @param read JSON that keeps whole numbers of 64 bits
 */
export function definitionParser(
  read: (text: string) => JsonValue,
  limits: DefinitionLimits,
): FactParser<WorkflowDefinition> {
  return {
    parse(text) {
      const workflow = read(text);
      assert(isJsonObject(workflow), 'a stored definition is an object');
      const compiled = compileWorkflow(workflow, limits);
      const problems = compiled.kind === 'invalid' ? compiled.problems.map(problemText) : [];
      assert(compiled.kind === 'compiled', 'a stored definition passes', {
        problems: problems.join('; '),
      });
      return { fact: compiled.definition, bytes: text.length * BYTES_PER_CHARACTER };
    },
  };
}
