// Which names a program needs from outside: those whose first appearance, in the order of the text, is a read.

import type { Expression, Statement, Suffix, Tree } from './ast.ts';
import { isClassName } from './class-table.ts';

/** Sorted by UTF-16 units; `params` is one of them when the program uses it. */
export function referencesOf(tree: Tree): readonly string[] {
  const walk = new Walk();
  for (const statement of tree.statements) walk.statement(statement);
  return walk.references();
}

class Walk {
  readonly #seen = new Set<string>();
  readonly #read = new Set<string>();

  references(): readonly string[] {
    return [...this.#read].sort();
  }

  #reads(name: string): void {
    if (this.#seen.has(name) || isClassName(name)) return;
    this.#seen.add(name);
    this.#read.add(name);
  }

  #sets(name: string): void {
    this.#seen.add(name);
  }

  statement(node: Statement): void {
    switch (node.kind) {
      case 'declaration':
        for (const { name, value } of node.variables) {
          this.#sets(name);
          this.#maybe(value);
        }
        return;
      case 'expression':
        this.expression(node.expression);
        return;
      case 'block':
        for (const inner of node.statements) this.statement(inner);
        return;
      case 'if':
        for (const { condition, chosen } of node.arms) {
          this.expression(condition);
          this.statement(chosen);
        }
        if (node.otherwise !== undefined) this.statement(node.otherwise);
        return;
      case 'while':
        this.expression(node.condition);
        this.statement(node.body);
        return;
      case 'for':
        if (node.init !== undefined) this.statement(node.init);
        this.#maybe(node.condition);
        this.#maybe(node.step);
        this.statement(node.body);
        return;
      case 'break':
      case 'continue':
        return;
      case 'return':
      case 'throw':
        this.expression(node.value);
    }
  }

  #maybe(node: Expression | undefined): void {
    if (node !== undefined) this.expression(node);
  }

  #all(nodes: readonly Expression[]): void {
    for (const node of nodes) this.expression(node);
  }

  expression(node: Expression): void {
    switch (node.kind) {
      case 'literal':
        return;
      case 'name':
        this.#reads(node.name);
        return;
      case 'signed':
        this.expression(node.operand);
        return;
      case 'chain':
        this.expression(node.first);
        this.#all(node.links.map((link) => link.operand));
        return;
      case 'logic':
        this.#all(node.operands);
        return;
      case 'choice':
        this.#all(node.arms.flatMap(({ condition, chosen }) => [condition, chosen]));
        this.expression(node.otherwise);
        return;
      case 'assignment':
        this.#sets(node.name);
        this.#maybe(node.index);
        this.expression(node.value);
        return;
      case 'access':
        this.expression(node.base);
        for (const suffix of node.suffixes) this.#suffix(suffix);
        return;
      case 'new-object':
        this.#all(node.args);
        return;
      case 'new-array':
        this.expression(node.size);
        return;
      case 'new-array-of':
        this.#all(node.elements);
    }
  }

  #suffix(suffix: Suffix): void {
    switch (suffix.kind) {
      case 'index':
        this.expression(suffix.index);
        return;
      case 'call':
        this.#all(suffix.args);
        return;
      case 'field':
    }
  }
}
