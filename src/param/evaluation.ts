// Evaluating one definition: literals with interpolation, MAPs entry by entry, expressions. Where a name leads is the
// scope's business.

import type { LiteralDefinition, ParamDefinition } from '../definition/param-definition.ts';
import { type Problem, problem } from '../definition/problem.ts';
import type { Allowance } from './allowance.ts';
import { type Coerced, type Evaluated, coerce, literalValue } from './evaluated.ts';
import type { LanguageError, Program } from './language.ts';
import type { ParamData, RemoteRead } from './param-data.ts';
import { callParams, shown } from './param-extension.ts';
import { PARAMS_SIZE_LIMIT, valueSize } from './params-size.ts';
import type { ProgramCache } from './program-cache.ts';

/** Time, chance and budget of an evaluation. */
export interface EvaluationContext {
  /** System.currentTimeMillis() and the recorded time of evaluation, in milliseconds since 1970. */
  readonly nowMs: number;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  readonly uuid: () => string;
  /** What all expressions that share it may take together. */
  readonly allowance: Allowance;
  readonly programs: ProgramCache;
}

/** Why an evaluation ended without a value. */
export type Stop =
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** It needs more than is left of the allowance of a turn: try it with a whole one. */
  | { readonly kind: 'over-budget' }
  /** It needs a result of another actor that the data does not have yet. */
  | { readonly kind: 'needs'; readonly read: RemoteRead };

export type Result = { readonly kind: 'value'; readonly value: Evaluated } | Stop;

export type CoercedResult = { readonly kind: 'value'; readonly coerced: Coerced } | Stop;

/** How names are found. */
export interface Scope {
  readonly data: ParamData;
  /** The value a name stands for in the definition at `path`. */
  resolve(name: string, path: string): Result;
  /** What `params.get(name)` sees of names that the expression does not mention; none when undefined. */
  readonly background: ((name: string) => Evaluated | undefined) | undefined;
}

const NOTHING_TO_INSERT: Evaluated = { type: 'STRING', value: '' };

/** The name that stands for all parameters. */
const ALL = 'params';

/** Evaluates definitions in one scope. */
export class Evaluator {
  readonly #scope: Scope;
  readonly #context: EvaluationContext;
  /** Characters inserted into texts so far. */
  #inserted = 0;

  constructor(scope: Scope, context: EvaluationContext) {
    this.#scope = scope;
    this.#context = context;
  }

  /** The value of a definition in its declared type. Nothing is recorded. */
  evaluate(definition: ParamDefinition, path: string): CoercedResult {
    const result = this.#value(definition, path);
    if (result.kind !== 'value') return result;
    const coerced = coerce(result.value, definition.type);
    if (coerced !== undefined) return { kind: 'value', coerced };
    return failed({ path, rule: `evaluate to ${definition.type}`, found: shown(result.value) });
  }

