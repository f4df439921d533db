// Conditions: texts in the expression language, checked for their grammar before anything runs.

import { compile } from '../sel/program.ts';
import type { Problem } from './problem.ts';

/** Reports a text that is no program of the expression language. */
export function checkExpression(text: string, path: string, problems: Problem[]): void {
  if (text.trim() === '') {
    problems.push({ path, rule: 'be an expression', found: 'empty' });
    return;
  }
  const compilation = compile(text);
  if (compilation.kind === 'compiled') return;
  const { message, line, column } = compilation.error;
  problems.push({
    path,
    rule: 'be an expression',
    found: `one that cannot be read: ${message} (line ${line}, column ${column})`,
  });
}

/** Is a condition met whatever happens? Then nothing needs to evaluate it. */
export function isAlwaysMet(condition: string): boolean {
  return /^\s*true\s*;?\s*$/.test(condition);
}
