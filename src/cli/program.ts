// All commands under one name.

import { Command, CommanderError } from 'commander';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts';
import { instanceGetCommand } from './instance-get.ts';
import { instanceKillCommand } from './instance-kill.ts';
import { instanceListCommand } from './instance-list.ts';
import { instanceStartCommand } from './instance-start.ts';
import { instanceStopCommand } from './instance-stop.ts';
import { instanceWatchCommand } from './instance-watch.ts';
import { nodeDrainCommand } from './node-drain.ts';
import { nodeInspectCommand } from './node-inspect.ts';
import { nodeListCommand } from './node-list.ts';
import { runCommand } from './run.ts';
import { selCommand } from './sel.ts';
import { serverCommand } from './server.ts';
import { shardListCommand } from './shard-list.ts';
import { storeCommand } from './store.ts';
import type { Terminal } from './terminal.ts';
import { workflowDeleteCommand } from './workflow-delete.ts';
import { workflowGetCommand } from './workflow-get.ts';
import { workflowListCommand } from './workflow-list.ts';
import { workflowPushCommand } from './workflow-push.ts';
import { workflowValidateCommand } from './workflow-validate.ts';
import { packageVersion } from './version.ts';

/** Runs one command line. @param words without the program's own name @returns the exit code */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await program(terminal).parseAsync([...words], { from: 'user' });
    return EXIT.success;
  } catch (error) {
    if (error instanceof CommandFailure) {
      if (error.message !== '') terminal.error(`baton: ${error.message}`);
      return error.exitCode;
    }
    // The parser has said what was wrong, or was asked for help or the version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    throw error;
  }
}

function program(terminal: Terminal): Command {
  const workflow = new Command('workflow')
    .description('definitions, versions and properties')
    .addCommand(workflowPushCommand(terminal))
    .addCommand(workflowGetCommand(terminal))
    .addCommand(workflowListCommand(terminal))
    .addCommand(workflowDeleteCommand(terminal))
    .addCommand(workflowValidateCommand(terminal));
  const instance = new Command('instance')
    .description('start, follow and end instances')
    .addCommand(instanceStartCommand(terminal))
    .addCommand(instanceGetCommand(terminal))
    .addCommand(instanceListCommand(terminal))
    .addCommand(instanceWatchCommand(terminal))
    .addCommand(instanceStopCommand(terminal))
    .addCommand(instanceKillCommand(terminal));
  const node = new Command('node')
    .description('the nodes of a cluster')
    .addCommand(nodeListCommand(terminal))
    .addCommand(nodeInspectCommand(terminal))
    .addCommand(nodeDrainCommand(terminal));
  const shard = new Command('shard')
    .description('the shards of a cluster')
    .addCommand(shardListCommand(terminal));
  const root = new Command('baton')
    .description('a workflow orchestrator')
    .version(packageVersion())
    // Before a command --version asks for that of baton, after it for one of a workflow.
    .enablePositionalOptions()
    .addCommand(serverCommand())
    .addCommand(workflow)
    .addCommand(instance)
    .addCommand(node)
    .addCommand(shard)
    .addCommand(runCommand(terminal))
    .addCommand(selCommand(terminal))
    .addCommand(storeCommand(terminal));
  governed(root, terminal);
  return root;
}

/** Lets a command throw instead of ending the process, and write where the terminal says. */
function governed(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.error(text.trimEnd()),
  });
  for (const inner of command.commands) governed(inner, terminal);
}
