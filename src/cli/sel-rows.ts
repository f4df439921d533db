// `baton sel rows`: a table of programs in, a result for each of its lines out.
//
// A line that is no row gets a result that says so, and the others theirs; the command then ends as unsuccessful.

import { evaluateRow, type Row } from '../sel/rows.ts';

const MARK = '\ufeff';

/** Lines that end in `\n` or `\r\n`, and nowhere else: a text may hold any other kind of line end. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pieces: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...more] = chunk.split('\n');
    pieces.push(first);
    for (const next of more) {
      yield pieces.join('').replace(/\r$/, '');
      pieces = [next];
    }
  }
  yield pieces.join('').replace(/\r$/, '');
}

export interface LineResult {
  readonly text: string;
  /** The line is a row. */
  readonly isRow: boolean;
}

/** The result of one line as JSON; undefined for an empty one. @param number of the line, from 1 */
export function resultLine(line: string, number: number): LineResult | undefined {
  const bare = number === 1 && line.startsWith(MARK) ? line.slice(MARK.length) : line;
  if (bare.trim() === '') return undefined;
  let id: unknown;
  try {
    const given: unknown = JSON.parse(bare);
    if (!isObject(given)) throw new TypeError('a row is an object');
    id = given['id'];
    return { text: plainJson({ id, result: evaluateRow(readRow(given)) }), isRow: true };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const result = { error: 'row', message: `line ${number}: ${message}` };
    return { text: plainJson({ id, result }), isRow: false };
  }
}

function readRow(row: { readonly [key: string]: unknown }): Row {
  const { expr, literal, vars, group } = row;
  if (typeof expr !== 'string' && literal === undefined) {
    throw new TypeError('a row has an expr, which is text, or a literal');
  }
  if (vars !== undefined && !isObject(vars)) throw new TypeError('vars is an object');
  if (literal !== undefined && !isTyped(literal)) throw new TypeError('a literal has a type');
  const values = Object.entries(vars ?? {});
  const untyped = values.find(([, value]) => !isTyped(value));
  if (untyped !== undefined) throw new TypeError(`the variable ${untyped[0]} has no type`);
  return {
    vars: Object.fromEntries(
      values.flatMap(([name, value]) => (isTyped(value) ? [[name, value]] : [])),
    ),
    ...(typeof group === 'string' ? { group } : {}),
    ...(typeof expr === 'string' ? { expr } : {}),
    ...(isTyped(literal) ? { literal } : {}),
  };
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTyped = (value: unknown): value is { readonly type: string; readonly value?: unknown } =>
  isObject(value) && typeof value['type'] === 'string';

/** Stands for the one number that JSON text can say and JSON.stringify does not. */
const NEGATIVE_ZERO = '\u0000-0.0';

/** JSON in which a negative zero stays one. */
function plainJson(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) =>
    Object.is(item, -0) ? NEGATIVE_ZERO : item,
  );
  return text.replaceAll(JSON.stringify(NEGATIVE_ZERO), '-0.0');
}
