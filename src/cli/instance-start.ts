// `baton instance start WORKFLOW`

import { Command } from 'commander';
import { addressed, type AddressOptions, connected, wholeNumber } from './connection.ts';
import { follow, requireSuccess } from './follow.ts';
import { formatted, type OutputOptions, printObject } from './output.ts';
import { gather, runParamsJson } from './run-params.ts';
import type { Terminal } from './terminal.ts';

interface Options extends AddressOptions, OutputOptions {
  readonly version: string;
  readonly requestId: string;
  readonly param: readonly string[];
  readonly wait: boolean;
  readonly watch: boolean;
  readonly timeout: string;
}

export function instanceStartCommand(terminal: Terminal): Command {
  const command = new Command('start')
    .description('start an instance of a workflow')
    .argument('<workflow>', 'its id')
    .option('--version <version>', 'active, latest, default or a number', 'default')
    .option('--param <name=value>', 'a run parameter; name:TYPE=value says its type', gather, [])
    .option('--request-id <id>', 'starts with the same id give the same instance', '')
    .option('--wait', 'answer when the instance has ended', false)
    .option('--watch', 'show its steps until it has ended', false)
    .option('--timeout <seconds>', 'how long to --wait', '3600');
  return formatted(addressed(command)).action((workflowId: string, options: Options) =>
    start(terminal, workflowId, options),
  );
}

async function start(terminal: Terminal, workflowId: string, options: Options): Promise<void> {
  const { version, requestId, wait, watch } = options;
  const seconds = wholeNumber(options.timeout, '--timeout');
  const paramsJson = runParamsJson(options.param);
  await connected(terminal, options, async (connection) => {
    const { instances, user } = connection;
    const request = { workflowId, version, requestId, runParamsJson: paramsJson, user };
    const answer =
      wait && !watch
        ? await connection.call(instances.run.bind(instances), request, seconds)
        : await connection.call(instances.start.bind(instances), request);
    printObject(terminal, options, {
      workflow_id: answer.workflowId,
      workflow_version_id: answer.versionId,
      workflow_instance_id: answer.instanceId,
      workflow_run_id: answer.runId,
      workflow_uuid: answer.uuid,
      status: answer.status,
    });
    if (watch) requireSuccess(await follow(terminal, connection, answer, options.output));
    else if (wait) requireSuccess(answer.status);
  });
}
