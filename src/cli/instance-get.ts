// `baton instance get WORKFLOW NUMBER`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected, wholeNumber } from './connection.ts';
import { readJson } from './json-value.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly run?: string;
}

export function instanceGetCommand(terminal: Terminal): Command {
  const command = new Command('get')
    .description('show an instance')
    .argument('<workflow>', 'the id of its workflow')
    .argument('<instance>', 'its number')
    .option('--run <number>', 'one of its runs; left out: the latest');
  const run = async (workflowId: string, instance: string, options: Options) => {
    const instanceId = wholeNumber(instance, '<instance>');
    const runId = options.run === undefined ? 0 : wholeNumber(options.run, '--run');
    const { instanceJson } = await connected(terminal, options, (connection) => {
      const { instances } = connection;
      const request = { workflowId, instanceId, runId };
      return connection.call(instances.get.bind(instances), request);
    });
    printObject(terminal, options, readJson(instanceJson));
  };
  return formatted(addressed(command)).action(run);
}
