// `baton workflow get ID`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { readJson } from './json-value.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly version: string;
}

export function workflowGetCommand(terminal: Terminal): Command {
  const command = new Command('get')
    .description('show one version of a workflow')
    .argument('<workflow>', 'its id')
    .option('--version <version>', 'active, latest, default or a number', 'default');
  return formatted(addressed(command)).action(async (workflowId: string, options: Options) => {
    const { workflowJson } = await connected(terminal, options, (connection) => {
      const { workflows } = connection;
      const request = { workflowId, version: options.version };
      return connection.call(workflows.get.bind(workflows), request);
    });
    printObject(terminal, options, readJson(workflowJson));
  });
}
