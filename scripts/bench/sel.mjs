// The expression language: in this process with programs that were compiled before, and a corpus in a process of its own.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../stage.mjs';
import { percentile } from './node.mjs';
import { Allowance, TURN_NODES } from '../../dist/src/param/allowance.js';
import { compile, evaluate } from '../../dist/src/sel/program.js';
import { DEFAULT_LIMITS } from '../../dist/src/sel/limits.js';

const environment = {
  read: (name) => (name === 'x' ? { type: 'LONG', value: 5n } : undefined),
  nowMs: () => 0,
  random: () => 0.5,
  uuid: () => '',
  limits: { ...DEFAULT_LIMITS, visitedNodes: TURN_NODES },
};

/** Microseconds of one warm evaluation: the median of several rounds. */
export function evaluationMicroseconds(source, times) {
  const { program } = compile(source);
  let visited = 0;
  const rounds = Array.from({ length: 9 }, () => {
    const startedAt = performance.now();
    // The results are looked at, so that the work cannot be left out.
    for (let time = 0; time < times; time++) visited += evaluate(program, environment).visitedNodes;
    return ((performance.now() - startedAt) * 1_000) / times;
  });
  if (!(visited > 0)) throw new Error(`${source} fails`);
  const sorted = rounds.toSorted((a, b) => a - b);
  return Math.round((sorted[4] ?? 0) * 100) / 100;
}

const DOUBLED = "String s = 'a'; for (int i = 0; i < 12; i += 1) s += s; ";
const many = (work) => `for (int i = 0; i < 20000; i += 1) { ${work} }`;

/** Programs that want more than a turn may take, each of another kind of work. */
const GREEDY = [
  `int x = 0; ${many('x += i;')}`,
  `double x = 1.5; ${many('x = x / 3 + i;')}`,
  `${DOUBLED} ${many("t = s + 'b';")}`,
  `${DOUBLED} t = 'b' + s; ${many('s.compareTo(t);')}`,
  `${DOUBLED} ${many('s.toUpperCase();')}`,
  `${DOUBLED} s.replaceAll('(a|b|ab)*(a|ab)*c', 'd')`,
  `${DOUBLED} ${many("s.replaceAll('a+?b', 'c');")}`,
  many("String.format('%d-%8.3f', i, 1.5);"),
  many("String.format('%9999s', 1);"),
  `m = new HashMap(); ${many("m.put('k' + i, i);")}`,
  `d = new DateTime(0, DateTimeZone.forID('America/New_York')); ${many('d = d.plusDays(1);')}`,
  many("new DateTime(i).toString('zzzz');"),
  many("new DateTime(i).toString('EEE, d MMM yyyy HH:mm:ss.SSS ZZ');"),
  many("DateTime.parse('2024-02-29', DateTimeFormat.forPattern('yyyy-MM-dd'));"),
  'Util.dateIntsBetween(10000101, 99991231, 1)',
  'Util.intsBetween(0, 100000, 1)',
];

/** How long they are evaluated before they go elsewhere, in milliseconds: half of them, 99 in 100, the longest. */
export function greedyTurns() {
  // A node has asked for a zone and its name when it begins.
  const zone = "new DateTime(0, DateTimeZone.forID('Europe/London')).toString('zzzz')";
  evaluate(compile(zone).program, environment);
  const took = Array.from({ length: 60 }, () => GREEDY.map(turn)).flat();
  took.sort((a, b) => a - b);
  return [0.5, 0.99, 1].map((share) => percentile(took, share));
}

function turn(source) {
  const { program } = compile(source);
  const allowance = Allowance.ofTurn(() => performance.now());
  allowance.begin();
  const startedAt = performance.now();
  const limits = { ...environment.limits, overdue: allowance.isOverdue };
  const { kind, error } = evaluate(program, { ...environment, limits });
  if (kind !== 'failed' || !['visited-nodes', 'time'].includes(error.limit)) {
    throw new Error(`${source} is not greedy: ${error?.message}`);
  }
  return performance.now() - startedAt;
}

/** How long a corpus takes from its text to its results, if there is one (scripts/sel-corpus.mjs). */
export function corpusSeconds() {
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts/sel-corpus.mjs')], {
    encoding: 'utf8',
  });
  const [, rows, seconds] = /^sel corpus: (\d+) rows .* in (\S+) s/m.exec(stdout) ?? [];
  return rows === undefined
    ? { corpus: 'none here' }
    : { rows: Number(rows), seconds: Number(seconds) };
}
