// Reading an instance: rows as they are stored, for the views to decode. Views know how to show them; this file only
// knows which belong together.
//
//   both  → { status, definition (fact hash), head, …
//   run   → { … blocks: [[block, row]…], details: [[key, row]…], attempts: [[key, row]…] }
//   step  → { … index, attempts: [[attempt, record row, details row or null]…] }, the latest attempt last
//
// Rows are what `instanceCodec` encodes; keys of details and attempts are those of `attemptKey`.

import type { Plain } from '../../cluster/core/plain.ts';
import type { RowKey } from '../../cluster/core/row-key.ts';
import type { Table } from '../../cluster/core/table.ts';
import type { RowCodec } from '../../cluster/port/actor-kind.ts';
import type { WorkflowAnswer } from '../workflow/message.ts';
import { encodeRecord, instanceCodec } from './codec.ts';
import type { InstanceQuery } from './message.ts';
import type { RunDefinition } from './run-definition.ts';
import {
  attemptKey,
  attemptRange,
  BLOCK_SIZE,
  blockKey,
  blockOf,
  blockRange,
  type InstanceHead,
  type InstanceState,
} from './state.ts';

/** Answers a question from committed state. @param name of the instance, for refusals */
export function answer(
  state: InstanceState,
  query: InstanceQuery,
  name: string,
  definition: (hash: string) => RunDefinition,
): WorkflowAnswer {
  const { head } = state;
  if (head === undefined) return refusal(`there is no instance ${name}`);
  if (query.run_id !== undefined && query.run_id !== head.runId) {
    return refusal(`instance ${name} has no run [${query.run_id}]`);
  }
  switch (query.kind) {
    case 'run':
      return {
        kind: 'found',
        value: { ...headOf(head), ...rowsOf(state, head) },
      };
    case 'step':
      return stepAnswer(state, head, query, definition(head.birth.definition));
  }
}

/** The head, and what a reader needs before it decodes it. */
function headOf(head: InstanceHead) {
  const { status, birth } = head;
  return { status, definition: birth.definition, head: instanceCodec.encodeHead(head) };
}

function rowsOf({ tables }: InstanceState, { runId }: InstanceHead) {
  const { steps, details, attempts } = instanceCodec.tables;
  return {
    blocks: encoded(tables.steps, steps, blockRange(runId)).map(([key, row]) => [
      blockOf(Number(key)),
      row,
    ]),
    details: encoded(tables.details, details, attemptRange(runId)),
    attempts: encoded(tables.attempts, attempts, attemptRange(runId)),
  };
}

function encoded<Row>(
  table: Table<Row>,
  codec: RowCodec<Row>,
  { from, to }: { readonly from: number; readonly to: number },
): (readonly [RowKey, Plain])[] {
  const rows: (readonly [RowKey, Plain])[] = [];
  for (const [key, row] of table.entries(from)) {
    if (Number(key) > to) break;
    rows.push([key, codec.encode(row)]);
  }
  return rows;
}

function stepAnswer(
  { tables }: InstanceState,
  head: InstanceHead,
  query: Extract<InstanceQuery, { readonly kind: 'step' }>,
  definition: RunDefinition,
): WorkflowAnswer {
  const index = definition.indexes.get(query.step_id);
  if (index === undefined) return refusal(`there is no step [${query.step_id}]`);
  const block = tables.steps.get(blockKey(head.runId, Math.floor(index / BLOCK_SIZE)));
  const latest = block?.[index % BLOCK_SIZE];
  const latestAttempt = latest?.attempt ?? 0;
  const { attempt_id: wanted } = query;
  const attempts: Plain[] = [];
  for (let attempt = wanted ?? 1; attempt <= (wanted ?? latestAttempt); attempt++) {
    const key = attemptKey(head.runId, index, attempt);
    const record = attempt === latestAttempt ? latest : tables.attempts.get(key);
    if (record === undefined) continue;
    const details = record.detailed ? tables.details.get(key) : undefined;
    const row = details === undefined ? null : instanceCodec.tables.details.encode(details);
    attempts.push([attempt, encodeRecord(record), row]);
  }
  if (attempts.length === 0) return refusal(`step [${query.step_id}] has no such attempt`);
  return { kind: 'found', value: { ...headOf(head), index, attempts } };
}

function refusal(message: string): WorkflowAnswer {
  return { kind: 'refused', code: 'not-found', message, errors: [] };
}
