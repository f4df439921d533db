// The named classes of characters of Java's regular expressions.

import {
  charactersOf,
  type CharacterSet,
  complement,
  propertySet,
  setOf,
  union,
} from './character-set.ts';

const DIGITS = setOf([[0x30, 0x39]]);
const UPPERS = setOf([[0x41, 0x5a]]);
const LOWERS = setOf([[0x61, 0x7a]]);
const LETTERS = union(UPPERS, LOWERS);
const PUNCTUATION = charactersOf('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
const SPACES = charactersOf(' \t\n\v\f\r');
const WORDS = union(union(LETTERS, DIGITS), charactersOf('_'));
const BLANKS = union(
  charactersOf(' \t\u00a0\u1680\u180e\u202f\u205f\u3000'),
  setOf([[0x2000, 0x200a]]),
);

/** What ends a line, apart from the pair `\r\n`. */
export const LINE_ENDS = charactersOf('\n\r\u0085\u2028\u2029');
/** `\v`: what moves downwards. */
const VERTICALS = union(LINE_ENDS, charactersOf('\v\f'));

export const isWordCharacter = (character: number): boolean => WORDS.has(character);

/** `\d` and its like, by letter; a capital stands for the complement. */
const BY_LETTER: ReadonlyMap<string, CharacterSet> = new Map(
  Object.entries({ d: DIGITS, s: SPACES, w: WORDS, h: BLANKS, v: VERTICALS }).flatMap(
    ([letter, set]): [string, CharacterSet][] => [
      [letter, set],
      [letter.toUpperCase(), complement(set)],
    ],
  ),
);

/** The class that a letter behind a backslash names. */
export const classOfLetter = (letter: string): CharacterSet | undefined => BY_LETTER.get(letter);

const ASCII_CLASSES: ReadonlyMap<string, CharacterSet> = new Map(
  Object.entries({
    Lower: LOWERS,
    Upper: UPPERS,
    ASCII: setOf([[0, 0x7f]]),
    Alpha: LETTERS,
    Digit: DIGITS,
    Alnum: union(LETTERS, DIGITS),
    Punct: PUNCTUATION,
    Graph: setOf([[0x21, 0x7e]]),
    Print: setOf([[0x20, 0x7e]]),
    Blank: charactersOf(' \t'),
    Cntrl: setOf([
      [0, 0x1f],
      [0x7f, 0x7f],
    ]),
    XDigit: union(
      DIGITS,
      setOf([
        [0x41, 0x46],
        [0x61, 0x66],
      ]),
    ),
    Space: SPACES,
  }),
);

/** Names that Java has for properties that are called otherwise in the tables. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['javaLowerCase', 'Lowercase'],
  ['javaUpperCase', 'Uppercase'],
  ['javaWhitespace', 'White_Space'],
  ['javaAlphabetic', 'Alphabetic'],
  ['javaLetter', 'L'],
  ['javaDigit', 'Nd'],
  ['IsLetter', 'L'],
  ['IsDigit', 'Nd'],
  ['IsPunctuation', 'P'],
  ['IsControl', 'Cc'],
  ['IsTitlecase', 'Lt'],
  ['LC', 'LC'],
]);

const BINARY = /^(?:Alphabetic|Ideographic|Lowercase|Uppercase|White_Space|Hex_Digit|Emoji)$/;
const CATEGORY = /^[CLMNPSZ][a-z]?$/;

/** Properties that differ by case alone, and what they are where case does not count. */
const CASES = /^(?:L[ult]|Lowercase|Uppercase)$/;
const ALL_CASES = propertySet(/^[\p{Lu}\p{Ll}\p{Lt}]$/u);

/** The class `\p{name}`; undefined when there is none. @param ignoresCase only classes that differ by case change with it */
export function classNamed(name: string, ignoresCase: boolean): CharacterSet | undefined {
  const ascii = ASCII_CLASSES.get(name);
  if (ascii !== undefined) {
    return ignoresCase && (ascii === LOWERS || ascii === UPPERS) ? LETTERS : ascii;
  }
  const bare = RENAMED.get(name) ?? name.replace(/^(?:Is|general_category=|gc=|script=|sc=)/, '');
  if (ignoresCase && CASES.test(bare)) return ALL_CASES;
  if (BINARY.test(bare)) return propertySet(new RegExp(`^\\p{${bare}}$`, 'u'));
  if (CATEGORY.test(bare)) return namedSet(bare);
  return /^[A-Z][A-Za-z_]*$/.test(bare) && /^(?:Is|script=|sc=)/.test(name)
    ? namedSet(`Script=${bare}`)
    : undefined;
}

function namedSet(property: string): CharacterSet | undefined {
  try {
    return propertySet(new RegExp(`^\\p{${property}}$`, 'u'));
  } catch {
    // No such category or script.
    return undefined;
  }
}
