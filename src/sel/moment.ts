// Points on a line of milliseconds, as far as 64 bits of them reach: 292 million years each way, where the numbers of the
// runtime no longer tell one millisecond from the next. An instant is such a point counted in UTC, a local time one counted
// as it stands on a wall.
//
// Invariant: `day` is a whole number that a number holds exactly; `millis` is a whole number from 0 to below DAY_MS.

export const DAY_MS = 86_400_000;

export interface Moment {
  /** Days from 1970-01-01. */
  readonly day: number;
  /** What has passed of the day. */
  readonly millis: number;
}

/** A day, and milliseconds that may be more than a day or less than none; whole numbers that are held exactly. */
function momentAt(day: number, millis: number): Moment {
  if (millis >= 0 && millis < DAY_MS) return { day, millis };
  const days = Math.floor(millis / DAY_MS);
  return { day: day + days, millis: millis - days * DAY_MS };
}

const DAY = BigInt(DAY_MS);

/** The point that many milliseconds from 1970-01-01T00:00. @param count a whole number */
export function momentOf(count: number | bigint): Moment {
  if (typeof count === 'number') return momentAt(0, count);
  let millis = count % DAY;
  if (millis < 0n) millis += DAY;
  return { day: Number((count - millis) / DAY), millis: Number(millis) };
}

/** Milliseconds from 1970-01-01T00:00. */
export const millisOf = ({ day, millis }: Moment): bigint => BigInt(day) * DAY + BigInt(millis);

/** @param millis a whole number that is held exactly, of either sign */
export function later({ day, millis }: Moment, by: number): Moment {
  const days = Math.floor(by / DAY_MS);
  // The days first: their sum with the milliseconds could be more than is held exactly.
  return momentAt(day + days, millis + (by - days * DAY_MS));
}

/** Below 0 when the first is earlier, above when it is later. */
export const compareMoments = (left: Moment, right: Moment): number =>
  left.day - right.day || left.millis - right.millis;

const MOST = momentOf(2n ** 63n - 1n);
/** The first there is. */
export const FIRST_MOMENT = momentOf(-(2n ** 63n));

/** Whether 64 bits hold its milliseconds. */
export const isCountable = (moment: Moment): boolean =>
  Number.isSafeInteger(moment.day) &&
  compareMoments(moment, FIRST_MOMENT) >= 0 &&
  compareMoments(moment, MOST) <= 0;
