// The tidy rules on planted text: each finds what it is for and leaves honest code alone. tree.test.ts applies them.

import { describe, expect, test } from 'vitest';
import {
  countTypeAssertions,
  errorCodesOf,
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
  wordsOf,
} from './rules.ts';
import { readSource, readTree } from './source.ts';

const planted = (text: string, path = 'src/instance/planted.ts') => readSource(path, text);
const found = (findings: readonly Finding[]) => findings.map((each) => each.found);

describe('banned words', () => {
  test.each([
    ['maxTaskCount', ['max', 'task', 'count']],
    ['MAX_TASK_COUNT', ['max', 'task', 'count']],
    ['max-task-count', ['max', 'task', 'count']],
    ['HTTPJobs2Run', ['http', 'jobs', 'run']],
    ['workflowId', ['workflow', 'id']],
  ])('%s has the words %j', (identifier, words) => {
    expect(wordsOf(identifier)).toEqual(words);
  });

  test.each([
    'const taskCount = 1;',
    'function runJob() {}',
    'interface Execution { id: string }',
    'type State = { readonly activity_id: string };',
    'const state = { leaderEpoch: 1 };',
    'class ShardManager {}',
    'class Node { #helper = 1; }',
    'const read = (partitions: string[]) => partitions;',
    'const x = state.flow;',
  ])('%s is found', (text) => {
    expect(findBannedWords(planted(text))).not.toEqual([]);
  });

  test.each([
    'const workflow = 1; const subworkflowIds = [];',
    '// a task, a job and a leader',
    "const text = 'the flow of an execution';",
    'const text = `a task ${1}`;',
    'const jobless = 1; const executor = 2; const uncommon = 3;',
    "import { type TaskOptions as Options, commonPrefix } from 'library'; commonPrefix(1 as Options);",
    'const summary = { execution_id: 1 };',
  ])('%s passes', (text) => {
    expect(findBannedWords(planted(text))).toEqual([]);
  });

  test('a file may not be named with one', () => {
    expect(found(findBannedWords(planted('', 'src/instance/step-helpers.ts')))).toEqual([
      'src/instance/step-helpers.ts',
    ]);
  });
});

test('any, ! and comments that silence the compiler are found, each at its line', () => {
  const text = [
    '// é: any of them, and so on!',
    'const a: any = 1;',
    'const b = list[0]!;',
    '// @ts-ignore',
    '// @ts-expect-error: it is fine',
    'const c = !a;',
  ].join('\n');
  expect(findSilencedTypes(planted(text)).map((each) => [each.line, each.found])).toEqual([
    [2, 'any'],
    [3, '!'],
    [4, '@ts-ignore'],
    [5, '@ts-expect-error'],
  ]);
});

test('type assertions are counted outside codecs and constructors of ids, const assertions nowhere', () => {
  const text = 'const a = b as string; const c = [1] as const; const d = <number>b;';
  expect(countTypeAssertions(planted(text))).toBe(2);
  expect(countTypeAssertions(planted(text, 'src/instance/codec.ts'))).toBe(0);
  expect(countTypeAssertions(planted(text, 'cluster/adapter/row-codec.ts'))).toBe(0);
  expect(countTypeAssertions(planted(text, 'src/ids.ts'))).toBe(0);
});

