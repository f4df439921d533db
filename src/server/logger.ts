// The node's log: pino, one JSON line per event, on standard error. Standard output belongs to the ready line.

import { destination, pino } from 'pino';
import type { Log } from '../../cluster/port/log.ts';
import type { LogLevel } from './config.ts';

const STANDARD_ERROR = 2;

/** A log that writes at once: what a node says before it dies is what explains it. */
export function createLogger(level: LogLevel): Log {
  const logger = pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ dest: STANDARD_ERROR, sync: true }),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
