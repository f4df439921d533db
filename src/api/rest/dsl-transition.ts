// Transitions of the YAML form of a definition: a list of texts.
//
//   next                        always
//   IF n > 0 THEN next          when the condition holds
//   OTHERWISE next              when no condition above held; last in its list

import { conditionForm } from '../../definition/condition.ts';
import type { JsonObject, JsonValue } from '../../definition/json.ts';
import type { Place, Translation } from './dsl-place.ts';

/** Conditions by the id of the step that follows. @param place of the list, and of the transition in the request */
export function successorsOf(
  written: JsonValue,
  place: Place,
  translation: Translation,
): JsonObject {
  const becomes = `${place.becomes}.successors`;
  translation.note(place);
  translation.note({ written: place.written, becomes });
  if (!Array.isArray(written)) {
    translation.refuse(place.written, 'be a list of transitions', written);
    return {};
  }
  const successors = new Map<string, string>();
  const conditions: string[] = [];
  let isClosed = false;
  written.forEach((text: JsonValue, index) => {
    const at = `${place.written}[${index}]`;
    if (typeof text === 'string' && text.trim() === '') return;
    const transition = typeof text === 'string' ? readTransition(text) : undefined;
    if (transition === undefined) {
      translation.refuse(at, RULE, text);
      return;
    }
    const { to } = transition;
    if (isClosed) translation.refuse(at, 'not follow OTHERWISE', text);
    if (successors.has(to)) translation.refuse(at, 'lead to another step', to);
    translation.note({ written: at, becomes: `${becomes}.${to}` });
    switch (transition.kind) {
      case 'always':
        successors.set(to, 'true');
        return;
      case 'if':
        conditions.push(transition.condition);
        successors.set(to, transition.condition);
        return;
      case 'otherwise':
        // A second one is refused, and need not be composed.
        successors.set(to, isClosed ? 'true' : noneOf(conditions, at, translation));
        isClosed = true;
    }
  });
  return Object.fromEntries(successors);
}

const RULE = 'be a step, "IF condition THEN step" or "OTHERWISE step"';

/** The condition that holds where none of these does. */
function noneOf(conditions: readonly string[], path: string, translation: Translation): string {
  const expressions = conditions.flatMap((condition): readonly string[] => {
    const form = conditionForm(condition);
    if (form.kind === 'expression') return [`(${form.text})`];
    // What cannot be read is reported where it was written.
    if (form.kind === 'statements') {
      const rule = 'follow conditions that are expressions, which it can negate';
      translation.refuse(path, rule, condition);
    }
    return [];
  });
  return expressions.length === 0 ? 'true' : `!(${expressions.join(' || ')})`;
}

type WrittenTransition =
  | { readonly kind: 'always' | 'otherwise'; readonly to: string }
  | { readonly kind: 'if'; readonly to: string; readonly condition: string };

function readTransition(text: string): WrittenTransition | undefined {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const to = words.at(-1) ?? '';
  if (words.length === 1) return { kind: 'always', to };
  const first = words[0]?.toLowerCase();
  if (first === 'otherwise' && words.length === 2) return { kind: 'otherwise', to };
  if (first !== 'if' || words.length < 4 || words.at(-2)?.toLowerCase() !== 'then') {
    return undefined;
  }
  // Between the first word and the last two, as it was written: texts in a condition may hold spaces.
  const inner = text.trim().slice('if'.length, -to.length).trimEnd();
  return { kind: 'if', to, condition: inner.slice(0, -'then'.length).trim() };
}
