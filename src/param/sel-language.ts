// The expression language of parameters is SEL: this file binds what src/sel offers to what parameters ask for.

import type { Environment } from '../sel/environment.ts';
import type { SelError } from '../sel/fault.ts';
import { interpolate, interpolatedNames } from '../sel/interpolate.ts';
import { DEFAULT_LIMITS, type Limits } from '../sel/limits.ts';
import { compile, evaluate, Program as SelProgram } from '../sel/program.ts';
import type { SelFailure, SelValue } from '../sel/value.ts';
import type { Evaluated } from './evaluated.ts';
import type { Language, LanguageError, LanguageOutcome, Surroundings } from './language.ts';

/**
 * SEL as the language of parameters.
 * @param limits all but the visited nodes and the time, which every evaluation brings along
 */
export function selLanguage(limits: Limits = DEFAULT_LIMITS): Language {
  return {
    compile(expression) {
      const compilation = compile(expression, limits.maxLength);
      if (compilation.kind === 'compiled') return compilation;
      return { kind: 'refused', error: languageError(compilation.error) };
    },
    evaluate(program, surroundings) {
      if (!(program instanceof SelProgram)) throw new TypeError('a program of another language');
      return outcomeOf(program, surroundings, limits);
    },
    interpolatedNames,
    interpolate(text, read) {
      const outcome = interpolate(text, read);
      // Callers look at `interpolatedNames` first, and `read` answers each of them.
      if (outcome.kind !== 'text') throw new TypeError(outcome.error.message);
      return outcome.text;
    },
  };
}

function outcomeOf(
  program: SelProgram,
  surroundings: Surroundings,
  limits: Limits,
): LanguageOutcome {
  const evaluation = evaluate(program, environmentOf(surroundings, limits));
  if (evaluation.kind === 'failed') {
    const { error, visitedNodes: nodes } = evaluation;
    return { kind: 'failed', error: languageError(error), nodes };
  }
  const { value, visitedNodes: nodes } = evaluation;
  const kept = storable(value);
  if (kept !== undefined) return { kind: 'value', value: kept, nodes };
  return { kind: 'no-value', what: inWords(value), nodes };
}

function environmentOf(surroundings: Surroundings, limits: Limits): Environment {
  return {
    read: surroundings.read,
    call: (name, args) => callOutside(surroundings, name, args),
    nowMs: () => surroundings.nowMs,
    random: surroundings.random,
    uuid: surroundings.uuid,
    limits: { ...limits, visitedNodes: surroundings.nodes, overdue: surroundings.isOverdue },
  };
}

function callOutside(
  surroundings: Surroundings,
  name: string,
  args: readonly SelValue[],
): SelValue | SelFailure {
  const known: Evaluated[] = [];
  for (const argument of args) {
    const value = storable(argument);
    if (value === undefined) {
      return { type: 'FAILURE', message: `params.${name} does not take ${inWords(argument)}` };
    }
    known.push(value);
  }
  const answer = surroundings.call(name, known);
  return answer.kind === 'value' ? answer.value : { type: 'FAILURE', message: answer.message };
}

/** The value as a parameter can hold it, or undefined. */
function storable(value: SelValue): Evaluated | undefined {
  switch (value.type) {
    case 'STRING':
      return value.value === null ? undefined : { type: 'STRING', value: value.value };
    case 'MAP':
      return value.value === null ? undefined : storableMap(value.value);
    case 'LONG':
    case 'DOUBLE':
    case 'BOOLEAN':
    case 'STRING_ARRAY':
    case 'LONG_ARRAY':
    case 'DOUBLE_ARRAY':
    case 'BOOLEAN_ARRAY':
      return value;
    default:
      return undefined;
  }
}

function storableMap(entries: ReadonlyMap<string, SelValue>): Evaluated | undefined {
  const kept = new Map<string, Evaluated>();
  for (const [key, entry] of entries) {
    const value = storable(entry);
    if (value === undefined) return undefined;
    kept.set(key, value);
  }
  return { type: 'MAP', value: kept };
}

function inWords(value: SelValue): string {
  switch (value.type) {
    case 'NULL':
    case 'STRING':
      return 'null';
    case 'VOID':
      return 'nothing';
    case 'ERROR':
      return `a thrown text: ${value.text}`;
    case 'MAP':
      return value.value === null ? 'null' : 'a MAP with an entry that no parameter can hold';
    default:
      return value.type;
  }
}

function languageError({ class: kind, limit, message, line, column }: SelError): LanguageError {
  const place = { message, line, column };
  if (limit === 'visited-nodes') return { class: 'nodes', ...place };
  return { class: limit === 'time' ? 'time' : kind, ...place };
}
