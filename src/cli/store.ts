// `baton store backup DIR` and `baton store check`: what operators do with a store, also while a node has it open.

import { Command } from 'commander';
import { backupStore, checkStore, explain } from '../server/main.ts';
import { CommandFailure, EXIT, failure } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly data: string;
}

const located = (command: Command): Command =>
  command.option('--data <folder>', 'the folder of the store', '.baton');

export function storeCommand(terminal: Terminal): Command {
  const backup = located(new Command('backup'))
    .description('copy the store into a folder')
    .argument('<folder>', 'where the copy goes')
    .action(async (folder: string, { data }: Options) => {
      await explained(() => backupStore(data, folder));
      terminal.out(`copied ${data} to ${folder}`);
    });
  const check = located(new Command('check'))
    .description('read every row of the store')
    .action(async ({ data }: Options) => {
      const { rows, findings } = await explained(() => checkStore(data));
      terminal.out([`${rows} rows, ${findings.length} findings`, ...findings].join('\n'));
      if (findings.length > 0) throw new CommandFailure(EXIT.unsuccessful, '');
    });
  return new Command('store')
    .description('look after the store of a folder, also while a node has it open')
    .addCommand(backup)
    .addCommand(check);
}

async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw failure(EXIT.unsuccessful, explain(error), error);
  }
}
