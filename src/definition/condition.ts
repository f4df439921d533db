// Conditions: texts in the expression language, checked for their grammar before anything runs.

import { lex } from '../sel/lexer.ts';
import { DEFAULT_LIMITS } from '../sel/limits.ts';
import { parse } from '../sel/parser.ts';
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

/** What a condition is made of. */
export type ConditionForm =
  /** One expression; `text` is that alone, without `return`, `;` and the comments around it. */
  | { readonly kind: 'expression'; readonly text: string }
  /** Statements: they have a value, but cannot be part of an expression. */
  | { readonly kind: 'statements' }
  | { readonly kind: 'unreadable' };

/** Tells whether a condition can be part of a larger one. */
export function conditionForm(condition: string): ConditionForm {
  if (compile(condition).kind === 'refused') return { kind: 'unreadable' };
  const [statement, ...others] = parse(condition, DEFAULT_LIMITS.maxLength).statements;
  const isOne = statement?.kind === 'expression' || statement?.kind === 'return';
  if (!isOne || others.length > 0) return { kind: 'statements' };
  const tokens = lex(condition).tokens.filter(
    ({ kind, start }) => kind !== 'end' && start >= statement.start,
  );
  const last = tokens.at(-1);
  if (last?.kind === 'symbol' && last.text === ';') tokens.pop();
  if (statement.kind === 'return') tokens.shift();
  return { kind: 'expression', text: condition.slice(tokens[0]?.start, tokens.at(-1)?.end) };
}
