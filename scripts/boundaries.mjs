// Who may import whom: the table of docs/architecture.md as a dependency-cruiser configuration.
//
//   B1  What a row does not name is forbidden; a folder always may import itself.
//   B2  A type counts like a value: a type-only import is an import.
//   B3  `parser: 'swc'` is needed with this compiler. With the default one no file is read and everything passes,
//       which is why boundary-check.mjs counts what was read and plants violations.

/** A library by name, whether it was resolved to its folder or not. */
const npm = (names) => `(^|/)node_modules/(${names})/|^(${names})(/|$)`;
const NODE = 'node:*';

/** The roots of src: files that belong to no folder. */
const ROOTS = '^src/(ids|effect|errors)\\.ts$';
const ACTORS = ['workflow', 'instance', 'foreach', 'while', 'signal', 'schedule', 'permit'];
const ACTOR = `(${ACTORS.join('|')})`;
/** What an actor says to others: messages, and how its journal and its entries in lists are read. */
const MESSAGES = `^src/${ACTOR}/(message|journal|list-entry)\\.ts$`;
/** What a view knows of an actor: its state, how rows and events are written, and what follows from them. */
const STATES = `^src/${ACTOR}/(state|status|codec|journal|list-entry|run-definition|instance-facts|step-uuid|timeline)\\.ts$`;
const GENERATED = '^proto/gen/';
const CORE = '^cluster/core/';
const PORT = '^cluster/port/';
/** What a kind is: types alone, as pure as the core they are made of. */
const ACTOR_KIND = '^cluster/port/actor-kind\\.ts$';
const CONTRACTS = '^src/(step-runtime|event)/contract\\.ts$';
const folder = (...names) => names.map((name) => `^src/${name}/`);

const LANGUAGE = folder('definition', 'sel');
const DOMAIN = [...LANGUAGE, '^src/param/', ROOTS];

/**
 * Rows in the order of the table: who (a path pattern) may import what (path patterns, NODE for Node's own modules).
 * Three readings of the table are spelled out. A port's signatures are made of core's types, so whoever may import
 * cluster/port may name those types. And what crosses a port (effects, error codes, ids) is declared in the roots, so
 * the folders outside the actors may import them. Views answer in plain values, so they name core's type of those.
 */
const ROWS = [
  ['^proto/gen/', [npm('@bufbuild/protobuf|@grpc/grpc-js')]],
  ['^cluster/core/', []],
  ['^cluster/port/', [CORE]],
  ['^cluster/runtime/', [CORE, PORT]],
  // Which single file holds a library is the tidy test's business.
  ['^cluster/store/', [CORE, PORT, NODE, npm('lmdb|ioredis|fs-native-extensions')]],
  ['^cluster/adapter/', [CORE, PORT, NODE, npm('nats|nact|msgpackr')]],
  ['^cluster/adapter/envelope-codec\\.ts$', [GENERATED]],
  [ROOTS, [ROOTS, CORE, '^src/definition/', MESSAGES]],
  ['^src/definition/', ['^src/sel/', '^src/(ids|errors)\\.ts$']],
  ['^src/definition/cron\\.ts$', [npm('cron-parser')]],
  ['^src/definition/yaml\\.ts$', [npm('yaml')]],
  ['^src/sel/', [npm('luxon')]],
  ['^src/param/', LANGUAGE],
  ...ACTORS.map((actor) => [`^src/${actor}/`, [...DOMAIN, CORE, ACTOR_KIND, MESSAGES]]),
  ['^src/view/', [...LANGUAGE, '^src/param/', '^src/effect\\.ts$', STATES, MESSAGES, CORE]],
  ['^src/step-runtime/', [...LANGUAGE, ROOTS, CORE, PORT, NODE]],
  ['^src/event/', ['^src/definition/', ROOTS, MESSAGES, CORE, PORT, NODE, npm('nats|kafkajs')]],
  ['^src/interpreter/', [ROOTS, MESSAGES, CORE, PORT, CONTRACTS]],
  ['^src/api/', ['^src/definition/', '^src/view/', ROOTS, MESSAGES, CORE, PORT]],
  ['^src/api/(mapping|grpc)', [GENERATED]],
  ['^src/api/grpc', [NODE, npm('@grpc/grpc-js')]],
  ['^src/api/rest', [NODE]],
  ['^src/cli/', [GENERATED, ...LANGUAGE, '^src/param/', NODE, npm('@grpc/grpc-js|commander|yaml')]],
  ['^src/cli/(server|run|store)\\.ts$', ['^src/server/']],
  ['^src/server/', ['^src/', '^cluster/', GENERATED, NODE, npm('pino|prom-client|yaml')]],
];

const ownFolder = (from) => from.match(/^\^(?:proto\/gen|cluster\/[a-z-]+|src\/[a-z-]+)\//)?.[0];

/** @returns {object[]} one allowance per row, and one for Node's modules where the row names them */
function allowances([from, targets]) {
  const own = ownFolder(from);
  const paths = [...(own === undefined ? [] : [own]), ...targets.filter((to) => to !== NODE)];
  const node = targets.includes(NODE)
    ? [{ from: { path: from }, to: { dependencyTypes: ['core'] } }]
    : [];
  return [...(paths.length === 0 ? [] : [{ from: { path: from }, to: { path: paths } }]), ...node];
}

/** Folders without I/O, clock, chance or timer, however indirectly; and the libraries that are as pure as they are. */
const PURE = `^(cluster/core/|src/(definition|sel|param|view|${ACTORS.join('|')})/|src/(ids|effect|errors)\\.ts$)`;
const PURE_LIBRARIES = npm('cron-parser|luxon|yaml');

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'cluster-never-reaches-src',
      severity: 'error',
      from: { path: '^cluster/' },
      to: { path: '^src/', reachable: true },
    },
    {
      name: 'pure-reaches-no-io',
      severity: 'error',
      from: { path: PURE },
      to: {
        path: '^(?!src/|cluster/core/)',
        pathNot: `${ACTOR_KIND}|${PURE_LIBRARIES}`,
        reachable: true,
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  allowedSeverity: 'error',
  allowed: [...ROWS.flatMap(allowances), { from: { path: 'node_modules' }, to: {} }],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test|scripts)/' },
    // Packages that offer their parts only through `exports`.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
