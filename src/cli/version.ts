// Which Baton this is.

import { readFileSync } from 'node:fs';

/** The version in package.json, which is two folders up from here and three from where this is built to. */
export function packageVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      return String(version);
    } catch {
      // Not there: the other place has it.
    }
  }
  return 'unknown';
}
