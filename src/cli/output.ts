// What commands print: a value as JSON, YAML or a table.

import { Option, type Command } from 'commander';
import { jsonText, yamlText } from './json-value.ts';
import type { Terminal } from './terminal.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

export interface OutputOptions {
  readonly output: Format;
}

/** Adds `-o`. */
export function formatted(command: Command): Command {
  const option = new Option('-o, --output <format>', 'how to print').choices(FORMATS);
  return command.addOption(option.default('table'));
}

/** A column of a table: its title and the field it shows. */
export type Column = readonly [title: string, field: string];

/** Prints a list of objects. */
export function printList(
  terminal: Terminal,
  { output }: OutputOptions,
  rows: readonly unknown[],
  columns: readonly Column[],
): void {
  terminal.out(output === 'table' ? tableText(rows, columns) : valueText(output, rows));
}

/** Prints one object; as a table it is a line per field, and fields with a structure of their own are JSON. */
export function printObject(terminal: Terminal, { output }: OutputOptions, value: unknown): void {
  if (output !== 'table' || typeof value !== 'object' || value === null) {
    terminal.out(valueText(output === 'table' ? 'json' : output, value));
    return;
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const width = Math.max(0, ...fields.map(([name]) => name.length));
  const lines = fields.map(([name, field]) => `${name.padEnd(width)}  ${cell(field)}`);
  terminal.out(lines.join('\n'));
}

const valueText = (format: 'json' | 'yaml', value: unknown): string =>
  format === 'json' ? jsonText(value) : yamlText(value);

/** A table with a title row; columns are as wide as their widest cell. */
export function tableText(rows: readonly unknown[], columns: readonly Column[]): string {
  const cells = [
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, field]) => cell(fieldOf(row, field)))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => (line[at] ?? '').length)));
  return cells
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A field of an object that came as JSON. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

const TIME_FIELDS_FROM_MS = 1_000_000_000_000;

/** Times, which are milliseconds since 1970, are shown as dates. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && value >= TIME_FIELDS_FROM_MS && value < 1e14) {
    return new Date(value).toISOString();
  }
  if (typeof value === 'object') return jsonText(value).replace(/\n\s*/g, ' ');
  return String(value);
}
