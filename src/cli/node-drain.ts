// `baton node drain`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import type { Terminal } from './terminal.ts';

export function nodeDrainCommand(terminal: Terminal): Command {
  const command = new Command('drain')
    .description('let a node hand its shards over and end')
    .argument('<node>', 'its id');
  return addressed(command).action(async (node: string, options: AddressOptions) => {
    await connected(terminal, options, (connection) =>
      connection.call(connection.cluster.drainNode.bind(connection.cluster), { node }),
    );
    terminal.out(`node ${node} hands its shards over and ends`);
  });
}
