// Queues of steps, first in, first out. What is stored is immutable; a turn takes from the front and adds to the back
// without copying the rest, which may be a fan-out of thousands.

/** Steps in their order: `entries` from `from` on. */
export interface StepQueue {
  readonly entries: readonly number[];
  readonly from: number;
}

export const EMPTY_QUEUE: StepQueue = { entries: [], from: 0 };

/** A queue for the length of a turn. */
export class QueueDraft {
  #before: StepQueue;
  #from: number;
  readonly #added: number[] = [];
  #addedFrom = 0;

  constructor(before: StepQueue) {
    this.#before = before;
    this.#from = before.from;
  }

  push(entry: number): void {
    this.#added.push(entry);
  }

  /** Takes the first entry; undefined when there is none. */
  next(): number | undefined {
    const { entries } = this.#before;
    if (this.#from < entries.length) return entries[this.#from++];
    return this.#addedFrom < this.#added.length ? this.#added[this.#addedFrom++] : undefined;
  }

  get length(): number {
    return this.#before.entries.length - this.#from + this.#added.length - this.#addedFrom;
  }

  isEmpty(): boolean {
    return this.length === 0;
  }

  clear(): void {
    this.#before = EMPTY_QUEUE;
    this.#from = 0;
    this.#addedFrom = this.#added.length;
  }

  /** What is left; the very queue the turn began with when nothing changed. */
  left(): StepQueue {
    const { entries, from } = this.#before;
    if (this.#addedFrom < this.#added.length) {
      if (this.#from === entries.length) return { entries: this.#added, from: this.#addedFrom };
      const rest = entries.slice(this.#from);
      return { entries: rest.concat(this.#added.slice(this.#addedFrom)), from: 0 };
    }
    if (this.#from === from) return this.#before;
    return this.#from === entries.length ? EMPTY_QUEUE : { entries, from: this.#from };
  }
}
