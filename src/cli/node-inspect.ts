// `baton node inspect`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { readJson } from './json-value.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {}

export function nodeInspectCommand(terminal: Terminal): Command {
  const command = new Command('inspect')
    .description('what a node counts and holds')
    .argument('[node]', 'its id; left out: the node that is asked', '');
  return formatted(addressed(command)).action(async (node: string, options: Options) => {
    const { nodeJson } = await connected(terminal, options, (connection) =>
      connection.call(connection.cluster.inspectNode.bind(connection.cluster), { node }),
    );
    printObject(terminal, options, readJson(nodeJson));
  });
}
