// The workflow instance actor: one instance of a workflow, its graph, steps and attempts.

import type { ActorKind } from '../../cluster/port/actor-kind.ts';
import { instanceCodec } from './codec.ts';
import { instanceAffinity } from './message.ts';
import { decodeQuery, encodeAnswer } from './message-codec.ts';
import { needs, needsToRead } from './needs.ts';
import { answer } from './read.ts';
import { reduce } from './reduce.ts';
import type { RunDefinition } from './run-definition.ts';
import type { InstanceHead, InstanceRows } from './state.ts';
import type { InstanceSetting } from './turn.ts';

/** Steps that one turn may advance, if nothing else is said. */
export const ADVANCE_LIMIT = 50;

/** The kind of instance actors. The key is `<workflow id>:<instance number>`. */
export function instanceKind<Fact extends RunDefinition>(
  setting: InstanceSetting,
): ActorKind<InstanceHead, InstanceRows, Fact> {
  return {
    name: 'instance',
    codec: instanceCodec,
    affinity: (key) => instanceAffinity(key, setting.lanes),
    needs,
    reduce: (state, delivery, context) => reduce(state, delivery, context, setting),
    needsToRead: (state, query) => needsToRead(state, decodeQuery(query)),
    read: (state, query, context) =>
      encodeAnswer(
        answer(state, decodeQuery(query), `[${context.self.key.replace(':', '][')}]`, (hash) =>
          context.fact(hash),
        ),
      ),
  };
}
