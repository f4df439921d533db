// `baton sel`: the expression language without a node. `eval` for people, `rows` for tables of programs.

import { Command } from 'commander';
import type { SelError } from '../sel/fault.ts';
import { DEFAULT_LIMITS } from '../sel/limits.ts';
import { compile, evaluate } from '../sel/program.ts';
import { fromPlain, type PlainValue, toPlain } from '../sel/row-codec.ts';
import type { SelValue } from '../sel/value.ts';
import { CommandFailure, EXIT, failure } from './exit-code.ts';
import { gather } from './run-params.ts';
import { linesOf, resultLine } from './sel-rows.ts';
import type { Terminal } from './terminal.ts';

export function selCommand(terminal: Terminal): Command {
  return new Command('sel')
    .description('evaluate expressions without a node')
    .addCommand(evalCommand(terminal))
    .addCommand(rowsCommand(terminal));
}

/** A program may begin with a minus, so that what looks like an option may be one. */
function evalCommand(terminal: Terminal): Command {
  return new Command('eval')
    .description('evaluate one program and print its type and value')
    .allowUnknownOption()
    .argument('<program>')
    .option('--param <name=value>', 'an input; name:TYPE=value says its type', gather, [])
    .action((source: string, { param }: { readonly param: readonly string[] }) => {
      const compiled = compile(source);
      if (compiled.kind === 'refused') throw refused(compiled.error);
      const inputs = new Map(param.map(readInput));
      const outcome = evaluate(compiled.program, {
        read: (name) => inputs.get(name),
        nowMs: () => Date.now(),
        random: Math.random,
        uuid: () => crypto.randomUUID(),
        limits: DEFAULT_LIMITS,
      });
      if (outcome.kind === 'failed') throw refused(outcome.error);
      const { type, value, text } = toPlain(outcome.value);
      const isBare = typeof text === 'string' || type === 'LONG';
      const shown = isBare ? String(text ?? value) : JSON.stringify(value);
      terminal.out(shown === undefined ? type : `${type} ${shown}`);
    });
}

function refused({ message, line, column, text }: SelError): CommandFailure {
  const place = `line ${line}, column ${column}`;
  return new CommandFailure(EXIT.unsuccessful, `${place}: ${message}: ${text}`);
}

const INPUT = /^([A-Za-z_$][\w$]*)(?::([A-Z_]+))?=(.*)$/s;

/** Without a type, what reads as JSON of a scalar or a list has the type of that, everything else is a STRING. */
function readInput(given: string): [string, SelValue] {
  const [, name, type, text = ''] = INPUT.exec(given) ?? [];
  if (name === undefined) {
    throw new CommandFailure(EXIT.usage, `--param is name=value or name:TYPE=value, not ${given}`);
  }
  try {
    return [name, fromPlain(type === undefined ? guessed(text) : typed(type, text))];
  } catch (error) {
    throw failure(EXIT.usage, `--param ${name}: ${String(error)}`, error);
  }
}

function typed(type: string, text: string): PlainValue {
  if (type === 'STRING' || type === 'LONG' || type === 'DOUBLE') return { type, value: text };
  return { type, value: JSON.parse(text) };
}

function guessed(text: string): PlainValue {
  if (/^-?\d+$/.test(text)) return { type: 'LONG', value: text };
  if (/^-?\d+\.\d+$/.test(text)) return { type: 'DOUBLE', value: text };
  if (text === 'true' || text === 'false') return { type: 'BOOLEAN', value: text === 'true' };
  return { type: 'STRING', value: text };
}

function rowsCommand(terminal: Terminal): Command {
  return new Command('rows')
    .description('read rows of JSON from standard input and print the result of each')
    .action(async () => {
      let number = 0;
      let unreadable = 0;
      for await (const line of linesOf(process.stdin.setEncoding('utf8'))) {
        number++;
        const result = resultLine(line, number);
        if (result === undefined) continue;
        terminal.out(result.text);
        if (!result.isRow) unreadable++;
      }
      if (unreadable > 0) {
        throw new CommandFailure(EXIT.unsuccessful, `lines that are no rows: ${unreadable}`);
      }
    });
}
