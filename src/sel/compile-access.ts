// Indexes, fields and calls behind a value, a class or `params`.

import { placeIn } from './array.ts';
import type { Expression, Suffix } from './ast.ts';
import { fromValue, toValue } from './boundary.ts';
import { PARAMS, classNamed } from './class-table.ts';
import { behind, compileList, type Evaluate, type Place } from './compile-place.ts';
import { evaluationFault } from './fault.ts';
import { invoke, type SelClass } from './member.ts';
import { membersNamed } from './method-table.ts';
import { ArrayOperand, type Operand, typeOf } from './operand.ts';
import type { Run } from './run.ts';
import { UTC } from './zone.ts';

type Access = Extract<Expression, { readonly kind: 'access' }>;
type Apply = (run: Run, base: Operand) => Operand;

export function compileAccess(node: Access, place: Place): Evaluate {
  const { base } = node;
  const [first, ...rest] = node.suffixes;
  const root =
    base.kind === 'name' && first !== undefined ? compileRoot(base.name, first, place) : undefined;
  const steps = (root === undefined ? node.suffixes : rest).map((suffix) =>
    compileSuffix(suffix, place),
  );
  const start = root ?? place.compile(base, place);
  const [only] = steps;
  if (only !== undefined && steps.length === 1) return (run) => only(run, start(run));
  return (run) => {
    let value = start(run);
    for (const step of steps) value = step(run, value);
    return value;
  };
}

/** What a class or `params` gives at its first suffix; undefined for any other name. */
function compileRoot(name: string, suffix: Suffix, place: Place): Evaluate | undefined {
  if (name === PARAMS) return compileParams(suffix, place);
  const found = classNamed(name);
  return found === undefined ? undefined : compileStatic(found, suffix, place);
}

function compileStatic(found: SelClass, suffix: Suffix, place: Place): Evaluate {
  switch (suffix.kind) {
    case 'index':
      return refuse(suffix, `${found.name} has no elements`);
    case 'field': {
      const value = found.fields?.get(suffix.name);
      if (value === undefined) return refuse(suffix, `${found.name} has no field ${suffix.name}`);
      return () => value;
    }
    case 'call': {
      const name = `${found.name}.${suffix.name}`;
      const method = found.methods?.get(suffix.name);
      const args = compileList(suffix.args, place);
      return (run) => {
        const operands = args(run);
        run.at = suffix;
        if (method === undefined) throw evaluationFault(`there is no ${name}`);
        return invoke(run, method, undefined, name, operands);
      };
    }
  }
}

function refuse(suffix: Suffix, message: string): Evaluate {
  return (run) => {
    run.at = suffix;
    throw evaluationFault(message);
  };
}

function compileParams(suffix: Suffix, place: Place): Evaluate {
  switch (suffix.kind) {
    case 'index': {
      const index = place.compile(suffix.index, behind(place));
      return (run) => {
        const name = index(run);
        run.at = suffix;
        if (typeof name !== 'string') throw evaluationFault(`params has no entry ${typeOf(name)}`);
        return run.param(name);
      };
    }
    case 'field': {
      const { name } = suffix;
      return (run) => run.param(name);
    }
    case 'call': {
      const { name } = suffix;
      const args = compileList(suffix.args, place);
      return (run) => {
        const operands = args(run);
        run.at = suffix;
        return callParams(run, name, operands);
      };
    }
  }
}

function callParams(run: Run, name: string, operands: readonly Operand[]): Operand {
  const [key] = operands;
  if (name !== 'get' && name !== 'containsKey') return callOutside(run, name, operands);
  if (operands.length !== 1 || typeof key !== 'string') {
    throw evaluationFault(`params.${name} takes one STRING`);
  }
  return name === 'get' ? run.param(key) : run.environment.read(key) !== undefined;
}

function callOutside(run: Run, name: string, operands: readonly Operand[]): Operand {
  const answer = run.environment.call?.(
    name,
    operands.map((operand) => toValue(run, operand)),
  );
  if (answer === undefined) throw evaluationFault(`there is no params.${name}`);
  if (answer.type === 'FAILURE') throw evaluationFault(answer.message);
  return fromValue(run, answer);
}

function compileSuffix(suffix: Suffix, place: Place): Apply {
  switch (suffix.kind) {
    case 'index': {
      const index = place.compile(suffix.index, behind(place));
      return (run, base) => {
        const operand = index(run);
        run.at = suffix;
        return elementOf(base, operand);
      };
    }
    case 'field':
      return (run, base) => {
        run.at = suffix;
        if (suffix.name === 'length' && base instanceof ArrayOperand)
          return BigInt(base.items.length);
        if (suffix.name === 'UTC' && typeOf(base) === 'DATETIME_ZONE') return UTC;
        throw evaluationFault(`${typeOf(base)} has no field ${suffix.name}`);
      };
    case 'call': {
      const { name } = suffix;
      const call = membersNamed(name);
      const args = compileList(suffix.args, place);
      return (run, base) => {
        const operands = args(run);
        run.at = suffix;
        return call(run, base, operands);
      };
    }
  }
}

function elementOf(base: Operand, index: Operand): Operand {
  if (!(base instanceof ArrayOperand)) throw evaluationFault(`${typeOf(base)} has no elements`);
  return base.at(placeIn(base, index));
}