  #value(definition: ParamDefinition, path: string): Result {
    switch (definition.kind) {
      case 'expression':
        return this.#expression(definition.expression, path);
      case 'literal':
        return this.#literal(definition, path);
      case 'blank':
        return failed(problem(path, 'be given', undefined));
    }
  }

  #literal(definition: LiteralDefinition, path: string): Result {
    switch (definition.type) {
      case 'STRING': {
        const text = this.#text(definition.value, path);
        return typeof text === 'string' ? value({ type: 'STRING', value: text }) : text;
      }
      case 'STRING_ARRAY':
        return this.#texts(definition.value, path);
      case 'STRING_MAP':
        return this.#textMap(definition.value, path);
      case 'MAP':
        return this.#map(definition.value, path);
      case 'LONG':
      case 'DOUBLE':
      case 'BOOLEAN':
      case 'LONG_ARRAY':
      case 'DOUBLE_ARRAY':
      case 'BOOLEAN_ARRAY':
        return value(literalValue(definition));
    }
  }

  #map(entries: ReadonlyMap<string, ParamDefinition>, path: string): Result {
    const values = new Map<string, Evaluated>();
    for (const [name, entry] of entries) {
      const result = this.evaluate(entry, `${path}.value.${name}`);
      if (result.kind !== 'value') return result;
      values.set(name, result.coerced.value);
    }
    return value({ type: 'MAP', value: values });
  }

  #texts(items: readonly string[], path: string): Result {
    if (!items.some(hasDollar)) return value({ type: 'STRING_ARRAY', value: items });
    const texts: string[] = [];
    for (const item of items) {
      const text = this.#text(item, path);
      if (typeof text !== 'string') return text;
      texts.push(text);
    }
    return value({ type: 'STRING_ARRAY', value: texts });
  }

  #textMap(items: ReadonlyMap<string, string>, path: string): Result {
    const texts = new Map<string, Evaluated>();
    for (const [key, item] of items) {
      const name = this.#text(key, path);
      if (typeof name !== 'string') return name;
      const text = this.#text(item, path);
      if (typeof text !== 'string') return text;
      if (texts.has(name)) {
        return failed(problem(path, 'have keys that differ once they are interpolated', name));
      }
      texts.set(name, { type: 'STRING', value: text });
    }
    return value({ type: 'MAP', value: texts });
  }

  /** A text with its $names replaced. */
  #text(text: string, path: string): string | Stop {
    if (!hasDollar(text)) return text;
    const { language } = this.#context.programs;
    const inputs = this.#inputs(language.interpolatedNames(text), path);
    if (inputs.kind !== 'inputs') return inputs;
    const written = language.interpolate(text, (name) => this.#insert(inputs.values.get(name)));
    if (this.#inserted <= PARAMS_SIZE_LIMIT) return written;
    const rule = `be interpolated to at most ${PARAMS_SIZE_LIMIT} characters`;
    return failed({ path, rule, found: 'more than that' });
  }

  /** A value to insert into a text, or nothing more once the texts are too long: they could double without end. */
  #insert(value: Evaluated | undefined): Evaluated | undefined {
    if (value === undefined) return undefined;
    this.#inserted += valueSize(value);
    return this.#inserted <= PARAMS_SIZE_LIMIT ? value : NOTHING_TO_INSERT;
  }

  #expression(expression: string, path: string): Result {
    const compilation = this.#context.programs.compile(expression);
    if (compilation.kind === 'refused') {
      return failed(languageProblem(compilation.error, expression, path));
    }
    const inputs = this.#inputs(compilation.program.references, path);
    if (inputs.kind !== 'inputs') return inputs;
    return this.#run(compilation.program, { expression, path, inputs: inputs.values });
  }

  #run(program: Program, run: Run): Result {
    const { nowMs, random, uuid, allowance, programs } = this.#context;
    const background = program.references.includes(ALL) ? this.#scope.background : undefined;
    let later: RemoteRead | undefined;
    allowance.begin();
    const outcome = programs.language.evaluate(program, {
      read: (name) => run.inputs.get(name) ?? background?.(name),
      call: (name, args) => {
        const answer = callParams(this.#scope.data, name, args, uuid);
        if (answer.kind !== 'later') return answer;
        later = answer.read;
        return { kind: 'refused', message: `params.${name} has to wait for its answer` };
      },
      nowMs,
      random,
      uuid,
      nodes: allowance.nodes,
      isOverdue: allowance.isOverdue,
    });
    allowance.take(outcome.nodes);
    if (later !== undefined) return { kind: 'needs', read: later };
    if (outcome.kind === 'failed') return this.#stop(outcome.error, run);
    if (outcome.kind === 'value') return outcome;
    return failed(problem(run.path, `evaluate to a value: ${outcome.what}`, run.expression));
  }

  #stop(error: LanguageError, run: Run): Stop {
    const isCutShort = error.class === 'nodes' || error.class === 'time';
    if (isCutShort && !this.#context.allowance.isWhole) return { kind: 'over-budget' };
    return failed(languageProblem(error, run.expression, run.path));
  }

  #inputs(names: readonly string[], path: string): Inputs | Stop {
    if (names.length === 0) return NO_INPUTS;
    const values = new Map<string, Evaluated>();
    for (const name of names) {
      if (name === ALL) continue;
      const result = this.#scope.resolve(name, path);
      if (result.kind !== 'value') return result;
      values.set(name, result.value);
    }
    return { kind: 'inputs', values };
  }
}

interface Run {
  readonly expression: string;
  readonly path: string;
  readonly inputs: ReadonlyMap<string, Evaluated>;
}

interface Inputs {
  readonly kind: 'inputs';
  readonly values: ReadonlyMap<string, Evaluated>;
}

const NO_INPUTS: Inputs = { kind: 'inputs', values: new Map() };

function languageProblem(error: LanguageError, expression: string, path: string): Problem {
  const place = `line ${error.line}, column ${error.column}`;
  return problem(path, `be an expression that evaluates: ${error.message} (${place})`, expression);
}

function hasDollar(text: string): boolean {
  return text.includes('$');
}

function value(result: Evaluated): Result {
  return { kind: 'value', value: result };
}

/** A stop with a problem. */
export function failed(problem: Problem): Stop {
  return { kind: 'failed', problem };
}
