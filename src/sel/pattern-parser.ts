// Java's regular expressions to syntax trees.

import { classNamed, classOfLetter, LINE_ENDS } from './character-class.ts';
import {
  caseless,
  charactersOf,
  type CharacterSet,
  complement,
  intersection,
  type Range,
  setOf,
  union,
} from './character-set.ts';
import { evaluationFault, type Fault, limitFault } from './fault.ts';
import type { Anchor, Greed, ParsedPattern, Pattern } from './pattern.ts';

/** How deep groups and classes may nest; what the parser's own stack can bear. */
const NESTING_LIMIT = 100;
const REPEAT_LIMIT = 1_000;
const LINE_FEED = charactersOf('\n');
const EVERYTHING = setOf([[0, 0x10ffff]]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
  ['f', 0x0c],
  ['a', 0x07],
  ['e', 0x1b],
]);
const ANCHORS: ReadonlyMap<string, Anchor> = new Map([
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['Z', 'last-line-end'],
  ['G', 'last-match'],
  ['b', 'word-border'],
  ['B', 'no-word-border'],
]);

/**
 * Reads a pattern.
 * @throws Fault `eval` where Java refuses it, and for the rarest of what Java knows
 */
export function parsePattern(text: string): ParsedPattern {
  return new PatternParser(text).parse();
}

class PatternParser {
  readonly #text: string;
  readonly #names = new Map<string, number>();
  #at = 0;
  #groups = 0;
  #depth = 0;
  #flags = '';

  constructor(text: string) {
    this.#text = text;
  }

  parse(): ParsedPattern {
    const root = this.#choice();
    if (this.#at < this.#text.length) throw this.#refuse("a ')' closes nothing");
    return { root, groups: this.#groups, names: this.#names };
  }

  #refuse(reason: string): Fault {
    return evaluationFault(`'${this.#text}' is no pattern: ${reason} at ${this.#at + 1}`);
  }

  #has(flag: string): boolean {
    return this.#flags.includes(flag);
  }

