// The workflow actor: versions, properties, the run strategy's queue, instance numbers and start de-duplication.

import type { ActorKind } from '../../cluster/port/actor-kind.ts';
import { workflowCodec } from './codec.ts';
import { decodeQuery, encodeAnswer } from './message-codec.ts';
import { needs, needsToRead } from './needs.ts';
import { answer } from './overview.ts';
import { reduce } from './reduce.ts';
import type { RunParamsSetting, StartDefinition } from './run-params.ts';
import type { WorkflowHead, WorkflowRows } from './state.ts';

/** The kind of workflow actors. The key is the workflow's id, and so is the affinity. */
export function workflowKind<Fact extends StartDefinition>(
  setting: RunParamsSetting,
): ActorKind<WorkflowHead, WorkflowRows, Fact> {
  return {
    name: 'workflow',
    codec: workflowCodec,
    affinity: (key) => key,
    needs,
    reduce: (state, delivery, context) => reduce(state, delivery, context, setting),
    needsToRead: (state, query) => needsToRead(state, decodeQuery(query)),
    read: (state, query, context) =>
      encodeAnswer(answer(state, context.self.key, decodeQuery(query))),
  };
}
