// Tokens to the syntax tree of one expression.

import type { ChoiceArm, Expression, Link, SignOperator, Suffix } from './ast.ts';
import type { AssignmentOperator } from './ast.ts';
import type { TokenStream } from './token-stream.ts';

/** Ranks of binary operators that evaluate both sides, loosest first. */
const RANKS: readonly (readonly Link['operator'][])[] = [
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS: readonly AssignmentOperator[] = ['=', '+=', '-=', '*=', '/=', '%='];
const SIGNS: readonly SignOperator[] = ['-', '+', '!'];
/** Words for types that have array forms and no class. */
export const PRIMITIVES: readonly string[] = ['boolean', 'int', 'long', 'float', 'double'];

/** `expr = assignment | ternary` */
export function parseExpression(tokens: TokenStream): Expression {
  return tokens.nest(() => parseAssignment(tokens) ?? parseChoice(tokens));
}

/** `name = …` or `name[…] = …`; undefined when the tokens begin anything else. */
export function parseAssignment(tokens: TokenStream): Expression | undefined {
  const target = tokens.peek();
  if (target.kind !== 'name') return undefined;
  const length = targetLength(tokens);
  const symbol = tokens.peek(length);
  const operator =
    symbol.kind === 'symbol' ? ASSIGNMENTS.find((known) => known === symbol.text) : undefined;
  if (operator === undefined) return undefined;
  tokens.next();
  let index: Expression | undefined;
  if (tokens.takeSymbol('[')) {
    index = parseExpression(tokens);
    tokens.needSymbol(']');
  }
  tokens.next();
  const value = parseExpression(tokens);
  const { start } = target;
  return { kind: 'assignment', name: target.text, index, operator, value, start, end: tokens.end };
}

/** How many tokens `name` or `name[…]` has. */
function targetLength(tokens: TokenStream): number {
  if (!tokens.isSymbol('[', 1)) return 1;
  const closing = tokens.closing(1);
  return closing === undefined ? 1 : closing + 1;
}

function parseChoice(tokens: TokenStream): Expression {
  const { start } = tokens.peek();
  const arms: ChoiceArm[] = [];
  let last = parseOr(tokens);
  while (tokens.takeSymbol('?')) {
    const chosen = parseExpression(tokens);
    tokens.needSymbol(':');
    arms.push({ condition: last, chosen });
    const assignment = tokens.nest(() => parseAssignment(tokens));
    last = assignment ?? parseOr(tokens);
    if (assignment !== undefined) break;
  }
  if (arms.length === 0) return last;
  return { kind: 'choice', arms, otherwise: last, start, end: tokens.end };
}

function parseOr(tokens: TokenStream): Expression {
  return parseLogic(tokens, '||', () => parseLogic(tokens, '&&', () => parseChain(tokens, 0)));
}

function parseLogic(
  tokens: TokenStream,
  operator: '&&' | '||',
  parseOperand: () => Expression,
): Expression {
  const { start } = tokens.peek();
  const first = parseOperand();
  if (!tokens.isSymbol(operator)) return first;
  const operands = [first];
  while (tokens.takeSymbol(operator)) operands.push(parseOperand());
  return { kind: 'logic', operator, operands, start, end: tokens.end };
}

function parseChain(tokens: TokenStream, rank: number): Expression {
  const operators = RANKS[rank];
  if (operators === undefined) return parseSigned(tokens);
  const { start } = tokens.peek();
  const first = parseChain(tokens, rank + 1);
  const links: Link[] = [];
  for (;;) {
    const operator = operators.find((known) => tokens.isSymbol(known));
    if (operator === undefined) break;
    tokens.next();
    const operand = parseChain(tokens, rank + 1);
    links.push({ operator, operand, start, end: tokens.end });
  }
  return links.length === 0 ? first : { kind: 'chain', first, links, start, end: tokens.end };
}

function parseSigned(tokens: TokenStream): Expression {
  const { start } = tokens.peek();
  const signs: SignOperator[] = [];
  for (;;) {
    const sign = SIGNS.find((known) => tokens.isSymbol(known));
    if (sign === undefined) break;
    tokens.next();
    signs.push(sign);
  }
  const operand = parseAccess(tokens);
  if (signs.length === 0) return operand;
  return { kind: 'signed', signs, operand, start, end: tokens.end };
}

/** `primary`: something with indexes, fields and calls behind it. */
export function parseAccess(tokens: TokenStream): Expression {
  const { start } = tokens.peek();
  const base = parseBase(tokens);
  const suffixes: Suffix[] = [];
  for (;;) {
    const suffix = parseSuffix(tokens);
    if (suffix === undefined) break;
    suffixes.push(suffix);
  }
  return suffixes.length === 0 ? base : { kind: 'access', base, suffixes, start, end: tokens.end };
}

function parseSuffix(tokens: TokenStream): Suffix | undefined {
  const { start } = tokens.peek();
  if (tokens.takeSymbol('[')) {
    const index = parseExpression(tokens);
    tokens.needSymbol(']');
    return { kind: 'index', index, start, end: tokens.end };
  }
  if (!tokens.takeSymbol('.')) return undefined;
  const name = tokens.needName();
  if (!tokens.isSymbol('(')) return { kind: 'field', name, start, end: tokens.end };
  const args = parseArguments(tokens);
  return { kind: 'call', name, args, start, end: tokens.end };
}

function parseArguments(tokens: TokenStream): readonly Expression[] {
  tokens.needSymbol('(');
  const args: Expression[] = [];
  if (tokens.takeSymbol(')')) return args;
  do args.push(parseExpression(tokens));
  while (tokens.takeSymbol(','));
  tokens.needSymbol(')');
  return args;
}

function parseBase(tokens: TokenStream): Expression {
  const token = tokens.next();
  const { start, end } = token;
  switch (token.kind) {
    case 'long':
    case 'double':
    case 'string':
      return { kind: 'literal', value: token.value, start, end };
    case 'name':
      return { kind: 'name', name: token.text, start, end };
    case 'word': {
      if (token.text === 'new') return parseNew(tokens, start);
      const value = CONSTANTS.get(token.text);
      if (value !== undefined) return { kind: 'literal', value, start, end };
      throw tokens.refuse(`'${token.text}' is a reserved word`, token);
    }
    case 'symbol': {
      if (token.text === ';') throw tokens.refuse('a value is missing', token);
      if (token.text !== '(') throw tokens.refuse(`'${token.text}' begins no value`, token);
      const inner = parseExpression(tokens);
      tokens.needSymbol(')');
      return inner;
    }
    case 'end':
      throw tokens.refuse('a value is missing');
  }
}

const CONSTANTS: ReadonlyMap<string, true | false | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function parseNew(tokens: TokenStream, start: number): Expression {
  const type = tokens.next();
  const isPrimitive = type.kind === 'word' && PRIMITIVES.includes(type.text);
  if (type.kind !== 'name' && !isPrimitive) throw tokens.refuse('a class is missing', type);
  const { text } = type;
  if (!isPrimitive && tokens.isSymbol('(')) {
    const args = parseArguments(tokens);
    return { kind: 'new-object', className: text, args, start, end: tokens.end };
  }
  tokens.needSymbol('[');
  if (tokens.takeSymbol(']')) {
    const elements = parseElements(tokens);
    return { kind: 'new-array-of', elementType: text, elements, start, end: tokens.end };
  }
  const size = parseExpression(tokens);
  tokens.needSymbol(']');
  return { kind: 'new-array', elementType: text, size, start, end: tokens.end };
}

/** `{ a, b, }`: one comma may trail, even alone. */
function parseElements(tokens: TokenStream): readonly Expression[] {
  tokens.needSymbol('{');
  const elements: Expression[] = [];
  while (!tokens.isSymbol('}') && !tokens.isSymbol(',')) {
    elements.push(parseExpression(tokens));
    if (!tokens.isSymbol(',') || tokens.isSymbol('}', 1)) break;
    tokens.next();
    if (tokens.isSymbol(',')) throw tokens.refuse('an element is missing');
  }
  tokens.takeSymbol(',');
  tokens.needSymbol('}');
  return elements;
}
