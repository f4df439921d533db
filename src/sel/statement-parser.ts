// Tokens to the syntax tree of a program.

import type {
  Declaration,
  DeclaredType,
  DeclaredVariable,
  ExpressionStatement,
  IfArm,
  Statement,
  Tree,
} from './ast.ts';
import type { Expression } from './ast.ts';
import { PRIMITIVES, parseAccess, parseAssignment, parseExpression } from './expression-parser.ts';
import type { TokenStream } from './token-stream.ts';

/** `program = { import } { statement-or-declaration }` */
export function parseTree(tokens: TokenStream): Tree {
  while (tokens.isWord('import')) skipImport(tokens);
  const statements: Statement[] = [];
  while (tokens.peek().kind !== 'end') statements.push(parseBlockStatement(tokens));
  return { statements };
}

function skipImport(tokens: TokenStream): void {
  tokens.next();
  tokens.takeWord('static');
  tokens.needName();
  while (tokens.takeSymbol('.')) {
    if (tokens.takeSymbol('*')) break;
    tokens.needName();
  }
  tokens.needSymbol(';');
}

function parseBlockStatement(tokens: TokenStream): Statement {
  const declaration = parseDeclaration(tokens);
  if (declaration === undefined) return parseStatement(tokens);
  tokens.needSymbol(';');
  return declaration;
}

/** A declaration without its `;`, or undefined when the tokens begin something else. */
function parseDeclaration(tokens: TokenStream): Declaration | undefined {
  const token = tokens.peek();
  const { start } = token;
  const isPrimitive = token.kind === 'word' && PRIMITIVES.includes(token.text);
  if (!isPrimitive && !(token.kind === 'name' && namesVariable(tokens))) return undefined;
  tokens.next();
  const isArray = tokens.takeSymbol('[');
  if (isArray) tokens.needSymbol(']');
  const type: DeclaredType = { name: token.text, isArray };
  const variables: DeclaredVariable[] = [];
  do variables.push(parseVariable(tokens));
  while (tokens.takeSymbol(','));
  return { kind: 'declaration', type, variables, start, end: tokens.end };
}

/** After a class name: does a variable's name follow, as in `Long x` and `Long[] x`? */
function namesVariable(tokens: TokenStream): boolean {
  if (tokens.peek(1).kind === 'name') return true;
  return tokens.isSymbol('[', 1) && tokens.isSymbol(']', 2);
}

function parseVariable(tokens: TokenStream): DeclaredVariable {
  const { start } = tokens.peek();
  const name = tokens.needName();
  const value = tokens.takeSymbol('=') ? parseExpression(tokens) : undefined;
  return { name, value, start, end: tokens.end };
}

function parseStatement(tokens: TokenStream): Statement {
  return tokens.nest(() => {
    const token = tokens.peek();
    const { start } = token;
    if (tokens.takeSymbol('{')) return parseBlock(tokens, start);
    if (token.kind !== 'word') return parseExpressionStatement(tokens);
    switch (token.text) {
      case 'if':
        return parseIf(tokens, start);
      case 'while':
        return parseWhile(tokens, start);
      case 'for':
        return parseFor(tokens, start);
      case 'break':
      case 'continue':
        tokens.next();
        tokens.needSymbol(';');
        return { kind: token.text, start, end: tokens.end };
      case 'return':
      case 'throw': {
        tokens.next();
        const value = parseExpression(tokens);
        tokens.needSymbol(';');
        return { kind: token.text, value, start, end: tokens.end };
      }
      default:
        return parseExpressionStatement(tokens);
    }
  });
}

function parseBlock(tokens: TokenStream, start: number): Statement {
  const statements: Statement[] = [];
  while (!tokens.takeSymbol('}')) {
    if (tokens.peek().kind === 'end') throw tokens.refuse("'}' is missing");
    statements.push(parseBlockStatement(tokens));
  }
  return { kind: 'block', statements, start, end: tokens.end };
}

function parseExpressionStatement(tokens: TokenStream): Statement {
  const { start } = tokens.peek();
  const expression = parseExpression(tokens);
  tokens.needSymbol(';');
  return { kind: 'expression', expression, start, end: tokens.end };
}

function parseCondition(tokens: TokenStream): Expression {
  tokens.needSymbol('(');
  const condition = parseExpression(tokens);
  tokens.needSymbol(')');
  return condition;
}

function parseIf(tokens: TokenStream, start: number): Statement {
  const arms: IfArm[] = [];
  let otherwise: Statement | undefined;
  for (;;) {
    tokens.next();
    const condition = parseCondition(tokens);
    arms.push({ condition, chosen: parseStatement(tokens) });
    if (!tokens.takeWord('else')) break;
    if (tokens.isWord('if')) continue;
    otherwise = parseStatement(tokens);
    break;
  }
  return { kind: 'if', arms, otherwise, start, end: tokens.end };
}

function parseWhile(tokens: TokenStream, start: number): Statement {
  tokens.next();
  const condition = parseCondition(tokens);
  const body = parseStatement(tokens);
  return { kind: 'while', condition, body, start, end: tokens.end };
}

function parseFor(tokens: TokenStream, start: number): Statement {
  tokens.next();
  tokens.needSymbol('(');
  const init = tokens.isSymbol(';') ? undefined : parseInit(tokens);
  tokens.needSymbol(';');
  const condition = tokens.isSymbol(';') ? undefined : parseExpression(tokens);
  tokens.needSymbol(';');
  const step = tokens.isSymbol(')') ? undefined : parseStep(tokens);
  tokens.needSymbol(')');
  const body = parseStatement(tokens);
  return { kind: 'for', init, condition, step, body, start, end: tokens.end };
}

function parseInit(tokens: TokenStream): Declaration | ExpressionStatement {
  const declaration = parseDeclaration(tokens);
  if (declaration !== undefined) return declaration;
  const expression = parseStep(tokens);
  return { kind: 'expression', expression, start: expression.start, end: expression.end };
}

/** `step = assignment | primary` */
function parseStep(tokens: TokenStream): Expression {
  return parseAssignment(tokens) ?? parseAccess(tokens);
}
