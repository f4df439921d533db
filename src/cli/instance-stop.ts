// `baton instance stop WORKFLOW NUMBER`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected, wholeNumber } from './connection.ts';
import { readJson } from './json-value.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly run?: string;
  readonly requestId: string;
}

export function instanceStopCommand(terminal: Terminal): Command {
  const command = new Command('stop')
    .description('stop a run: its steps end STOPPED')
    .argument('<workflow>', 'the id of its workflow')
    .argument('<instance>', 'its number')
    .option('--run <number>', 'one of its runs; left out: the latest')
    .option('--request-id <id>', 'repeats with the same id are answered alike', '');
  const run = async (workflowId: string, instance: string, options: Options) => {
    const instanceId = wholeNumber(instance, '<instance>');
    const runId = options.run === undefined ? 0 : wholeNumber(options.run, '--run');
    const { resultJson } = await connected(terminal, options, (connection) => {
      const { instances, user } = connection;
      const request = { workflowId, instanceId, runId, user, requestId: options.requestId };
      return connection.call(instances.stop.bind(instances), request);
    });
    printObject(terminal, options, readJson(resultJson));
  };
  return formatted(addressed(command)).action(run);
}
