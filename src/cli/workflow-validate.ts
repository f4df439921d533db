// `baton workflow validate FILE`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected } from './connection.ts';
import { readDefinition } from './definition-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { formatted, type OutputOptions, printList } from './output.ts';
import type { Terminal } from './terminal.ts';

type Options = AddressOptions & OutputOptions;

export function workflowValidateCommand(terminal: Terminal): Command {
  const command = new Command('validate')
    .description('check a definition without pushing it')
    .argument('<file>', 'the definition, in JSON or YAML; - reads standard input');
  return formatted(addressed(command)).action(async (file: string, options: Options) => {
    const { json: definitionJson } = await readDefinition(terminal, file);
    const { problems } = await connected(terminal, options, (connection) => {
      const { workflows } = connection;
      return connection.call(workflows.validate.bind(workflows), { definitionJson });
    });
    if (options.output !== 'table') {
      printList(terminal, options, problems, []);
    } else if (problems.length === 0) {
      terminal.out('valid');
    } else {
      const lines = problems.map(
        ({ path, rule, found }) => `${path} must ${rule}, but is ${found}`,
      );
      terminal.out(lines.join('\n'));
    }
    if (problems.length > 0) throw new CommandFailure(EXIT.unsuccessful, '');
  });
}