  #peek(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** What an expression finds here; it has the flag y. */
  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #nested<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > NESTING_LIMIT) {
      throw limitFault('nesting', `a pattern nests at most ${NESTING_LIMIT} levels deep`);
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Alternatives, up to a `)` or the end. Flags set inside end with it. */
  #choice(): Pattern {
    return this.#nested(() => {
      const flags = this.#flags;
      const arms = [this.#sequence()];
      while (this.#take('|')) arms.push(this.#sequence());
      this.#flags = flags;
      const [only] = arms;
      return only !== undefined && arms.length === 1 ? only : { kind: 'choice', arms };
    });
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    for (;;) {
      if (this.#has('x')) this.#match(/(?:\s|#[^\n]*)+/y);
      if (this.#at >= this.#text.length || this.#peek('|') || this.#peek(')')) break;
      if (this.#take('\\Q')) parts.push(...this.#quoted());
      else parts.push(this.#repeated(this.#atom()));
    }
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  /** `\Q…\E`: every character for itself. A repetition behind it means the last one. */
  #quoted(): readonly Pattern[] {
    const end = this.#text.indexOf('\\E', this.#at);
    const characters = [...this.#text.slice(this.#at, end < 0 ? undefined : end)];
    this.#at = end < 0 ? this.#text.length : end + 2;
    const parts = characters.map((character) => this.#set(charactersOf(character)));
    const last = parts.pop();
    return last === undefined ? parts : [...parts, this.#repeated(last)];
  }

  /** Characters that were written down. What is turned around or named is not seen as such, only what it is made of. */
  #written(set: CharacterSet): CharacterSet {
    return this.#has('i') ? caseless(set, this.#has('u')) : set;
  }

  #set(set: CharacterSet): Pattern {
    return { kind: 'set', set: this.#written(set) };
  }

  #repeated(inner: Pattern): Pattern {
    if (this.#has('x')) this.#match(/(?:\s|#[^\n]*)+/y);
    const bounds = this.#bounds();
    if (bounds === undefined) return inner;
    const [least, most] = bounds;
    if (least > most) throw this.#refuse('a repetition has its ends the wrong way round');
    const isLarge = least > REPEAT_LIMIT || (Number.isFinite(most) && most > REPEAT_LIMIT);
    if (isLarge) throw this.#refuse(`a repetition counts to ${REPEAT_LIMIT} at most`);
    let greed: Greed = 'greedy';
    if (this.#take('?')) greed = 'lazy';
    else if (this.#take('+')) greed = 'possessive';
    return { kind: 'repeat', inner, least, most, greed };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#take('?')) return [0, 1];
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (!this.#peek('{')) return undefined;
    const match = this.#match(/\{(\d{1,9})(,)?(\d{1,9})?\}/y);
    if (match === undefined) throw this.#refuse('a repetition has no number');
    const [, least, comma, most] = match;
    if (comma === undefined && most !== undefined) throw this.#refuse('a comma is missing');
    if (comma === undefined) return [Number(least), Number(least)];
    return [Number(least), most === undefined ? Number.POSITIVE_INFINITY : Number(most)];
  }

  #atom(): Pattern {
    const character = this.#character();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#class() };
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'set', set: this.#dot() };
      case '^':
        return { kind: 'anchor', anchor: this.#has('m') ? 'line-start' : 'text-start' };
      case '$':
        return { kind: 'anchor', anchor: this.#has('m') ? 'line-end' : 'last-line-end' };
      case '*':
      case '+':
      case '?':
      case '{':
        throw this.#refuse('there is nothing to repeat');
      default:
        return this.#set(charactersOf(character));
    }
  }

  #dot(): CharacterSet {
    if (this.#has('s')) return EVERYTHING;
    return complement(this.#has('d') ? LINE_FEED : LINE_ENDS);
  }

  /** The next character, whole where it takes two units. */
  #character(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) throw this.#refuse('something is missing');
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }

  #group(): Pattern {
    if (!this.#take('?')) return this.#captured();
    const look = this.#match(/<?[=!]/y)?.[0];
    if (look !== undefined) {
      const isBehind = look.startsWith('<');
      const isNegative = look.endsWith('!');
      return { kind: 'look', inner: this.#closed(), isBehind, isNegative };
    }
    const name = this.#match(/<([a-zA-Z][a-zA-Z0-9]*)>/y)?.[1];
    if (name !== undefined) {
      if (this.#names.has(name)) throw this.#refuse(`two groups are called ${name}`);
      this.#names.set(name, this.#groups + 1);
      return this.#captured();
    }
    if (this.#take('>')) return { kind: 'atomic', inner: this.#closed() };
    return this.#flagged();
  }

  #captured(): Pattern {
    this.#groups += 1;
    const number = this.#groups;
    return { kind: 'group', number, inner: this.#closed() };
  }

  #closed(): Pattern {
    const inner = this.#choice();
    if (!this.#take(')')) throw this.#refuse("')' is missing");
    return inner;
  }

  /** `(?i)` from here on, `(?i:…)` within. */
  #flagged(): Pattern {
    const match = this.#match(/([idmsuxU]*)(?:-([idmsuxU]*))?([:)])/y);
    if (match === undefined) throw this.#refuse('there is no such group');
    const [, on = '', off = '', end] = match;
    const before = this.#flags;
    this.#flags = [...before, ...on].filter((flag) => !off.includes(flag)).join('');
    if (end === ')') return { kind: 'sequence', parts: [] };
    const inner = this.#closed();
    this.#flags = before;
    return inner;
  }

  #escape(): Pattern {
    const letter = this.#text.charAt(this.#at);
    const anchor = ANCHORS.get(letter);
    if (anchor !== undefined) {
      this.#at += 1;
      return { kind: 'anchor', anchor };
    }
    if (this.#take('R')) return this.#lineEnd();
    const name = this.#match(/k<([a-zA-Z][a-zA-Z0-9]*)>/y)?.[1];
    if (name !== undefined) {
      const number = this.#names.get(name);
      if (number === undefined) throw this.#refuse(`no group is called ${name}`);
      return { kind: 'again', number, ignoresCase: this.#has('i') };
    }
    if (/[1-9]/.test(letter)) return this.#again();
    const set = this.#escapedSet();
    return onlyPoint(set) === undefined ? { kind: 'set', set } : this.#set(set);
  }

  #lineEnd(): Pattern {
    const pair = ['\r', '\n'].map((text): Pattern => ({ kind: 'set', set: charactersOf(text) }));
    const single: Pattern = { kind: 'set', set: union(LINE_ENDS, charactersOf('\v\f')) };
    const arms: readonly Pattern[] = [{ kind: 'sequence', parts: pair }, single];
    return { kind: 'choice', arms };
  }

  /** `\1`; more digits belong to it as long as there are so many groups. */
  #again(): Pattern {
    let number = 0;
    for (;;) {
      const longer = number * 10 + Number(this.#match(/(?=(\d?))/y)?.[1] || Number.NaN);
      if (Number.isNaN(longer) || (number > 0 && longer > this.#groups)) break;
      number = longer;
      this.#at += 1;
    }
    return { kind: 'again', number, ignoresCase: this.#has('i') };
  }

  /** What a backslash makes of what follows, inside a class and outside. */
  #escapedSet(): CharacterSet {
    const property = this.#match(/([pP])(?:\{([^}]*)\}|([A-Z]))/y);
    if (property !== undefined) {
      const [, letter, long, short] = property;
      const set = classNamed(long ?? short ?? '', this.#has('i'));
      if (set === undefined) throw this.#refuse('there is no such class');
      return letter === 'P' ? complement(set) : set;
    }
    const set = classOfLetter(this.#text.charAt(this.#at));
    if (set !== undefined) {
      this.#at += 1;
      return set;
    }
    const point = this.#escapedPoint();
    return setOf([[point, point]]);
  }

  #escapedPoint(): number {
    const hex = this.#match(/x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})/y);
    if (hex !== undefined) {
      const point = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
      if (point > 0x10ffff) throw this.#refuse('there is no such character');
      return point;
    }
    const octal = this.#match(/0([0-3]?[0-7]{1,2})/y)?.[1];
    if (octal !== undefined) return Number.parseInt(octal, 8);
    const control = this.#match(/c([\0-\x7f])/y)?.[1];
    if (control !== undefined) return control.charCodeAt(0) ^ 0x40;
    const character = this.#character();
    const point = CONTROLS.get(character);
    if (point !== undefined) return point;
    if (/[a-zA-Z0-9]/.test(character)) throw this.#refuse(`there is no escape \\${character}`);
    return character.codePointAt(0) ?? 0;
  }

  /** A class, behind its `[`. */
  #class(): CharacterSet {
    return this.#nested(() => {
      const isTurned = this.#take('^');
      let set = this.#classPart(true);
      while (this.#take('&&')) {
        if (this.#peek(']')) break;
        set = intersection(set, this.#classPart(false));
      }
      if (!this.#take(']')) throw this.#refuse("']' is missing");
      return isTurned ? complement(set) : set;
    });
  }

  /** Members of a class, up to its end or `&&`. */
  #classPart(isFirst: boolean): CharacterSet {
    const ranges: Range[] = [];
    const others: CharacterSet[] = [];
    for (let count = 0; ; count += 1) {
      if (this.#has('x')) this.#match(/(?:\s|#[^\n]*)+/y);
      if (this.#at >= this.#text.length) throw this.#refuse("']' is missing");
      const isBegin = isFirst && count === 0;
      if (this.#peek('&&') || (this.#peek(']') && !isBegin)) break;
      const member = this.#member();
      if (member.ranges === undefined) others.push(member);
      else for (const range of member.ranges) ranges.push(range);
    }
    return others.reduce(union, setOf(ranges));
  }

  #member(): CharacterSet {
    if (this.#take('[')) return this.#class();
    if (this.#take('\\Q')) {
      const end = this.#text.indexOf('\\E', this.#at);
      const text = this.#text.slice(this.#at, end < 0 ? undefined : end);
      this.#at = end < 0 ? this.#text.length : end + 2;
      return this.#written(charactersOf(text));
    }
    const set = this.#single();
    const first = onlyPoint(set);
    // A `-` before the end of the class is a member of its own.
    if (first === undefined || !/^-(?![\][]|&&|$)/.test(this.#text.slice(this.#at, this.#at + 3))) {
      return first === undefined ? set : this.#written(set);
    }
    this.#at += 1;
    const last = onlyPoint(this.#single());
    if (last === undefined || last < first) throw this.#refuse('there is no such range');
    return this.#written(setOf([[first, last]]));
  }

  #single(): CharacterSet {
    return this.#take('\\') ? this.#escapedSet() : charactersOf(this.#character());
  }
}

/** The one character of a set; undefined for a set of more. */
function onlyPoint({ ranges }: CharacterSet): number | undefined {
  const [range, ...others] = ranges ?? [];
  const isOne = range !== undefined && others.length === 0 && range[0] === range[1];
  return isOne ? range[0] : undefined;
}
