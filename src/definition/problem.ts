// What is wrong with a value somebody gave us. A check reports every problem it finds, not only the first.

/** One broken rule. */
export interface Problem {
  /** Where the value stands, as a JSON path without a root: `workflow.params.n.value`. */
  readonly path: string;
  /** The rule, as a sentence that completes "the value must …". */
  readonly rule: string;
  /** The type of what was found, and the value itself when it is short. */
  readonly found: string;
}

const SHOWN = 60;

/** Names the type of any JSON value and shows it when it is short: `number 1.5`, `array of 3`, `nothing`. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length}`;
  switch (typeof value) {
    case 'string':
      return value.length <= SHOWN
        ? `string ${JSON.stringify(value)}`
        : `string of ${value.length} characters`;
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${typeof value === 'bigint' ? 'number' : typeof value} ${value}`;
    default:
      return typeof value;
  }
}

/** A problem whose `found` describes `value`. */
export function problem(path: string, rule: string, value: unknown): Problem {
  return { path, rule, found: describe(value) };
}

/** One line for people: `workflow.params.n.value must be a whole number, but is string "x"`. */
export function problemText(problem: Problem): string {
  return `${problem.path} must ${problem.rule}, but is ${problem.found}`;
}
