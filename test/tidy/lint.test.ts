// The linter's configuration bites: each rule that guards a convention is planted once and must be reported, and what a
// folder is allowed to do must not be. The repository's own configuration is used, in a tree of the same shape.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './source.ts';

/** A file, its text and the rules it must break; none for honest files. */
type Planted = readonly [path: string, text: string, ...rules: string[]];

const UNION = "type Kind = { readonly kind: 'open' } | { readonly kind: 'closed' };";
const HALF_A_SWITCH = `${UNION}
export function f(x: Kind): number { switch (x.kind) { case 'open': return 1; default: return 2; } }`;

const PLANTED: readonly Planted[] = [
  ['src/instance/any.ts', 'export const f = (x: any): number => x;', 'noExplicitAny'],
  ['src/instance/bang.ts', 'export const f = (x?: number): number => x!;', 'noNonNullAssertion'],
  ['src/instance/ignore.ts', '// @ts-ignore\nexport const x = 1;', 'noTsIgnore'],
  ['src/instance/kinds.ts', 'export enum Kind { Open }', 'noEnum'],
  ['src/instance/bare.ts', 'export default 1;', 'noDefaultExport'],
  ['src/instance/print.ts', "console.log('x');", 'noConsole'],
  ['src/instance/PascalCase.ts', 'export const x = 1;', 'useFilenamingConvention'],
  ['src/instance/camelCase.ts', 'export const x = 1;', 'useFilenamingConvention'],
  ['src/instance/barrel.ts', "export { x } from './clean.ts';", 'noBarrelFile'],
  ['src/instance/everything.ts', "export * from './clean.ts';", 'noReExportAll'],
  [
    'src/instance/no-extension.ts',
    "import { x } from './clean';\nexport const y = x;",
    'useImportExtensions',
  ],
  [
    'src/instance/no-type.ts',
    "import { X } from './clean.ts';\nexport type Y = X;",
    'useImportType',
  ],
  [
    'src/instance/cause.ts',
    "export function f() { try { g(); } catch { throw new Error('x'); } }\nfunction g() {}",
    'useErrorCause',
  ],
  [
    'src/instance/floating.ts',
    'async function g(): Promise<void> {}\nexport function f() { g(); }',
    'noFloatingPromises',
  ],
  [
    'src/server/switch.ts',
    `${UNION}\nexport function f(x: Kind) { switch (x.kind) { case 'open': return 1; } return 2; }`,
    'useExhaustiveSwitchCases',
  ],
  ['src/instance/switch.ts', HALF_A_SWITCH, 'useExhaustiveSwitchCases'],
  ['src/sel/switch.ts', HALF_A_SWITCH],
  [
    'src/instance/ring.ts',
    "import type { B } from './ring-b.ts';\nexport type A = B;",
    'noImportCycles',
  ],
  [
    'src/instance/ring-b.ts',
    "import type { A } from './ring.ts';\nexport type B = A;",
    'noImportCycles',
  ],
  [
    'src/instance/stray.ts',
    "import { x } from 'undeclared';\nexport const y = x;",
    'noUndeclaredDependencies',
  ],
  ['src/api/env.ts', "export const x = process.env['X'];", 'noProcessEnv', 'noRestrictedGlobals'],
  ['src/server/other.ts', "export const x = process.env['X'];", 'noProcessEnv'],
  ['src/server/config.ts', "export const x = process.env['X'];"],
  ...[
    ['only', 'noFocusedTests'],
    ['skip', 'noSkippedTests'],
  ].map(
    ([word, rule = '']): Planted => [
      `test/unit/${word}.test.ts`,
      `import { test } from 'vitest';\ntest.${word}('x', () => {});`,
      rule,
    ],
  ),
  ...['new Date(0)', 'Date.now()', 'performance.now()', 'crypto.randomUUID()', 'process.pid'].map(
    (code, at): Planted => [
      `cluster/core/global-${at}.ts`,
      `export const x = ${code};`,
      'noRestrictedGlobals',
    ],
  ),
  ...['setTimeout', 'setInterval', 'setImmediate'].flatMap((name, at): Planted[] => [
    [`cluster/runtime/timer-${at}.ts`, `${name}(() => {}, 1);`, 'noRestrictedGlobals'],
    [`src/workflow/timer-${at}.ts`, `globalThis.${name}(() => {}, 1);`, 'noRestrictedGlobals'],
    [`cluster/adapter/timer-${at}.ts`, `${name}(() => {}, 1);`],
  ]),
  ['cluster/core/chance.ts', 'export const x = Math.random();', 'noJsRestrictedProperties'],
  [
    'src/sel/chance.ts',
    'const { random } = Math;\nexport const x = random();',
    'noJsRestrictedProperties',
  ],
  ['cluster/adapter/system-random.ts', 'export const x = Math.random();'],
  ['cluster/store/embedded.ts', 'export const x = Date.now();'],
  ['src/cli/print.ts', "console.log(process.env['X'], Date.now());"],
  ['scripts/print.mjs', 'console.log(Date.now());'],
  ['src/instance/clean.ts', 'export const x = 1;\nexport type X = number;'],
];

interface Reported {
  readonly path: string;
  readonly rule: string;
}

/** What the linter reports in a folder, as file and rule. */
function lint(folder: string): Promise<Reported[]> {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const options = ['lint', '--colors=off', '--reporter=github', '--max-diagnostics=none', '.'];
  return new Promise((resolve) => {
    execFile(biome, options, { cwd: folder }, (_, stdout) => {
      const found = stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+),/g);
      resolve(
        [...found].map(([, rule = '', path = '']) => ({ rule, path: relative(folder, path) })),
      );
    });
  });
}

let folder: string;
let reported: Reported[];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'baton-lint-')));
  await cp(join(ROOT, 'biome.jsonc'), join(folder, 'biome.jsonc'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const [path, text] of PLANTED) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
  reported = await lint(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(PLANTED.filter(([, , ...rules]) => rules.length > 0))(
  '%s with %j breaks %s',
  (path, _text, ...rules) => {
    const broken = reported.filter((each) => each.path === path).map(({ rule }) => rule);
    expect(broken).toEqual(expect.arrayContaining(rules));
  },
);

test.each(PLANTED.filter(([, , ...rules]) => rules.length === 0))(
  '%s with %j breaks no rule',
  (path) => {
    expect(reported.filter((each) => each.path === path)).toEqual([]);
  },
);
