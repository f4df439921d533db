// Which route a path has.

import { expect, test } from 'vitest';
import { Router } from '../../../src/api/rest/router.ts';

const router = new Router({
  'GET /workflows/{id}': 'one',
  'PUT /workflows/{id}': 'change',
  'GET /workflows/actions': 'fixed',
  'GET /workflows/{id}/versions/{version}': 'version',
  'GET /workflows/{id}/versions/pagination': 'page',
});

test('a fixed part goes before a named one, and parts are decoded', () => {
  expect(router.find('GET', '/workflows/actions')).toMatchObject({ route: 'fixed' });
  expect(router.find('GET', '/workflows/a%2Fb')).toEqual({
    kind: 'route',
    route: 'one',
    parts: { id: 'a/b' },
  });
  expect(router.find('GET', '/workflows/w/versions/pagination')).toMatchObject({ route: 'page' });
  expect(router.find('GET', '/workflows/w/versions/3')).toMatchObject({
    parts: { id: 'w', version: '3' },
  });
});

test('a method nobody takes there is told from a path that is not there', () => {
  expect(router.find('DELETE', '/workflows/w')).toEqual({
    kind: 'other-methods',
    methods: ['GET', 'PUT'],
  });
  expect(router.find('PUT', '/workflows/actions')).toMatchObject({ route: 'change' });
  expect(router.find('GET', '/other')).toEqual({ kind: 'none' });
  expect(router.find('GET', '/workflows/w/versions')).toEqual({ kind: 'none' });
});
