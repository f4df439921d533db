// The repository keeps the tidy rules. The rules themselves are tested on planted text in rules.test.ts.

import { expect, test } from 'vitest';
import {
  countTypeAssertions,
  describeFinding,
  type Exceptions,
  type Finding,
  findBannedWords,
  findEmptyCatches,
  findLongFile,
  findLongFunctions,
  findMachinePaths,
  findRegistryHosts,
  findSilencedTypes,
  findSpreadLibraries,
  findUndocumentedCodes,
  findUnfinished,
} from './rules.ts';
import { readTree } from './source.ts';

const FUNCTION_LINES = 100;
const FILE_LINES = 800;
const TYPE_ASSERTIONS_PER_FILE = 10;

/** Files with a function that is rightly longer: flat switches of one-line cases. */
const LONG_FUNCTIONS: Exceptions = {};

/** Files that are rightly longer: flat tables, and cores whose split would part what must be read together. */
const LONG_FILES: Exceptions = {};

const ours = readTree(['src', 'cluster'], /\.ts$/);
const tests = readTree(['test'], /\.ts$/);
/** But for the files that spell out what is forbidden. */
const honestTests = tests.filter(({ path }) => !path.startsWith('test/tidy/'));
const scripts = readTree(['scripts', 'vitest.config.mjs', 'knip.config.js'], /\.m?js$/);
const code = [...ours, ...tests, ...scripts];

/** Everything a reader may open, but for the files that spell out what is forbidden. */
const texts = readTree(
  [
    ...['src', 'cluster', 'test', 'scripts', 'proto', 'docs', 'examples', 'web', 'sdk', 'bin'],
    ...['.ci', 'README.md', 'CHANGELOG.md', 'package.json', 'biome.jsonc', 'tsconfig.json'],
  ],
  /^(?!test\/tidy\/)/,
).filter(({ path }) => !/\.(png|jpg|gif|ico|woff2?|gz|bin)$/.test(path));

const lines = (findings: readonly Finding[]) => findings.map(describeFinding);

test('the sources are found', () => {
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.every(({ nodes, lines: count }) => nodes.length > 0 && count > 0)).toBe(true);
});

test('no banned word names anything in src and cluster', () => {
  expect(lines(ours.flatMap(findBannedWords))).toEqual([]);
});

test('no type is any, asserted to exist or silenced', () => {
  expect(lines([...ours, ...honestTests].flatMap(findSilencedTypes))).toEqual([]);
});

test('no function and no file is too long', () => {
  const long = [...ours, ...scripts].flatMap((source) =>
    findLongFunctions(source, FUNCTION_LINES, LONG_FUNCTIONS),
  );
  expect(lines(long)).toEqual([]);
  const longFiles = code.flatMap((source) => findLongFile(source, FILE_LINES, LONG_FILES));
  expect(lines(longFiles)).toEqual([]);
});

test('every exception to the sizes is still needed', () => {
  const long = code.flatMap((source) => findLongFunctions(source, FUNCTION_LINES, {}));
  const longFiles = code.flatMap((source) => findLongFile(source, FILE_LINES, {}));
  const paths = (findings: readonly Finding[]) => new Set(findings.map(({ path }) => path));
  const unneeded = (exceptions: Exceptions, needed: ReadonlySet<string>) =>
    Object.keys(exceptions).filter((path) => !needed.has(path));
  expect(unneeded(LONG_FUNCTIONS, paths(long))).toEqual([]);
  expect(unneeded(LONG_FILES, paths(longFiles))).toEqual([]);
});

test('each library is imported by one file', () => {
  expect(lines(findSpreadLibraries(ours))).toEqual([]);
});

test('no catch is empty', () => {
  expect(lines(code.flatMap(findEmptyCatches))).toEqual([]);
});

test('every error code is documented', () => {
  const [document] = readTree(['docs/errors.md'], /\.md$/);
  const codes = readTree(['cluster/core/errors.ts', 'src/errors.ts'], /\.ts$/);
  // There is nothing to compare with before the document exists.
  if (document === undefined) return;
  expect(lines(codes.flatMap((source) => findUndocumentedCodes(source, document.text)))).toEqual(
    [],
  );
});

test('nothing is left for later, and no path belongs to one machine', () => {
  expect(lines(texts.flatMap(findUnfinished))).toEqual([]);
  expect(lines(texts.flatMap(findMachinePaths))).toEqual([]);
});

test('the lock file names no registry', () => {
  const locks = readTree(['package-lock.json'], /\.json$/);
  expect(locks).toHaveLength(1);
  expect(lines(locks.flatMap(findRegistryHosts))).toEqual([]);
});

test('no file outside codecs and constructors of ids is full of type assertions', () => {
  const counts = ours
    .map((source) => ({ path: source.path, count: countTypeAssertions(source) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const most = counts.slice(0, 5).map(({ path, count }) => `${path} ${count}`);
  console.log(`type assertions outside codecs and ids: ${total} (${most.join(', ')})`);
  expect(counts.filter(({ count }) => count > TYPE_ASSERTIONS_PER_FILE)).toEqual([]);
});
