// Ids of workflows.

const ID = /^[_a-zA-Z0-9][.\-_a-zA-Z0-9]*$/;
const ID_LENGTH = 128;

/** The rule that `id` breaks as a workflow id, or undefined when it keeps them all. */
export function workflowIdRule(id: string): string | undefined {
  if (id.length > ID_LENGTH) return `have at most ${ID_LENGTH} characters`;
  if (!ID.test(id)) return 'begin with a letter, a digit or _ and hold only these, . and -';
  if (/^maestro_/i.test(id) || /_maestro$/i.test(id)) {
    return 'neither begin with maestro_ nor end with _maestro';
  }
  return undefined;
}
