// Facts, as kinds see them: parsed once per node and shared by every turn that names them.

/** Parses the text of a fact. The result is immutable. */
export interface FactParser<Fact> {
  /** @returns the fact and roughly how many bytes of memory it holds */
  parse(text: string): { readonly fact: Fact; readonly bytes: number };
}
