// StepService over the handlers.

import type { StepServiceServer } from '../../../proto/gen/baton/v1/step.ts';
import { writeJson } from '../json.ts';
import { pageRequest, refused, required, runName } from '../mapping/request.ts';
import { type Door, unary } from './calls.ts';

/** The handlers of StepService. */
export function stepService(door: Door): StepServiceServer {
  const { step } = door.services;
  return {
    list: unary(door, async (request) => {
      const { limit, cursor = '0' } = pageRequest(request);
      if (!/^\d{1,9}$/.test(cursor)) throw refused('page_token', 'be one of ours', cursor);
      const all = await step.list(runName(request));
      const end = Number(cursor) + limit;
      return {
        stepsJson: all.slice(Number(cursor), end).map(writeJson),
        nextPageToken: end < all.length ? String(end) : '',
      };
    }),
    get: unary(door, async (request) => {
      const { attemptId } = request;
      if (attemptId < 0)
        throw refused('attempt_id', 'be 1 or more, or 0 for the latest', attemptId);
      const found = await step.get(
        {
          ...runName(request),
          stepId: required(request.stepId, 'step_id'),
          attemptId: attemptId === 0 ? undefined : attemptId,
        },
        true,
      );
      return { stepJson: writeJson(found) };
    }),
  };
}
