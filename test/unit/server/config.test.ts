// Settings of a node: their sources, their rules and what is said about bad ones.

import { expect, test } from 'vitest';
import { fromEnvironment, type Given, readConfig } from '../../../src/server/config.ts';

const read = (flags: Given, environment: Given = {}, file: Given = {}) =>
  readConfig([
    { name: 'flag', given: flags },
    { name: 'environment', given: environment },
    { name: 'file', given: file },
  ]);

const problemsOf = (flags: Given): readonly string[] => {
  const configuration = read(flags);
  return configuration.kind === 'valid' ? [] : configuration.problems.map(({ path }) => path);
};

test('a node without settings listens on loopback, keeps everything and runs no Shell steps', () => {
  expect(read({})).toEqual({
    kind: 'valid',
    config: {
      http: { host: '127.0.0.1', port: 8080 },
      grpc: { host: '127.0.0.1', port: 9080 },
      data: '.baton',
      insecureListen: false,
      allowShell: false,
      httpAllow: [],
      retentionMs: undefined,
      environment: 'default',
      maxSteps: 300,
      logLevel: 'info',
    },
  });
});

test('a flag goes before the environment, and the environment before the file', () => {
  const environment = fromEnvironment({ BATON_DATA: 'e', BATON_ENVIRONMENT: 'e', PATH: '/bin' });
  const configuration = read({ data: 'f' }, environment, { environment: 'file', 'max-steps': 500 });
  expect(configuration).toMatchObject({
    kind: 'valid',
    config: { data: 'f', environment: 'e', maxSteps: 500 },
  });
});

test('an address that others can reach needs insecure-listen', () => {
  expect(problemsOf({ http: '0.0.0.0:80' })).toEqual(['flag.http']);
  expect(problemsOf({ http: '0.0.0.0:80', 'insecure-listen': true })).toEqual([]);
  expect(read({ grpc: '[::1]:0' })).toMatchObject({ config: { grpc: { host: '::1', port: 0 } } });
});

test('retention is keep or a number of seconds, minutes, hours or days', () => {
  expect(read({ retention: '7d' })).toMatchObject({ config: { retentionMs: 604_800_000 } });
  expect(problemsOf({ retention: 'soon' })).toEqual(['flag.retention']);
});

test('every bad or unknown setting is named', () => {
  const problems = problemsOf({ http: 'x', 'max-steps': 0, 'log-level': 'loud', shel: true });
  expect(problems).toEqual(['flag.shel', 'flag.http', 'flag.max-steps', 'flag.log-level']);
});

const CLUSTER = { cluster: 'c', nats: 'nats://n1:4222,n2:4222', redis: 'redis://r', node: 'a' };

test('a node of a cluster is named with its servers, its share and the lanes of all', () => {
  const given = { ...CLUSTER, nats: 'nats://n1:4222,tls://n2:4222', weight: '2.5' };
  expect(read(given)).toMatchObject({
    config: {
      cluster: {
        name: 'c',
        nats: ['nats://n1:4222', 'tls://n2:4222'],
        redis: 'redis://r',
        node: 'a',
        weight: 2.5,
        lanes: 16,
        allowUnsafeStore: false,
      },
    },
  });
  expect(read({ ...given, lanes: '1' })).toMatchObject({ config: { cluster: { lanes: 1 } } });
});

test('settings of a cluster that are wrong, or come without one, are named', () => {
  expect(problemsOf(CLUSTER)).toEqual(['flag.nats']);
  const wrong = { ...CLUSTER, nats: '', redis: 'r', node: 'a b', weight: 0, lanes: 65, data: 'd' };
  expect(problemsOf(wrong).toSorted()).toEqual(
    ['data', 'lanes', 'nats', 'node', 'redis', 'weight'].map((name) => `flag.${name}`),
  );
  expect(problemsOf({ nats: 'nats://n', lanes: 2 })).toEqual(['flag.nats', 'flag.lanes']);
});
