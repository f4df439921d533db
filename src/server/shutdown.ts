// How a node ends: a first SIGTERM or SIGINT lets it come to rest, a second one or the deadline ends it at once.
//
// Nothing is lost in either case, only time: what was acknowledged is in the store.

import type { Log } from '../../cluster/port/log.ts';

/** Exit code of a node that did not come to rest in time. */
const EXIT_UNRESTED = 3;

/** Exit code of a node whose disk failed under it. */
const EXIT_DISK = 4;

/** Exit code of a node whose lease has ended while it could not renew it: others have its shards. */
export const EXIT_LEASE = 5;

/** Ends the process at once, because going on could only do harm: whoever starts it anew finds all that was acknowledged. */
export function endAtOnce(error: Error, log: Log, exitCode = EXIT_DISK): never {
  log.error({ err: error }, 'node ends: going on could only do harm');
  process.exit(exitCode);
}

/** Ends the process as a first signal does. */
export function askToEnd(): void {
  process.kill(process.pid, 'SIGTERM');
}

const REST_MS_MAX = 30_000;

/** Resolves after the first signal, when `close` has; exits the process at the second signal or the deadline. */
export function closeOnSignal(close: () => Promise<void>, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    let closing = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (closing) {
        log.warn({ signal }, 'node ends without coming to rest');
        process.exit(EXIT_UNRESTED);
      }
      closing = true;
      log.info({ signal }, 'node is stopping');
      setTimeout(() => process.exit(EXIT_UNRESTED), REST_MS_MAX).unref();
      close().then(resolve, reject);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
