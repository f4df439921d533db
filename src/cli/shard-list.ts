// `baton shard list`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { type Column, formatted, type OutputOptions, printList } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {}

const COLUMNS: readonly Column[] = [
  ['SHARD', 'shard'],
  ['OWNER', 'owner'],
  ['WANTED', 'wanted'],
  ['EPOCH', 'epoch'],
  ['COMMITS', 'seq'],
];

export function shardListCommand(terminal: Terminal): Command {
  const command = new Command('list').description(
    'list the shards, their owners, and who should be',
  );
  return formatted(addressed(command)).action(async (options: Options) => {
    const { shards } = await connected(terminal, options, (connection) =>
      connection.call(connection.cluster.listShards.bind(connection.cluster), {}),
    );
    printList(terminal, options, shards, COLUMNS);
  });
}
