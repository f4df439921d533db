// `baton instance watch WORKFLOW NUMBER`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected, wholeNumber } from './connection.ts';
import { follow, requireSuccess } from './follow.ts';
import { formatted, type OutputOptions } from './output.ts';
import type { Terminal } from './terminal.ts';

type Options = AddressOptions & OutputOptions;

export function instanceWatchCommand(terminal: Terminal): Command {
  const command = new Command('watch')
    .description('show what happens to an instance until it has ended')
    .argument('<workflow>', 'the id of its workflow')
    .argument('<instance>', 'its number');
  const run = async (workflowId: string, instance: string, options: Options) => {
    const instanceId = wholeNumber(instance, '<instance>');
    await connected(terminal, options, async (connection) => {
      const name = { workflowId, instanceId };
      requireSuccess(await follow(terminal, connection, name, options.output));
    });
  };
  return formatted(addressed(command)).action(run);
}
