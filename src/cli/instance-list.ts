// `baton instance list WORKFLOW`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected, wholeNumber } from './connection.ts';
import { type Column, formatted, type OutputOptions, printList } from './output.ts';
import { readPages } from './pages.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly limit: string;
}

const COLUMNS: readonly Column[] = [
  ['INSTANCE', 'workflow_instance_id'],
  ['RUN', 'workflow_run_id'],
  ['VERSION', 'workflow_version_id'],
  ['STATUS', 'status'],
  ['CREATED', 'create_time'],
  ['ENDED', 'end_time'],
];

export function instanceListCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('list instances of a workflow, newest first')
    .argument('<workflow>', 'its id')
    .option('--limit <count>', 'how many, at most', '20');
  return formatted(addressed(command)).action(async (workflowId: string, options: Options) => {
    const limit = wholeNumber(options.limit, '--limit');
    const rows = await connected(terminal, options, (connection) => {
      const { instances } = connection;
      return readPages(limit, async (page) => {
        const request = { workflowId, ...page };
        const answer = await connection.call(instances.list.bind(instances), request);
        return { items: answer.instancesJson, next: answer.nextPageToken };
      });
    });
    printList(terminal, options, rows, COLUMNS);
  });
}
