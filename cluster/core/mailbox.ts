// A first-in, first-out queue on a ring of slots: constant time at both ends, no garbage per message.
//
// It is bounded by whoever fills it: the limit depends on where a message comes from, so the shard checks it.

export class Mailbox<Item> {
  #slots: (Item | undefined)[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: Item): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length++;
  }

  peek(): Item | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  shift(): Item | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length--;
    return item;
  }

  /** The items in order, which stay where they are. */
  *items(): Generator<Item> {
    for (let offset = 0; offset < this.#length; offset++) {
      const item = this.#slots[(this.#head + offset) & (this.#slots.length - 1)];
      if (item !== undefined) yield item;
    }
  }

  #grow(): void {
    const slots = new Array<Item | undefined>(Math.max(4, this.#slots.length * 2));
    for (let offset = 0; offset < this.#length; offset++) {
      slots[offset] = this.#slots[(this.#head + offset) & (this.#slots.length - 1)];
    }
    this.#slots = slots;
    this.#head = 0;
  }
}
