// Sets of characters, as classes of regular expressions: `[a-z]`, `\d`, `\p{L}` and what is put together from them.

/** Code points from the first to the second, both included. */
export type Range = readonly [first: number, last: number];

export interface CharacterSet {
  readonly has: (character: number) => boolean;
  /** Sorted and apart from each other; undefined for a set that depends on Unicode's tables. */
  readonly ranges: readonly Range[] | undefined;
}

const LAST = 0x10ffff;
const ASCII_SIZE = 0x80;
/** So many ranges are looked through as fast as a table is read. */
const FEW = 2;

/** The set of some ranges, in any order. */
export function setOf(given: readonly Range[]): CharacterSet {
  const ranges: Range[] = [];
  for (const [first, last] of given.toSorted((a, b) => a[0] - b[0])) {
    const before = ranges.at(-1);
    if (before !== undefined && first <= before[1] + 1) {
      ranges[ranges.length - 1] = [before[0], Math.max(before[1], last)];
    } else {
      ranges.push([first, last]);
    }
  }
  const isIn = (character: number): boolean => isWithin(ranges, character);
  if (ranges.length <= FEW) return { ranges, has: isIn };
  const ascii = Array.from({ length: ASCII_SIZE }, (_, character) => isIn(character));
  return { ranges, has: (character) => ascii[character] ?? isIn(character) };
}

/** Looks a character up among sorted ranges by halving. */
function isWithin(ranges: readonly Range[], character: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] ?? [0, 0];
    if (character > last) low = middle + 1;
    else if (character < first) high = middle;
    else return true;
  }
  return false;
}

/** The set of the characters of a text. */
export const charactersOf = (text: string): CharacterSet => setOf(rangesOf(text));

/** The characters of a text, each as a range. */
const rangesOf = (text: string): readonly Range[] =>
  [...text].map((character): Range => [pointOf(character), pointOf(character)]);

const pointOf = (character: string): number => character.codePointAt(0) ?? 0;

/** A set of Unicode's tables. */
export function propertySet(property: RegExp): CharacterSet {
  return {
    ranges: undefined,
    has: (character) => property.test(String.fromCodePoint(character)),
  };
}

/** Everything that is not in a set. */
export function complement(set: CharacterSet): CharacterSet {
  if (set.ranges === undefined) {
    return { ranges: undefined, has: (character) => !set.has(character) };
  }
  const ranges: Range[] = [];
  let next = 0;
  for (const [first, last] of set.ranges) {
    if (first > next) ranges.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST) ranges.push([next, LAST]);
  return setOf(ranges);
}

/** Everything that is in one of two sets. */
export function union(left: CharacterSet, right: CharacterSet): CharacterSet {
  if (left.ranges !== undefined && right.ranges !== undefined) {
    return setOf([...left.ranges, ...right.ranges]);
  }
  return {
    ranges: undefined,
    has: (character) => left.has(character) || right.has(character),
  };
}

/** Everything that is in both of two sets. */
export function intersection(left: CharacterSet, right: CharacterSet): CharacterSet {
  if (left.ranges !== undefined && right.ranges !== undefined) {
    return complement(union(complement(left), complement(right)));
  }
  return {
    ranges: undefined,
    has: (character) => left.has(character) && right.has(character),
  };
}

const CASE_DISTANCE = 0x20;
const UPPER: Range = [0x41, 0x5a];
const LOWER: Range = [0x61, 0x7a];

/** A set without regard to case: that of ASCII letters, or of all. */
export function caseless(set: CharacterSet, ofAll: boolean): CharacterSet {
  if (ofAll) {
    return {
      ranges: undefined,
      has(character) {
        const text = String.fromCodePoint(character);
        const forms = [text, text.toLowerCase(), text.toUpperCase()];
        return forms.some((form) => [...form].length === 1 && set.has(pointOf(form)));
      },
    };
  }
  const { ranges } = set;
  if (ranges === undefined) {
    return {
      ranges,
      has: (character) => set.has(character) || set.has(otherCase(character)),
    };
  }
  const moved = ranges.flatMap((range) => [
    ...movedBy(range, UPPER, CASE_DISTANCE),
    ...movedBy(range, LOWER, -CASE_DISTANCE),
  ]);
  return setOf([...ranges, ...moved]);
}

/** The part of a range within another, moved. */
function movedBy([first, last]: Range, within: Range, distance: number): readonly Range[] {
  const from = Math.max(first, within[0]);
  const to = Math.min(last, within[1]);
  return from > to ? [] : [[from + distance, to + distance]];
}

function otherCase(character: number): number {
  if (character >= UPPER[0] && character <= UPPER[1]) return character + CASE_DISTANCE;
  if (character >= LOWER[0] && character <= LOWER[1]) return character - CASE_DISTANCE;
  return character;
}
