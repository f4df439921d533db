// Syntax trees of the expression language as texts: what a parser undoes.
//
// Brackets stand where a tree needs them, and nowhere else; what they leave open is chosen by `choose`, so that one tree
// has many texts.

import type { Declaration, Expression, Statement, Suffix, Tree } from '../../src/sel/ast.ts';

/** Draws a whole number from 0 to below `count`. */
export type Choose = (count: number) => number;

/** How tightly operators bind, the loosest first. */
const RANK = {
  expression: 0,
  or: 1,
  and: 2,
  equality: 3,
  relation: 4,
  sum: 5,
  product: 6,
  signed: 7,
  access: 8,
  base: 9,
} as const;

const CHAIN_RANKS: { readonly [operator: string]: number } = {
  '==': RANK.equality,
  '!=': RANK.equality,
  '<': RANK.relation,
  '>': RANK.relation,
  '<=': RANK.relation,
  '>=': RANK.relation,
  '+': RANK.sum,
  '-': RANK.sum,
  '*': RANK.product,
  '/': RANK.product,
  '%': RANK.product,
};

function rankOf(expression: Expression): number {
  switch (expression.kind) {
    case 'assignment':
    case 'choice':
      return RANK.expression;
    case 'logic':
      return expression.operator === '||' ? RANK.or : RANK.and;
    case 'chain':
      return CHAIN_RANKS[expression.links[0]?.operator ?? ''] ?? RANK.product;
    case 'signed':
      return RANK.signed;
    case 'access':
      return RANK.access;
    case 'literal':
      // A point behind a number would be part of it.
      return typeof expression.value === 'bigint' || typeof expression.value === 'number'
        ? RANK.access
        : RANK.base;
    case 'name':
    case 'new-object':
    case 'new-array':
    case 'new-array-of':
      return RANK.base;
  }
}

const ESCAPES: { readonly [character: string]: string } = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

