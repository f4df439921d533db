// The fields of one object: each is read once by name, and what is left over in the end is a problem.
//
//   F1  A field that is absent and one that is null are the same: not given.
//   F2  What is read well is kept, in the order of reading: the object as answers show it.
//   F3  Every problem names the path of the field.

import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { type Problem, problem } from './problem.ts';

export class Fields {
  readonly path: string;
  readonly problems: Problem[];
  readonly #json: JsonObject;
  readonly #known = new Set<string>();
  readonly #kept = new Map<string, JsonValue>();

  constructor(json: JsonObject, path: string, problems: Problem[]) {
    this.#json = json;
    this.path = path;
    this.problems = problems;
  }

  /** The fields of a value, or undefined, with a problem, when it is no object. */
  static of(json: unknown, path: string, problems: Problem[]): Fields | undefined {
    if (isJsonObject(json)) return new Fields(json, path, problems);
    problems.push(problem(path, 'be an object', json));
    return undefined;
  }

  /** A field as it was given; undefined when it was not. */
  read(name: string): JsonValue | undefined {
    this.#known.add(name);
    return Object.hasOwn(this.#json, name) ? (this.#json[name] ?? undefined) : undefined;
  }

  pathOf(name: string): string {
    return `${this.path}.${name}`;
  }

  /** Keeps a field in the form in which answers show it; undefined is not kept. */
  keep(name: string, value: JsonValue | undefined): void {
    if (value !== undefined) this.#kept.set(name, value);
  }

  /** Reports a field. */
  refuse(name: string, rule: string): void {
    this.problems.push(problem(this.pathOf(name), rule, this.read(name)));
  }

  /** A text of at most `limit` characters. */
  text(name: string, limit = Number.POSITIVE_INFINITY): string | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      this.refuse(name, 'be a string');
    } else if (value.length > limit) {
      this.refuse(name, `have at most ${limit} characters`);
    } else {
      this.keep(name, value);
      return value;
    }
    return undefined;
  }

  /** A text that must be given and not be empty. */
  requiredText(name: string): string | undefined {
    const value = this.read(name);
    if (typeof value === 'string' && value.trim() !== '') return this.text(name);
    this.refuse(name, 'be a string that is not empty');
    return undefined;
  }

  /** True or false. */
  truth(name: string): boolean | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (typeof value === 'boolean') {
      this.keep(name, value);
      return value;
    }
    this.refuse(name, 'be true or false');
    return undefined;
  }

  /** A whole number within bounds, both inclusive. */
  whole(name: string, from: number, to: number): number | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) {
      this.keep(name, value);
      return value;
    }
    this.refuse(name, `be a whole number from ${from} to ${to}`);
    return undefined;
  }

  /** One of some words, in any case; kept as it is spelled among them. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    const lower = typeof value === 'string' ? value.toLowerCase() : '';
    const word = words.find((known) => known.toLowerCase() === lower);
    if (word === undefined) this.refuse(name, `be one of ${words.join(', ')}`);
    this.keep(name, word);
    return word;
  }

  /** A list. */
  list(name: string): readonly JsonValue[] | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return value;
    this.refuse(name, 'be a list');
    return undefined;
  }

  /** An object of anything, kept as it is. */
  object(name: string): JsonObject | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) {
      this.keep(name, value);
      return value;
    }
    this.refuse(name, 'be an object');
    return undefined;
  }

  /** A list of texts, kept as it is. */
  texts(name: string): readonly string[] | undefined {
    const items = this.list(name);
    if (items === undefined) return undefined;
    const texts: string[] = [];
    items.forEach((item, index) => {
      if (typeof item === 'string') texts.push(item);
      else this.problems.push(problem(`${this.pathOf(name)}[${index}]`, 'be a string', item));
    });
    this.keep(name, texts);
    return texts;
  }

  /** Ends reading: fields that nobody asked for are problems. Answers what was kept. */
  close(): JsonObject {
    for (const [name, value] of Object.entries(this.#json)) {
      if (this.#known.has(name)) continue;
      const known = [...this.#known].join(', ');
      this.problems.push(problem(this.pathOf(name), `be one of the fields ${known}`, value));
    }
    return Object.fromEntries(this.#kept);
  }
}
