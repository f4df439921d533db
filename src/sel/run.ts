// One evaluation under way: its variables and what it has used of its limits.
//
// Invariants
// 1. Counts only grow, and depend on nothing but the program and its inputs.
// 2. `at` is the piece of the program whose failure would come next.

import type { Environment } from './environment.ts';
import { Fault, type Span, evaluationFault, limitFault } from './fault.ts';
import { fromValue } from './boundary.ts';
import type { Meter } from './meter.ts';
import { NOTHING, type Operand, typeOf } from './operand.ts';

/** By the book, every created value takes as much; a text takes twice its characters more. */
const VALUE_BYTES = 32;
const BYTES_PER_CHARACTER = 2;
/** So many characters are looked at in the time of a visited node. */
const CHARACTERS_PER_NODE = 32;
/** How many visited nodes pass between two looks at the caller's clock. */
const LOOK_EVERY = 256;

export class Run implements Meter {
  readonly environment: Environment;
  at: Span = { start: 0, end: 0 };
  /** What `return`, `throw` or the last statement gave. */
  result: Operand = NOTHING;
  readonly #variables: (Operand | undefined)[];
  readonly #names: readonly string[];
  readonly #nodesLeft: number;
  readonly #bytesAllowed: number;
  #nodes = 0;
  #bytes = 0;
  #nextLook = LOOK_EVERY;

  constructor(environment: Environment, names: readonly string[]) {
    this.environment = environment;
    this.#names = names;
    this.#variables = new Array(names.length).fill(undefined);
    this.#nodesLeft = environment.limits.visitedNodes;
    this.#bytesAllowed = environment.limits.memoryBytes;
  }

  get visitedNodes(): number {
    return this.#nodes;
  }

  /** Counts visited nodes, or work that takes as long. */
  visit(nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > this.#nodesLeft) {
      throw limitFault('visited-nodes', `a program visits at most ${this.#nodesLeft} nodes`);
    }
    if (this.#nodes >= this.#nextLook) this.#look();
  }

  #look(): void {
    this.#nextLook = this.#nodes + LOOK_EVERY;
    if (this.environment.limits.overdue?.() === true) {
      throw limitFault('time', 'the program takes too long');
    }
  }

  /** Counts created values. */
  create(values: number): void {
    this.#take(VALUE_BYTES * values);
  }

  /** Counts a created text before it is made. */
  createText(length: number): void {
    this.#take(VALUE_BYTES + BYTES_PER_CHARACTER * length);
  }

  /** Counts characters that go into a text which is counted by itself, before they are there. */
  createCharacters(count: number): void {
    this.#take(BYTES_PER_CHARACTER * count);
  }

  /** Counts work along a text: searching it, copying it, comparing it. */
  scan(characters: number): void {
    this.visit(Math.floor(characters / CHARACTERS_PER_NODE));
  }

  /** A text that was just created. */
  text(text: string): string {
    this.createText(text.length);
    return text;
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesAllowed) {
      throw limitFault('memory', `a program creates at most ${this.#bytesAllowed} bytes of values`);
    }
  }

  /** The value of a variable or input; undefined when there is neither. */
  find(slot: number): Operand | undefined {
    const known = this.#variables[slot];
    if (known !== undefined) return known;
    const given = this.environment.read(this.#names[slot] ?? '');
    if (given === undefined) return undefined;
    const operand = fromValue(this, given);
    this.#variables[slot] = operand;
    return operand;
  }

  /** Sets a variable, whatever it held. */
  declare(slot: number, operand: Operand): void {
    this.#variables[slot] = operand;
  }

  /** Sets a variable to a value of the type it has; a new name takes the type of the value. */
  assign(slot: number, operand: Operand): void {
    const type = typeOf(operand);
    if (type === 'NULL' || type === 'VOID') throw evaluationFault(`a variable cannot hold ${type}`);
    const old = this.find(slot);
    if (old !== undefined && typeOf(old) !== type) {
      const name = this.#names[slot] ?? '';
      throw evaluationFault(`'${name}' holds ${typeOf(old)} and cannot be set to ${type}`);
    }
    this.#variables[slot] = operand;
  }

  /** An input as it was given, whatever became of the variable of that name; NULL when there is none. */
  param(name: string): Operand {
    const given = this.environment.read(name);
    if (given === undefined) return null;
    return fromValue(this, given);
  }

  /** Turns whatever was thrown into a fault with a place; a bug is thrown on. */
  fault(error: unknown): Fault {
    if (error instanceof Fault) return error;
    throw error;
  }
}