class Printer {
  readonly #choose: Choose;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  /** Joined by anything that separates tokens. */
  #row(...parts: readonly string[]): string {
    const blanks = [' ', '  ', '\n', '\t', ' /* b */ ', ' // c\n'];
    return parts
      .filter((part) => part !== '')
      .map((part) => part + (blanks[this.#choose(blanks.length)] ?? ' '))
      .join('');
  }

  #list(parts: readonly string[]): string {
    return parts.join(', ');
  }

  /** @param least what binds less tightly is put in brackets */
  expression(expression: Expression, least: number = RANK.expression): string {
    const text = this.#bare(expression);
    const isNeeded = rankOf(expression) < least;
    return isNeeded || this.#choose(10) === 0 ? this.#row('(', text, ')') : text;
  }

  #bare(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return this.#literal(expression.value);
      case 'name':
        return expression.name;
      case 'signed':
        return this.#row(...expression.signs, this.expression(expression.operand, RANK.access));
      case 'chain': {
        const tighter = rankOf(expression) + 1;
        const links = expression.links.map(({ operator, operand }) =>
          this.#row(operator, this.expression(operand, tighter)),
        );
        return this.#row(this.expression(expression.first, tighter), ...links);
      }
      case 'logic': {
        const operands = expression.operands.map((operand) =>
          this.expression(operand, rankOf(expression) + 1),
        );
        return operands.join(` ${expression.operator} `);
      }
      case 'choice': {
        const arms = expression.arms.map(({ condition, chosen }) =>
          this.#row(this.expression(condition, RANK.or), '?', this.expression(chosen), ':'),
        );
        return this.#row(...arms, this.#otherwise(expression.otherwise));
      }
      case 'assignment': {
        const { name, index, operator, value } = expression;
        const place = index === undefined ? name : `${name}[${this.expression(index)}]`;
        return this.#row(place, operator, this.expression(value));
      }
      case 'access':
        return this.#row(
          this.expression(expression.base, RANK.base),
          ...expression.suffixes.map((suffix) => this.#suffix(suffix)),
        );
      case 'new-object':
        return this.#row('new', expression.className, this.#arguments(expression.args));
      case 'new-array':
        return this.#row('new', expression.elementType, '[', this.expression(expression.size), ']');
      case 'new-array-of': {
        const elements = expression.elements.map((element) => this.expression(element));
        const trailing = this.#choose(4) === 0 ? ',' : '';
        const { elementType } = expression;
        return this.#row('new', elementType, '[', ']', '{', this.#list(elements), trailing, '}');
      }
    }
  }

  /** Only an assignment may stand there without brackets that binds so loosely. */
  #otherwise(expression: Expression): string {
    return this.expression(expression, expression.kind === 'assignment' ? 0 : RANK.or);
  }

  #suffix(suffix: Suffix): string {
    switch (suffix.kind) {
      case 'index':
        return this.#row('[', this.expression(suffix.index), ']');
      case 'field':
        return this.#row('.', suffix.name);
      case 'call':
        return this.#row('.', suffix.name, this.#arguments(suffix.args));
    }
  }

  #arguments(args: readonly Expression[]): string {
    return this.#row('(', this.#list(args.map((arg) => this.expression(arg))), ')');
  }

  #literal(value: null | boolean | bigint | number | string): string {
    if (typeof value === 'string') {
      const quote = this.#choose(2) === 0 ? "'" : '"';
      const characters = [...value].map((character) =>
        character === quote ? `\\${quote}` : (ESCAPES[character] ?? character),
      );
      return quote + characters.join('') + quote;
    }
    if (typeof value === 'number') return Number.isInteger(value) ? `${value}d` : String(value);
    if (typeof value === 'bigint' && this.#choose(4) === 0) return `${value}L`;
    return String(value);
  }

  #declaration({ type, variables }: Declaration): string {
    const texts = variables.map(({ name, value }) =>
      value === undefined ? name : this.#row(name, '=', this.expression(value)),
    );
    return this.#row(type.name, type.isArray ? '[ ]' : '', this.#list(texts));
  }

  /** What `for` begins with and does between rounds. */
  #step(expression: Expression): string {
    return this.expression(expression, expression.kind === 'assignment' ? 0 : RANK.access);
  }

  statement(statement: Statement): string {
    switch (statement.kind) {
      case 'declaration':
        return this.#row(this.#declaration(statement), ';');
      case 'expression':
        return this.#row(this.expression(statement.expression), ';');
      case 'block':
        return this.#row('{', ...statement.statements.map((inner) => this.statement(inner)), '}');
      case 'if': {
        const arms = statement.arms.map(({ condition, chosen }) =>
          this.#row('if', '(', this.expression(condition), ')', this.statement(chosen)),
        );
        const { otherwise } = statement;
        const last = otherwise === undefined ? '' : this.#row('else', this.statement(otherwise));
        return this.#row(arms.join('else '), last);
      }
      case 'while': {
        const condition = this.expression(statement.condition);
        return this.#row('while', '(', condition, ')', this.statement(statement.body));
      }
      case 'for':
        return this.#for(statement);
      case 'break':
      case 'continue':
        return this.#row(statement.kind, ';');
      case 'return':
      case 'throw':
        return this.#row(statement.kind, this.expression(statement.value), ';');
    }
  }

  #for({ init, condition, step, body }: Extract<Statement, { readonly kind: 'for' }>): string {
    const first =
      init?.kind === 'declaration'
        ? this.#declaration(init)
        : init === undefined
          ? ''
          : this.#step(init.expression);
    const second = condition === undefined ? '' : this.expression(condition);
    const third = step === undefined ? '' : this.#step(step);
    const head = this.#row('for', '(', first, ';', second, ';', third, ')');
    return this.#row(head, this.statement(body));
  }
}

/** A text of a tree. */
export function printTree(tree: Tree, choose: Choose): string {
  const printer = new Printer(choose);
  const text = tree.statements.map((statement) => printer.statement(statement)).join('');
  // A comment behind the last `;` would get another `;` by the semicolon rule.
  return text.replace(/(?:\s|\/\* b \*\/|\/\/ c\n)+$/, '');
}
