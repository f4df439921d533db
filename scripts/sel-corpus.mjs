// Runs a corpus of programs through `baton sel rows` and compares what comes back.
//
//   node scripts/sel-corpus.mjs [FOLDER]
//
// FOLDER (or the folder `sel` of BATON_CONFORMANCE, or of ../shared/conformance beside the checkout) holds files of rows,
// one JSON object a line. Rows that are marked as quirks are not compared. Without a folder nothing is run.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ROOT } from './stage.mjs';

function findCorpus() {
  const named = process.argv[2];
  if (named !== undefined) return named;
  const suite = process.env.BATON_CONFORMANCE ?? join(ROOT, '../shared/conformance');
  const folder = join(suite, 'sel');
  return existsSync(folder) ? folder : undefined;
}

const folder = findCorpus();
let passed = 0;
let failed = 0;
if (folder === undefined) {
  console.log('sel corpus: none here, nothing is run');
} else {
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin/baton'), 'sel', 'rows'],
    {
      input: rows.map((row) => JSON.stringify(row)).join('\n'),
      maxBuffer: 2 ** 30,
      encoding: 'utf8',
    },
  );
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const results = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  let left = 0;
  rows.forEach((row, index) => {
    const { id, result } = results[index] ?? {};
    const got = result?.error === undefined ? result : { error: result.error };
    if (row.quirk !== undefined) {
      left++;
    } else if (id === row.id && isDeepStrictEqual(got, row.result)) {
      passed++;
    } else {
      failed++;
      const wanted = JSON.stringify(row.result);
      console.log(`FAIL ${row.id}: ${row.expr ?? JSON.stringify(row.literal)}`);
      console.log(`     wanted ${wanted}, got ${JSON.stringify(result)}`);
    }
  });
  if (status !== 0) {
    failed++;
    console.log(stderr);
  }
  console.log(`sel corpus: ${rows.length} rows of ${folder} in ${seconds} s, ${left} not compared`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
