// The variables of one program: every name has one slot, whatever block it appears in.

export class Scope {
  readonly #slots = new Map<string, number>();

  /** The slot of a name, made at its first appearance. */
  slot(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const made = this.#slots.size;
    this.#slots.set(name, made);
    return made;
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }
}
