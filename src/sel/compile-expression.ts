// Syntax trees of expressions to functions.
//
// A function counts the nodes it is sure to visit at once, in the statement around it; only what may be skipped (the side
// of a `?:`, the right of `&&`) counts for itself. How many values wait for a node is known from the tree alone, so the
// limit on them costs nothing while a program runs.

import { binaryOperation, compoundOperation, signed, truth } from './arithmetic.ts';
import { newArray, newArrayOf, placeIn, setElement } from './array.ts';
import type { Expression, Link, SignOperator } from './ast.ts';
import { PARAMS, classNamed, isClassName } from './class-table.ts';
import { compileAccess } from './compile-access.ts';
import { behind, compileList, type Evaluate, type Place } from './compile-place.ts';
import { evaluationFault, limitFault } from './fault.ts';
import { invoke } from './member.ts';
import { ArrayOperand, type Operand, typeOf } from './operand.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/** Where an expression stands that no other value waits for. */
export function topPlace(scope: Scope): Place {
  return { scope, pending: 0, compile: compileExpression };
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

export function compileExpression(node: Expression, place: Place): Evaluate {
  const evaluate = compileKind(node, place);
  const { pending } = place;
  if (pending < SMALLEST_STACK) return evaluate;
  return (run) => {
    if (pending < run.environment.limits.stackDepth) return evaluate(run);
    run.at = node;
    const allowed = run.environment.limits.stackDepth;
    throw limitFault('stack-depth', `at most ${allowed} values wait in one expression`);
  };
}

/** Below this many waiting values no limit is looked at. */
const SMALLEST_STACK = 16;

function compileKind(node: Expression, place: Place): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(node, place);
    case 'signed':
      return compileSigned(node, place);
    case 'chain':
      return compileChain(node, place);
    case 'logic':
      return compileLogic(node, place);
    case 'choice':
      return compileChoice(node, place);
    case 'assignment':
      return node.index === undefined
        ? compileAssignment(node, place)
        : compileElementAssignment(node, node.index, place);
    case 'access':
      return compileAccess(node, place);
    case 'new-object':
      return compileNewObject(node, place);
    case 'new-array': {
      const { elementType } = node;
      const size = compileExpression(node.size, place);
      return (run) => {
        const operand = size(run);
        run.at = node;
        return newArray(run, elementType, operand);
      };
    }
    case 'new-array-of': {
      const { elementType } = node;
      const elements = compileList(node.elements, place);
      return (run) => {
        const operands = elements(run);
        run.at = node;
        return newArrayOf(run, elementType, operands);
      };
    }
  }
}

function compileName(node: Of<'name'>, { scope }: Place): Evaluate {
  const { name } = node;
  if (isClassName(name) || name === PARAMS) {
    return (run) => {
      run.at = node;
      throw evaluationFault(`${name} is no value by itself`);
    };
  }
  const slot = scope.slot(name);
  return (run) => {
    const found = run.find(slot);
    return found === undefined ? null : found;
  };
}

function compileSigned(node: Of<'signed'>, place: Place): Evaluate {
  const signs: readonly SignOperator[] = node.signs.toReversed();
  const operand = compileExpression(node.operand, place);
  return (run) => {
    let value = operand(run);
    run.at = node;
    for (const sign of signs) value = applySign(run, sign, value);
    return value;
  };
}

function applySign(run: Run, sign: SignOperator, value: Operand): Operand {
  if (sign !== '!') return signed(run, sign, value);
  run.create(1);
  return !truth(value, 'the operand of !');
}

function compileChain(node: Of<'chain'>, place: Place): Evaluate {
  const [only, ...more] = node.links.map((link) => compileLink(link, place));
  const first = compileExpression(node.first, place);
  if (only !== undefined && more.length === 0) {
    const { operand, operation, link } = only;
    return (run) => {
      const left = first(run);
      const right = operand(run);
      run.at = link;
      return operation(run, left, right);
    };
  }
  const links = only === undefined ? more : [only, ...more];
  return (run) => {
    let value = first(run);
    for (const { operand, operation, link } of links) {
      const right = operand(run);
      run.at = link;
      value = operation(run, value, right);
    }
    return value;
  };
}

const compileLink = (link: Link, place: Place) => ({
  link,
  operation: binaryOperation(link.operator),
  operand: compileExpression(link.operand, behind(place)),
});

/** Stops at the first operand that decides. */
function compileLogic(node: Of<'logic'>, place: Place): Evaluate {
  const decisive = node.operator === '||';
  const what = `an operand of ${node.operator}`;
  const [first, ...rest] = node.operands.map((operand, index) => ({
    node: operand,
    evaluate: index === 0 ? compileExpression(operand, place) : compileLazily(operand, place),
  }));
  const operands = first === undefined ? rest : [first, ...rest];
  return (run) => {
    run.create(1);
    for (const operand of operands) {
      const value = operand.evaluate(run);
      run.at = operand.node;
      if (truth(value, what) === decisive) return decisive;
    }
    return !decisive;
  };
}

