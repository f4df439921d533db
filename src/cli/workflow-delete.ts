// `baton workflow delete ID`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { readJson } from './json-value.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly requestId: string;
}

export function workflowDeleteCommand(terminal: Terminal): Command {
  const command = new Command('delete')
    .description('delete a workflow with its versions and instances')
    .argument('<workflow>', 'its id')
    .option('--request-id <id>', 'repeats with the same id are answered alike', '');
  return formatted(addressed(command)).action(async (workflowId: string, options: Options) => {
    const { resultJson } = await connected(terminal, options, (connection) => {
      const { workflows, user } = connection;
      const request = { workflowId, user, requestId: options.requestId };
      return connection.call(workflows.delete.bind(workflows), request);
    });
    if (options.output === 'table') terminal.out(`workflow ${workflowId} is being deleted`);
    else printObject(terminal, options, readJson(resultJson));
  });
}
