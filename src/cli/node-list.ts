// `baton node list`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { type Column, formatted, type OutputOptions, printList } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {}

const COLUMNS: readonly Column[] = [
  ['NODE', 'node'],
  ['STATE', 'state'],
  ['SHARDS', 'shards'],
  ['WEIGHT', 'weight'],
  ['CONNECTED', 'connected'],
  ['HTTP', 'http'],
  ['GRPC', 'grpc'],
  ['VERSION', 'version'],
];

export function nodeListCommand(terminal: Terminal): Command {
  const command = new Command('list').description('list the nodes of the cluster');
  return formatted(addressed(command)).action(async (options: Options) => {
    const { nodes } = await connected(terminal, options, (connection) =>
      connection.call(connection.cluster.listNodes.bind(connection.cluster), {}),
    );
    printList(terminal, options, nodes, COLUMNS);
  });
}
