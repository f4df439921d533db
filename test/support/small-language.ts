// A small expression language for tests of parameters: literals, names, + - * > [], one `return` or `throw`, calls on
// `params`, the clock and uuids. It keeps the contract of src/param/language.ts and nothing else.

import type { Evaluated } from '../../src/param/evaluated.ts';
import { scalarText } from '../../src/param/evaluated.ts';
import type { Compilation, Language, Program, Surroundings } from '../../src/param/language.ts';

type Node =
  | { readonly kind: 'value'; readonly value: Evaluated }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly kind: 'throw'; readonly operand: Node };

interface SmallProgram extends Program {
  readonly root: Node;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|([A-Za-z_.][\w.]*)|([-+*>()[\],;?:]))/gy;
const BINDING: { readonly [operator: string]: number } = { '>': 1, '+': 2, '-': 2, '*': 3, '[': 4 };

class Parser {
  readonly #tokens: readonly RegExpMatchArray[];
  readonly references = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(TOKEN)];
    const read = this.#tokens.reduce((length, token) => length + token[0].length, 0);
    if (read < text.trimEnd().length) throw new SyntaxError('a character that means nothing');
  }

  program(): Node {
    const word = this.#tokens[this.#at]?.[3];
    if (word === 'return' || word === 'throw') this.#at += 1;
    const node = this.#binary(0);
    this.#take(';');
    if (this.#at < this.#tokens.length) throw new SyntaxError('more than one expression');
    return word === 'throw' ? { kind: 'throw', operand: node } : node;
  }

  #binary(least: number): Node {
    let left = this.#primary();
    for (;;) {
      const operator = this.#tokens[this.#at]?.[4] ?? '';
      const binding = BINDING[operator];
      if (binding === undefined || binding <= least) return left;
      this.#at += 1;
      const right = this.#binary(operator === '[' ? 0 : binding);
      if (operator === '[' && !this.#take(']')) throw new SyntaxError('a bracket stays open');
      left = { kind: 'binary', operator, left, right };
    }
  }

  #primary(): Node {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    const [, number, string, name] = token ?? [];
    if (string !== undefined) return value({ type: 'STRING', value: string });
    if (number !== undefined) {
      const double = number.includes('.');
      return value(
        double
          ? { type: 'DOUBLE', value: Number(number) }
          : { type: 'LONG', value: BigInt(number) },
      );
    }
    if (name === undefined) throw new SyntaxError('a value is missing');
    if (name === 'true' || name === 'false')
      return value({ type: 'BOOLEAN', value: name === 'true' });
    if (this.#take('(')) return this.#call(name);
    this.references.add(name);
    return { kind: 'name', name };
  }

  #call(name: string): Node {
    if (name.startsWith('params.')) this.references.add('params');
    const args: Node[] = [];
    while (!this.#take(')')) {
      args.push(this.#binary(0));
      this.#take(',');
      if (this.#at > this.#tokens.length) throw new SyntaxError('a bracket stays open');
    }
    if (name === 'UUID.randomUUID') this.#at += 3;
    return { kind: 'call', name, args };
  }

  #take(text: string): boolean {
    const taken = this.#tokens[this.#at]?.[4] === text;
    if (taken) this.#at += 1;
    return taken;
  }
}

function value(of: Evaluated): Node {
  return { kind: 'value', value: of };
}

/** Null is undefined here. */
function run(node: Node, around: Surroundings): Evaluated | undefined {
  switch (node.kind) {
    case 'value':
      return node.value;
    case 'name':
      return around.read(node.name);
    case 'throw':
      throw new RangeError(String(run(node.operand, around)?.value));
    case 'call':
      return call(node.name, node.args, around);
    case 'binary':
      return binary(node.operator, run(node.left, around), run(node.right, around));
  }
}

function call(name: string, args: readonly Node[], around: Surroundings): Evaluated | undefined {
  const given = args.map((arg) => run(arg, around)).filter((arg) => arg !== undefined);
  if (name === 'UUID.randomUUID') return { type: 'STRING', value: around.uuid() };
  if (name === 'System.currentTimeMillis') return { type: 'LONG', value: BigInt(around.nowMs) };
  const method = name.replace('params.', '');
  if (method === 'get') return around.read(String(given[0]?.value));
  const answer = around.call(method, given);
  if (answer.kind === 'refused') throw new RangeError(answer.message);
  return answer.value;
}

function binary(operator: string, left?: Evaluated, right?: Evaluated): Evaluated {
  if (operator === '[' && left?.type === 'LONG_ARRAY') {
    return { type: 'LONG', value: left.value[Number(right?.value)] ?? 0n };
  }
  if (left?.type === 'LONG' && right?.type === 'LONG') {
    if (operator === '>') return { type: 'BOOLEAN', value: left.value > right.value };
    if (operator === '*') return { type: 'LONG', value: left.value * right.value };
    const sign = operator === '-' ? -1n : 1n;
    return { type: 'LONG', value: left.value + sign * right.value };
  }
  if (operator !== '+') throw new RangeError(`${operator} is not for these`);
  return { type: 'STRING', value: `${textOf(left)}${textOf(right)}` };
}

function textOf(of: Evaluated | undefined): string {
  return of === undefined ? 'null' : (scalarText(of) ?? of.type);
}

const NAME = /\$\$|\$\{([a-zA-Z][-_./a-zA-Z0-9]*)\}|\$([a-zA-Z][_a-zA-Z0-9]*)/g;

/** The nodes of a program, all of which are visited. */
function size(node: Node): number {
  switch (node.kind) {
    case 'call':
      return node.args.reduce((sum, arg) => sum + size(arg), 1);
    case 'binary':
      return 1 + size(node.left) + size(node.right);
    case 'throw':
      return 1 + size(node.operand);
    case 'value':
    case 'name':
      return 1;
  }
}

const programs = new WeakMap<Program, SmallProgram>();

export const SMALL_LANGUAGE: Language = {
  compile(expression): Compilation {
    try {
      const parser = new Parser(expression);
      const program: SmallProgram = { root: parser.program(), references: [...parser.references] };
      programs.set(program, program);
      return { kind: 'compiled', program };
    } catch (error) {
      const message = String(error);
      return { kind: 'refused', error: { class: 'parse', message, line: 1, column: 1 } };
    }
  },
  evaluate(program, around) {
    const root = programs.get(program)?.root ?? value({ type: 'STRING', value: '' });
    const nodes = size(root);
    const at = { line: 1, column: 1 };
    if (nodes > around.nodes) {
      const error = { class: 'nodes', message: 'too many nodes', ...at } as const;
      return { kind: 'failed', error, nodes: around.nodes };
    }
    try {
      const result = run(root, around);
      if (result === undefined) return { kind: 'no-value', what: 'the result is NULL', nodes };
      return { kind: 'value', value: result, nodes };
    } catch (error) {
      return { kind: 'failed', error: { class: 'eval', message: String(error), ...at }, nodes };
    }
  },
  interpolatedNames(text) {
    const names = [...text.matchAll(NAME)].map(([, braced, bare]) => braced ?? bare);
    return names.filter((name) => name !== undefined);
  },
  interpolate(text, read) {
    return text.replace(NAME, (_all, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      return name === undefined ? '$' : textOf(read(name));
    });
  },
};
