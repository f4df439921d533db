// What expressions that take long do to everybody else: how long the event loop is held, and how long short runs take.

import { chain, BenchClient } from './client.mjs';
import { metric } from './cluster.mjs';
import { percentile } from './node.mjs';

/** Rounds of a loop: some a turn may take, some it may not. */
const ROUNDS = { light: 30, heavy: 2_500, huge: 20_000 };
/** What the histogram of the runtime adds to every delay: its own interval. */
const RESOLUTION_MS = 10;

function loops(id, rounds) {
  const expression = `int x = 0; for (int i = 0; i < ${rounds}; i += 1) { x += 1; } return x;`;
  return chain(id, 2, { type: 'NoOp', params: { x: { expression, type: 'LONG' } } });
}

/** Many runs at once that evaluate, and short runs one at a time beside them. */
export async function evaluations(node) {
  const client = new BenchClient(node.grpc);
  const figures = {};
  await client.push(chain('short', 3));
  const short = { workflows: ['short'], window: 1, awaitEnd: true };
  await client.startMany({ ...short, count: 300 });
  for (const [name, rounds] of Object.entries(ROUNDS)) {
    await client.push(loops(name, rounds));
    const load = { workflows: [name], window: 64, awaitEnd: true };
    await client.startMany({ ...load, count: 64 });
    await metric(node, 'nodejs_eventloop_lag_max_seconds');
    const startedAt = performance.now();
    let over = false;
    const work = client.startMany({ ...load, count: 400 }).then(() => {
      over = true;
    });
    const took = [];
    while (!over) took.push(...(await client.startMany({ ...short, count: 1 })));
    await work;
    const heldSeconds = await metric(node, 'nodejs_eventloop_lag_max_seconds');
    took.sort((a, b) => a - b);
    figures[name] = {
      runs_per_second: Math.round(400_000 / (performance.now() - startedAt)),
      held_ms: Math.max(0, Math.round(heldSeconds * 1_000 - RESOLUTION_MS)),
      short_runs_ms: [0.5, 0.99, 1].map((share) => percentile(took, share)),
    };
  }
  client.close();
  return figures;
}
