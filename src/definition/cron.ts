// Cron expressions: the five fields of Unix, or the six or seven of Quartz, which begin with seconds.
//
// Quartz counts days of the week from 1 (Sunday), Unix from 0; both understand names. A year is understood as `*` only, and
// nothing is left to chance (`H`).

import { type CronExpression, CronExpressionParser } from 'cron-parser';

export type CronReading =
  /** `gapMs`: the shortest time between two executions of one day. */
  | { readonly kind: 'cron'; readonly cron: Cron; readonly gapMs: number }
  /** Completes "must". */
  | { readonly kind: 'refused'; readonly rule: string };

/** Executions that are looked at to know how close they come, from the first of January 2024 on. */
const LOOKED_AT = 16;
const LOOKED_FROM_MS = 1_704_067_200_000;
const DAY_MS = 86_400_000;

/** A cron expression in a time zone. */
export class Cron {
  readonly #expression: string;
  readonly #timezone: string;

  private constructor(expression: string, timezone: string) {
    this.#expression = expression;
    this.#timezone = timezone;
  }

  static parse(text: string, timezone: string): CronReading {
    const expression = normalized(text);
    if (expression === undefined) {
      const rule = 'have the 5 fields of a Unix or the 6 or 7 of a Quartz cron expression';
      return { kind: 'refused', rule };
    }
    const cron = new Cron(expression, timezone);
    try {
      return { kind: 'cron', cron, gapMs: cron.#shortestGap() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'refused', rule: `be a cron expression (${reason})` };
    }
  }

  /** The first execution after an instant, in milliseconds since 1970; undefined when there is none any more. */
  next(afterMs: number): number | undefined {
    const expression = this.#after(afterMs);
    return expression.hasNext() ? expression.next().getTime() : undefined;
  }

  #shortestGap(): number {
    const expression = this.#after(LOOKED_FROM_MS);
    const first = expression.next().getTime();
    let shortest = Number.POSITIVE_INFINITY;
    let last = first;
    for (let n = 1; n < LOOKED_AT && last - first <= DAY_MS && expression.hasNext(); n++) {
      const next = expression.next().getTime();
      shortest = Math.min(shortest, next - last);
      last = next;
    }
    return shortest;
  }

  #after(currentDate: number): CronExpression {
    return CronExpressionParser.parse(this.#expression, { currentDate, tz: this.#timezone });
  }
}

/** An expression in the words of the parser: seconds first, days of the week from 0. */
function normalized(text: string): string | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.some((field) => /(?:^|,)h/i.test(field))) return undefined;
  if (fields.length === 5) return `0 ${fields.join(' ')}`;
  if (fields.length !== 6 && !(fields.length === 7 && fields[6] === '*')) return undefined;
  const weekday = fields[5]?.replace(/(?<![#/\w])[1-7](?=L?(?!\w))/g, (day) =>
    String(Number(day) - 1),
  );
  return [...fields.slice(0, 5), weekday].join(' ');
}