/** For what may be skipped: counts its nodes when it is reached. */
function compileLazily(node: Expression, place: Place): Evaluate {
  const evaluate = compileExpression(node, place);
  const nodes = countNodes(node);
  return (run) => {
    run.visit(nodes);
    return evaluate(run);
  };
}

function compileChoice(node: Of<'choice'>, place: Place): Evaluate {
  const arms = node.arms.map(({ condition, chosen }) => ({
    node: condition,
    condition: compileLazily(condition, place),
    chosen: compileLazily(chosen, place),
  }));
  const otherwise = compileLazily(node.otherwise, place);
  return (run) => {
    for (const arm of arms) {
      const value = arm.condition(run);
      run.at = arm.node;
      if (truth(value, 'a condition')) return arm.chosen(run);
    }
    return otherwise(run);
  };
}

function refuseTarget(name: string): Evaluate | undefined {
  if (!isClassName(name) && name !== PARAMS) return undefined;
  return () => {
    throw evaluationFault(`${name} is no variable`);
  };
}

function compileAssignment(node: Of<'assignment'>, place: Place): Evaluate {
  const refusal = refuseTarget(node.name);
  if (refusal !== undefined) return refusal;
  const { operator } = node;
  const slot = place.scope.slot(node.name);
  const value = compileExpression(node.value, place);
  if (operator === '=') {
    return (run) => {
      const operand = value(run);
      run.at = node;
      run.assign(slot, operand);
      return operand;
    };
  }
  const operation = compoundOperation(arithmeticOf(operator));
  return (run) => {
    const right = value(run);
    run.at = node;
    const left = run.find(slot);
    if (left === undefined) throw evaluationFault(`'${node.name}' has no value to change`);
    const result = operation(run, left, right);
    run.assign(slot, result);
    return result;
  };
}

function arithmeticOf(operator: '+=' | '-=' | '*=' | '/=' | '%='): '+' | '-' | '*' | '/' | '%' {
  switch (operator) {
    case '+=':
      return '+';
    case '-=':
      return '-';
    case '*=':
      return '*';
    case '/=':
      return '/';
    case '%=':
      return '%';
  }
}

function compileElementAssignment(
  node: Of<'assignment'>,
  indexNode: Expression,
  place: Place,
): Evaluate {
  const refusal = refuseTarget(node.name);
  if (refusal !== undefined) return refusal;
  const { operator } = node;
  const slot = place.scope.slot(node.name);
  const index = compileExpression(indexNode, behind(place));
  const value = compileExpression(node.value, behind(behind(place)));
  const operation = operator === '=' ? undefined : compoundOperation(arithmeticOf(operator));
  return (run) => {
    const at = index(run);
    const right = value(run);
    run.at = node;
    const array = run.find(slot) ?? null;
    if (!(array instanceof ArrayOperand)) {
      throw evaluationFault(`${typeOf(array)} has no elements to set`);
    }
    const element = placeIn(array, at);
    const result = operation === undefined ? right : operation(run, array.at(element), right);
    setElement(run, array, element, result);
    return result;
  };
}

function compileNewObject(node: Of<'new-object'>, place: Place): Evaluate {
  const { className } = node;
  const args = compileList(node.args, place);
  const construct = classNamed(className)?.construct;
  return (run) => {
    const operands = args(run);
    run.at = node;
    if (construct === undefined) throw evaluationFault(`there is no class ${className} to make`);
    return invoke(run, construct, undefined, `new ${className}`, operands);
  };
}

/** Nodes that evaluating an expression is sure to visit. */
export function countNodes(node: Expression): number {
  const sum = (nodes: readonly Expression[]): number =>
    nodes.reduce((count, inner) => count + countNodes(inner), 0);
  switch (node.kind) {
    case 'literal':
    case 'name':
      return 1;
    case 'signed':
      return node.signs.length + countNodes(node.operand);
    case 'chain':
      return (
        node.links.length + countNodes(node.first) + sum(node.links.map((link) => link.operand))
      );
    case 'logic':
      return 1 + sum(node.operands.slice(0, 1));
    case 'choice':
      return 1;
    case 'assignment':
      return 2 + countNodes(node.value) + (node.index === undefined ? 0 : countNodes(node.index));
    case 'access':
      return countNodes(node.base) + sum(node.suffixes.flatMap(operandsOf)) + node.suffixes.length;
    case 'new-object':
      return 1 + sum(node.args);
    case 'new-array':
      return 1 + countNodes(node.size);
    case 'new-array-of':
      return 1 + sum(node.elements);
  }
}

function operandsOf(suffix: Of<'access'>['suffixes'][number]): readonly Expression[] {
  switch (suffix.kind) {
    case 'index':
      return [suffix.index];
    case 'call':
      return suffix.args;
    case 'field':
      return [];
  }
}
