// Syntax trees of statements to functions.

import { arrayTypeOf } from './array.ts';
import { truth } from './arithmetic.ts';
import type { Declaration, DeclaredType, Expression, Statement } from './ast.ts';
import { PARAMS, isClassName } from './class-table.ts';
import { compileExpression, countNodes, topPlace } from './compile-expression.ts';
import type { Evaluate } from './compile-place.ts';
import { initialValue } from './declared-type.ts';
import { Fault, evaluationFault, limitFault } from './fault.ts';
import { type Operand, typeOf } from './operand.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/** How a statement ends: by going on, or by leaving something. */
type Ending = 'next' | 'break' | 'continue' | 'return' | 'throw';
export type Execute = (run: Run) => Ending;

/** Where a statement stands. */
interface Surroundings {
  readonly scope: Scope;
  readonly inLoop: boolean;
  /** Its value is the value of the program. */
  readonly isLast: boolean;
}

/** All statements of a program; the last one leaves its value, if it has one, in `run.result`. */
export function compileStatements(statements: readonly Statement[], scope: Scope): Execute {
  return compileSequence(statements, { scope, inLoop: false, isLast: true });
}

function compileSequence(statements: readonly Statement[], around: Surroundings): Execute {
  const parts = statements.map((statement, index) =>
    compileStatement(statement, {
      ...around,
      isLast: around.isLast && index === statements.length - 1,
    }),
  );
  return (run) => {
    for (const part of parts) {
      const ending = part(run);
      if (ending !== 'next') return ending;
    }
    return 'next';
  };
}

function compileStatement(node: Statement, around: Surroundings): Execute {
  switch (node.kind) {
    case 'declaration':
      return compileDeclaration(node, around.scope);
    case 'expression':
      return compileExpressionStatement(node.expression, around);
    case 'block':
      return compileSequence(node.statements, around);
    case 'if':
      return compileIf(node, { ...around, isLast: false });
    case 'while':
      return compileLoop(node, { ...node, init: undefined, step: undefined }, around);
    case 'for':
      return compileLoop(node, node, around);
    case 'break':
    case 'continue':
      return compileLeave(node, around);
    case 'return':
    case 'throw':
      return compileReturn(node, around.scope);
  }
}

/** An expression with its nodes counted. */
function compileCounted(node: Expression, scope: Scope): Evaluate {
  const evaluate = compileExpression(node, topPlace(scope));
  const nodes = countNodes(node) + 1;
  return (run) => {
    run.visit(nodes);
    return evaluate(run);
  };
}

function compileExpressionStatement(node: Expression, around: Surroundings): Execute {
  const evaluate = compileCounted(node, around.scope);
  if (!around.isLast) {
    return (run) => {
      evaluate(run);
      return 'next';
    };
  }
  return (run) => {
    run.result = evaluate(run);
    return 'next';
  };
}

function compileDeclaration(node: Declaration, scope: Scope): Execute {
  const parts = node.variables.map((variable) => ({
    variable,
    slot: scope.slot(variable.name),
    value: variable.value === undefined ? undefined : compileCounted(variable.value, scope),
  }));
  return (run) => {
    for (const { variable, slot, value } of parts) {
      run.visit(1);
      const operand = value?.(run);
      run.at = variable;
      if (isClassName(variable.name) || variable.name === PARAMS) {
        throw evaluationFault(`${variable.name} cannot be a variable`);
      }
      run.declare(slot, declaredValue(run, node.type, operand));
    }
    return 'next';
  };
}

/** The value of a declared variable: the one it is given, which must be of its type, or the initial one. */
function declaredValue(run: Run, declared: DeclaredType, operand: Operand | undefined): Operand {
  const initial = initialValue(declared, arrayTypeOf(declared.name));
  if (initial === undefined) {
    throw evaluationFault(`there is no type ${declared.name}${declared.isArray ? '[]' : ''}`);
  }
  if (operand === undefined) {
    run.create(1);
    return initial;
  }
  if (typeOf(operand) !== typeOf(initial)) {
    throw evaluationFault(`${typeOf(operand)} does not fit a declared ${typeOf(initial)}`);
  }
  return operand;
}

function compileIf(node: Extract<Statement, { kind: 'if' }>, around: Surroundings): Execute {
  const arms = node.arms.map(({ condition, chosen }) => ({
    condition,
    evaluate: compileCounted(condition, around.scope),
    chosen: compileStatement(chosen, around),
  }));
  const otherwise =
    node.otherwise === undefined ? undefined : compileStatement(node.otherwise, around);
  return (run) => {
    for (const { condition, evaluate, chosen } of arms) {
      const value = evaluate(run);
      run.at = condition;
      if (truth(value, 'the condition of if')) return chosen(run);
    }
    return otherwise?.(run) ?? 'next';
  };
}

interface Loop {
  readonly init: Statement | undefined;
  readonly condition: Expression | undefined;
  readonly step: Expression | undefined;
  readonly body: Statement;
}

function compileLoop(node: Statement, loop: Loop, around: Surroundings): Execute {
  const { scope } = around;
  const inside: Surroundings = { scope, inLoop: true, isLast: false };
  const init = loop.init === undefined ? undefined : compileStatement(loop.init, inside);
  const condition = compileCondition(loop.condition, scope);
  const body = compileStatement(loop.body, inside);
  const step = loop.step === undefined ? undefined : compileCounted(loop.step, scope);
  return (run) => {
    init?.(run);
    for (let rounds = 0; condition(run); rounds += 1) {
      const ending = body(run);
      if (ending === 'break') break;
      if (ending === 'return' || ending === 'throw') return ending;
      step?.(run);
      // At the end of a round: one round too many is no fault when it is the one that leaves the loop.
      countRound(run, rounds, node);
    }
    return 'next';
  };
}

function compileCondition(node: Expression | undefined, scope: Scope): (run: Run) => boolean {
  if (node === undefined) return () => true;
  const evaluate = compileCounted(node, scope);
  return (run) => {
    const value = evaluate(run);
    run.at = node;
    return truth(value, 'the condition of a loop');
  };
}

function countRound(run: Run, rounds: number, node: Statement): void {
  run.visit(1);
  const { loopRounds } = run.environment.limits;
  if (rounds < loopRounds) return;
  run.at = node;
  throw limitFault('loop-rounds', `a loop has at most ${loopRounds} rounds`);
}

function compileLeave(
  node: Extract<Statement, { kind: 'break' | 'continue' }>,
  { inLoop }: Surroundings,
): Execute {
  const { kind } = node;
  if (!inLoop) throw new Fault('parse', `${kind} stands in no loop`, { span: node });
  return () => kind;
}

function compileReturn(
  node: Extract<Statement, { kind: 'return' | 'throw' }>,
  scope: Scope,
): Execute {
  const { kind } = node;
  const evaluate = compileCounted(node.value, scope);
  return (run) => {
    const value = evaluate(run);
    run.at = node;
    if (kind === 'throw' && typeof value !== 'string') {
      throw evaluationFault(`only a STRING can be thrown, not ${typeOf(value)}`);
    }
    run.result = value;
    return kind;
  };
}
