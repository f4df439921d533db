// Following an instance: lines as its steps go on, until its run has ended.

import type { ServiceError } from '@grpc/grpc-js';
import type { InstanceServiceWatchResponse } from '../../proto/gen/baton/v1/instance.ts';
import type { Connection } from './connection.ts';
import { callFailure, CommandFailure, EXIT } from './exit-code.ts';
import { jsonText, readJson } from './json-value.ts';
import { fieldOf, type Format } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface InstanceName {
  readonly workflowId: string;
  readonly instanceId: number;
}

/** Prints what happens. @returns the run's last status */
export function follow(
  terminal: Terminal,
  connection: Connection,
  name: InstanceName,
  format: Format,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let status = '';
    const stream = connection.instances.watch({ ...name, afterSeq: 0 });
    stream.on('data', ({ entriesJson }: InstanceServiceWatchResponse) => {
      for (const text of entriesJson) {
        const entry = readJson(text);
        status = String(fieldOf(entry, 'status'));
        const lines = format === 'table' ? changeLines(entry) : [jsonText(entry)];
        if (lines.length > 0) terminal.out(lines.join('\n'));
      }
    });
    stream.on('end', () => resolve(status));
    stream.on('error', (error: ServiceError) => reject(callFailure(error, connection.address)));
  });
}

/** One line per step and one for the run, each with the status it came to. */
function changeLines(entry: unknown): string[] {
  const time = new Date(Number(fieldOf(entry, 'time'))).toISOString();
  const steps = listOf(fieldOf(entry, 'steps')).map((step) => {
    const name = `${String(fieldOf(step, 'step_id'))} (attempt ${String(fieldOf(step, 'step_attempt_id'))})`;
    return `${time}  ${name}  ${String(fieldOf(step, 'status'))}`;
  });
  const moved = listOf(fieldOf(entry, 'statuses')).length > 1;
  return [...steps, ...(moved ? [`${time}  run ${String(fieldOf(entry, 'status'))}`] : [])];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Fails the command, without a message of its own, unless a run succeeded. */
export function requireSuccess(status: string): void {
  if (status !== 'SUCCEEDED') throw new CommandFailure(EXIT.unsuccessful, '');
}
