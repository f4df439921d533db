// Where what was translated from the YAML form was written. The request that comes of it is checked like any other, and
// what is wrong with it is told with the places of the document, which is all its author knows.

import { type Problem, problem } from '../../definition/problem.ts';
import { ApiError } from '../service.ts';

/** Something written, by its path in the document, and the path in the request of what becomes of it. */
export interface Place {
  readonly written: string;
  readonly becomes: string;
}

/** Parts of a path below the last one that was noted, at most: values lie in lists and maps, and no deeper. */
const PARTS_BELOW = 8;

/** Paths inside a sentence. */
const STEP_PATH = /workflow\.steps\[[^\s,]*/g;

/** What is known of a translation: what is wrong with the document, and what of it became what. */
export class Translation {
  readonly problems: Problem[] = [];
  readonly #written = new Map<string, string>();

  /** Reports something written. */
  refuse(written: string, rule: string, value: unknown): void {
    this.problems.push(problem(written, rule, value));
  }

  /** Remembers where something, and what lies below it, was written. */
  note({ written, becomes }: Place): void {
    this.#written.set(becomes, written);
  }

  /** An error about the request as one about the document. */
  translated(error: unknown): unknown {
    if (!(error instanceof ApiError)) return error;
    const { code, message, retryAfterMs } = error;
    const problems = error.problems.map((one) => this.#relocated(one));
    // Actors tell what is wrong in lines alone.
    const lines = error.errors.map((line) =>
      line.replace(/^\S+/, (path) => this.#writtenPath(path)),
    );
    const found = problems.length > 0 ? { problems } : { errors: lines };
    return new ApiError(code, message, { ...found, retryAfterMs, cause: error });
  }

  #relocated({ path, rule, found }: Problem): Problem {
    return {
      path: this.#writtenPath(path),
      rule: rule.replace(STEP_PATH, (inner) => this.#writtenPath(inner)),
      found,
    };
  }

  #writtenPath(path: string): string {
    let end = path.length;
    for (let parts = 0; parts <= PARTS_BELOW && end > 0; parts++) {
      const written = this.#written.get(path.slice(0, end));
      if (written !== undefined) return written + path.slice(end);
      end = Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1));
    }
    return path;
  }
}
