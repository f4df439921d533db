// What a route sees of an HTTP request, and what it answers.

import { problem } from '../../definition/problem.ts';
import { ApiError, type Call, type PageRequest, type RunName } from '../service.ts';
import { refuse } from '../workflow-handlers.ts';
import type { Body } from './body.ts';

export interface RestRequest {
  /** Parts of the path that its pattern names. */
  readonly parts: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly body: Body;
  readonly call: Call;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

export function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

/** A part of the path. */
export function part(request: RestRequest, name: string): string {
  return request.parts[name] ?? '';
}

/** A number from 1 in the path. */
export function numberPart(request: RestRequest, name: string): number {
  const text = part(request, name);
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  return refuse(name, 'be a whole number from 1', text);
}

/** The run a path names; `latest`, or no run in the path, is the latest. */
export function runOf(request: RestRequest): RunName {
  const run = request.parts['run'];
  return {
    workflowId: part(request, 'workflow'),
    instanceId: numberPart(request, 'instance'),
    runId:
      run === undefined || run.toLowerCase() === 'latest' ? undefined : numberPart(request, 'run'),
  };
}

export function flag(request: RestRequest, name: string, otherwise: boolean): boolean {
  const value = request.query.get(name);
  if (value === null) return otherwise;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuse(name, 'be true or false', value);
}

const PAGE_LIMIT = 200;

/** `first` (from the newest on) or `last` (from the oldest back), and a cursor. */
export function pageOf({ query }: RestRequest): PageRequest {
  const first = query.get('first');
  const last = query.get('last');
  if ((first === null) === (last === null)) {
    throw new ApiError('invalid', 'exactly one of first and last is given', {
      problems: [problem('first', 'be given without last, or last without it', first)],
    });
  }
  const limit = Number(first ?? last);
  if (!/^\d{1,3}$/.test(first ?? last ?? '') || limit < 1 || limit > PAGE_LIMIT) {
    refuse(first === null ? 'last' : 'first', `be a number from 1 to ${PAGE_LIMIT}`, first ?? last);
  }
  const cursor = query.get('cursor') ?? '';
  return { limit, backwards: first === null, ...(cursor === '' ? {} : { cursor }) };
}
