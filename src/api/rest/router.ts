// Finds the route of a path: a tree of path parts, fixed parts before named ones.

interface Branch<Route> {
  readonly fixed: Map<string, Branch<Route>>;
  named: { readonly name: string; readonly branch: Branch<Route> }[];
  readonly methods: Map<string, Route>;
}

export type Match<Route> =
  | {
      readonly kind: 'route';
      readonly route: Route;
      readonly parts: { readonly [name: string]: string };
    }
  | { readonly kind: 'other-methods'; readonly methods: readonly string[] }
  | { readonly kind: 'none' };

export class Router<Route> {
  readonly #root: Branch<Route> = branch();

  /** @param routes by `METHOD /path/{name}` */
  constructor(routes: { readonly [pattern: string]: Route }) {
    for (const [pattern, route] of Object.entries(routes)) {
      const [method = '', path = ''] = pattern.split(' ');
      let at = this.#root;
      for (const text of split(path)) at = grow(at, text);
      at.methods.set(method, route);
    }
  }

  /** @param path percent-encoded, without a query */
  find(method: string, path: string): Match<Route> {
    const ends = [...walk(this.#root, split(path).map(decoded), {})];
    for (const { at, parts } of ends) {
      const route = at.methods.get(method);
      if (route !== undefined) return { kind: 'route', route, parts };
    }
    const methods = [...new Set(ends.flatMap(({ at }) => [...at.methods.keys()]))];
    return methods.length === 0 ? { kind: 'none' } : { kind: 'other-methods', methods };
  }
}

function branch<Route>(): Branch<Route> {
  return { fixed: new Map(), named: [], methods: new Map() };
}

const split = (path: string): readonly string[] => path.split('/').filter((text) => text !== '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function grow<Route>(at: Branch<Route>, text: string): Branch<Route> {
  const [, name] = /^\{(\w+)\}$/.exec(text) ?? [];
  const known =
    name === undefined
      ? at.fixed.get(text)
      : at.named.find((candidate) => candidate.name === name)?.branch;
  if (known !== undefined) return known;
  const next = branch<Route>();
  if (name === undefined) at.fixed.set(text, next);
  else at.named.push({ name, branch: next });
  return next;
}

interface End<Route> {
  readonly at: Branch<Route>;
  readonly parts: { readonly [name: string]: string };
}

function* walk<Route>(
  at: Branch<Route>,
  [text, ...rest]: readonly string[],
  parts: End<Route>['parts'],
): Generator<End<Route>> {
  if (text === undefined) {
    yield { at, parts };
    return;
  }
  const fixed = at.fixed.get(text);
  if (fixed !== undefined) yield* walk(fixed, rest, parts);
  for (const { name, branch: next } of at.named)
    yield* walk(next, rest, { ...parts, [name]: text });
}
