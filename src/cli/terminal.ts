// What a command may use of the process, so that tests can give it something else.

export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly environment: { readonly [name: string]: string | undefined };
  /** All of standard input. */
  readonly input: () => Promise<string>;
}
