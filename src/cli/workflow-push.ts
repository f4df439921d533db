// `baton workflow push FILE`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { readDefinition } from './definition-file.ts';
import { readJson } from './json-value.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly requestId: string;
}

export function workflowPushCommand(terminal: Terminal): Command {
  const command = new Command('push')
    .description('make a new version of a workflow')
    .argument('<file>', 'the definition, in JSON or YAML; - reads standard input')
    .option('--request-id <id>', 'repeats with the same id are answered alike', '');
  return formatted(addressed(command)).action(async (file: string, options: Options) => {
    const { json: definitionJson } = await readDefinition(terminal, file);
    await connected(terminal, options, async (connection) => {
      const { workflows, user } = connection;
      const { requestId } = options;
      const request = { definitionJson, user, requestId };
      const answer = await connection.call(workflows.push.bind(workflows), request);
      if (options.output === 'table') {
        terminal.out(`workflow ${answer.workflowId}, version ${answer.versionId}`);
      } else {
        printObject(terminal, options, readJson(answer.workflowJson));
      }
    });
  });
}
