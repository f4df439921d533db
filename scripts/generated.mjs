// The code generated from the .proto files, and their descriptors for server reflection: writing it, and finding drift.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { ROOT, run } from './stage.mjs';

const PROTO = join(ROOT, 'proto');
const GENERATED = join(PROTO, 'gen');

/** @returns {string[]} files below a folder, as sorted paths relative to it; none if there is no such folder */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Are there any .proto files yet? */
export function hasProto() {
  return filesBelow(PROTO).some((name) => name.endsWith('.proto'));
}

/** Generates into `folder`/gen. */
export async function generateInto(folder) {
  const generated = await run('buf', ['generate', '-o', folder], { cwd: PROTO });
  if (!generated.ok) return generated;
  const image = join(folder, 'gen/descriptors.bin');
  const args = ['build', '--as-file-descriptor-set', '--exclude-source-info', '-o', image];
  const built = await run('buf', args, { cwd: PROTO });
  if (!built.ok) return built;
  writeFileSync(join(folder, 'gen/descriptors.ts'), descriptorModule(readFileSync(image)));
  await rm(image);
  return generated;
}

/** @returns {string} a module with what server reflection needs to know of each .proto file */
function descriptorModule(image) {
  const files = fromBinary(FileDescriptorSetSchema, image).file.map((file) => {
    const scope = file.package === '' ? '' : `${file.package}.`;
    const services = file.service.map(({ name }) => scope + name);
    return {
      name: file.name,
      imports: file.dependency,
      services,
      symbols: [
        ...services.flatMap((name, index) => symbolsOf(name, file.service[index].method)),
        ...typesIn(scope, file),
      ],
      base64: Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString('base64'),
    };
  });
  const type = `readonly {
  readonly name: string;
  readonly imports: readonly string[];
  readonly services: readonly string[];
  readonly symbols: readonly string[];
  readonly base64: string;
}[]`;
  return `// Code generated from the .proto files. DO NOT EDIT.\n\nexport const DESCRIPTORS: ${type} = ${JSON.stringify(files, null, 2)};\n`;
}

const symbolsOf = (service, methods) => [
  service,
  ...methods.map(({ name }) => `${service}.${name}`),
];

/** The messages and enums below a file or message, at any depth. */
function typesIn(scope, parent) {
  const messages = parent.messageType ?? parent.nestedType;
  return [
    ...parent.enumType.map(({ name }) => scope + name),
    ...messages.flatMap((message) => [
      scope + message.name,
      ...typesIn(`${scope}${message.name}.`, message),
    ]),
  ];
}

/** @returns {string[]} one sentence per file that is missing, left over or different */
export function differences(expected, actual) {
  const wanted = new Set(filesBelow(expected));
  const found = new Set(filesBelow(actual));
  const read = (folder, name) => readFileSync(join(folder, name), 'utf8');
  return [...new Set([...wanted, ...found])].sort().flatMap((name) => {
    if (!found.has(name)) return [`${name} is not in proto/gen`];
    if (!wanted.has(name)) return [`${name} is in proto/gen but nothing generates it`];
    return read(expected, name) === read(actual, name) ? [] : [`${name} differs`];
  });
}

/** The drift stage: proto/gen is exactly what the .proto files generate now. */
export async function checkDrift() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-generated-'));
  try {
    const generated = await generateInto(folder);
    if (!generated.ok) return generated;
    const drift = differences(join(folder, 'gen'), GENERATED);
    const advice = drift.length === 0 ? [] : ['run `npm run generate` and commit proto/gen'];
    return { ok: drift.length === 0, output: [...drift, ...advice].join('\n') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
