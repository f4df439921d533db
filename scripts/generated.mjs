// The code generated from proto/baton/**/*.proto: writing it, and finding drift.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT, run } from './stage.mjs';

const PROTO = join(ROOT, 'proto');
const GENERATED = join(PROTO, 'gen');

/** @returns {string[]} files below a folder, as sorted paths relative to it; none if there is no such folder */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Are there any .proto files yet? */
export function hasProto() {
  return filesBelow(PROTO).some((name) => name.endsWith('.proto'));
}

/** Generates into `folder`/gen. */
export function generateInto(folder) {
  return run('buf', ['generate', '-o', folder], { cwd: PROTO });
}

/** @returns {string[]} one sentence per file that is missing, left over or different */
export function differences(expected, actual) {
  const wanted = new Set(filesBelow(expected));
  const found = new Set(filesBelow(actual));
  const read = (folder, name) => readFileSync(join(folder, name), 'utf8');
  return [...new Set([...wanted, ...found])].sort().flatMap((name) => {
    if (!found.has(name)) return [`${name} is not in proto/gen`];
    if (!wanted.has(name)) return [`${name} is in proto/gen but nothing generates it`];
    return read(expected, name) === read(actual, name) ? [] : [`${name} differs`];
  });
}

/** The drift stage: proto/gen is exactly what the .proto files generate now. */
export async function checkDrift() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-generated-'));
  try {
    const generated = await generateInto(folder);
    if (!generated.ok) return generated;
    const drift = differences(join(folder, 'gen'), GENERATED);
    const advice = drift.length === 0 ? [] : ['run `npm run generate` and commit proto/gen'];
    return { ok: drift.length === 0, output: [...drift, ...advice].join('\n') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