describe('sizes', () => {
  const lines = (count: number) => 'work();\n'.repeat(count);

  test.each([
    ['function', `function long() {\n${lines(9)}}`],
    ['arrow', `const long = () => {\n${lines(9)}};`],
    ['method', `class A {\n  long() {\n${lines(9)}}\n}`],
    ['private method', `class A {\n  #long() {\n${lines(9)}}\n}`],
    ['constructor', `class A {\n  constructor() {\n${lines(9)}}\n}`],
    ['getter', `const a = {\n  get long() {\n${lines(9)}}\n};`],
  ])('a %s of 11 lines is longer than 10', (_, text) => {
    expect(found(findLongFunctions(planted(text), 10, {}))).toEqual(['11 lines']);
    expect(findLongFunctions(planted(text), 11, {})).toEqual([]);
  });

  test('a file is too long from the first line above the limit on, unless it is excepted', () => {
    const source = planted(lines(11));
    expect(found(findLongFile(source, 10, {}))).toEqual(['11 lines']);
    expect(findLongFile(source, 11, {})).toEqual([]);
    expect(findLongFile(source, 10, { [source.path]: { lines: 11, why: 'a table' } })).toEqual([]);
    expect(findLongFile(source, 10, { [source.path]: { lines: 10, why: 'a table' } })).toHaveLength(
      1,
    );
  });
});

describe('libraries', () => {
  test.each([
    ["import { open } from 'lmdb';"],
    ["import type { Database } from 'lmdb';"],
    ["export { open } from 'lmdb';"],
    ["const lmdb = await import('lmdb');"],
    ["type Database = import('lmdb').Database;"],
    ["import 'lmdb/open.js';"],
  ])('%s in a second file is found', (text) => {
    const first = planted("import 'lmdb';", 'cluster/store/embedded.ts');
    const second = planted(text, 'cluster/store/other.ts');
    expect(found(findSpreadLibraries([first, second]))).toEqual(['lmdb']);
    expect(findSpreadLibraries([second])).toEqual([]);
  });

  test('gRPC is found everywhere but in its adapter and the CLI', () => {
    const text = "import { Server } from '@grpc/grpc-js';";
    const at = (path: string) => findSpreadLibraries([planted(text, path)]).length;
    expect(at('src/api/grpc-server.ts')).toBe(0);
    expect(at('src/cli/start.ts')).toBe(0);
    expect(at('src/api/rest.ts')).toBe(1);
    expect(at('cluster/adapter/remote.ts')).toBe(1);
  });
});

describe('errors', () => {
  test('an empty catch is found, one that says why is not', () => {
    const text = 'try { a(); } catch {}\ntry { a(); } catch {\n  // gone already\n}';
    expect(findEmptyCatches(planted(text)).map(({ line }) => line)).toEqual([1]);
  });

  test('a code without a heading is found', () => {
    const source = planted("export const STORE_ERROR_CODES = ['fenced', 'full'] as const;");
    expect(errorCodesOf(source)).toEqual(['fenced', 'full']);
    expect(found(findUndocumentedCodes(source, '# Errors\n\n## `fenced`\n\nfull\n'))).toEqual([
      'full',
    ]);
  });

  test('a file of codes that lists none is found', () => {
    expect(found(findUndocumentedCodes(planted('export const CODES = 1;'), ''))).toEqual(['none']);
  });

  test('the codes of the cluster are read from its file', () => {
    const sources = readTree(['cluster/core/errors.ts'], /\.ts$/);
    expect(sources.flatMap(errorCodesOf)).toContain('outcome-unknown');
  });
});

describe('texts', () => {
  test('notes for later are found as whole words', () => {
    const text = '// TODO: more\n// FIXME\nconst TODOS = 1;';
    expect(findUnfinished(planted(text)).map(({ line }) => line)).toEqual([1, 2]);
  });

  test('paths of a machine are found, paths of URLs are not', () => {
    const bad = "open('/home/ada/data'); open('/Users/ada');";
    expect(findMachinePaths(planted(bad))).toHaveLength(2);
    const good =
      "get('https://host/home/x'); get('/api/v3/home/1'); open('./home/x'); // src/home/a";
    expect(findMachinePaths(planted(good))).toEqual([]);
  });

  test('a registry host in a lock file is found', () => {
    const text = '{ "resolved": "https://registry.example/a.tgz", "other": 1 }';
    expect(findRegistryHosts(planted(text, 'package-lock.json'))).toHaveLength(1);
  });
});
