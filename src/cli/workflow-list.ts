// `baton workflow list`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected, wholeNumber } from './connection.ts';
import { type Column, formatted, type OutputOptions, printList } from './output.ts';
import { readPages } from './pages.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly limit: string;
}

const COLUMNS: readonly Column[] = [
  ['WORKFLOW', 'workflow_id'],
  ['LATEST', 'latest_version_id'],
  ['ACTIVE', 'active_version_id'],
  ['CHANGED', 'modify_time'],
];

export function workflowListCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('list workflows by id')
    .option('--limit <count>', 'how many, at most', '100');
  return formatted(addressed(command)).action(async (options: Options) => {
    const limit = wholeNumber(options.limit, '--limit');
    const rows = await connected(terminal, options, (connection) => {
      const { workflows } = connection;
      return readPages(limit, async (page) => {
        const answer = await connection.call(workflows.list.bind(workflows), page);
        return { items: answer.workflowsJson, next: answer.nextPageToken };
      });
    });
    printList(terminal, options, rows, COLUMNS);
  });
}
