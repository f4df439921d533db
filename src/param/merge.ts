// Merging: one set of definitions laid over another, stage by stage, each stage held to the modes of what it changes.
//
// Invariants
// 1. A merged definition has the type of the baseline it changed, a mode, tags, and its source in meta.
// 2. No stage loosens a mode.
// 3. Merging never changes its inputs.

import {
  type LiteralDefinition,
  NO_PARAMS,
  PARAM_MODES,
  type ParamDefinition,
  type ParamDefinitions,
  type ParamLiteral,
  type ParamMode,
} from '../definition/param-definition.ts';
import type { ParamType } from '../definition/param-type.ts';
import { type Problem, problem } from '../definition/problem.ts';
import type { Tag } from '../definition/tag.ts';
import { coerce, literalValue, valueLiteral } from './evaluated.ts';
import { sameDefinition, sameEntries } from './same-definition.ts';
import {
  type InternalMode,
  type ParamSource,
  changeableModes,
  internalModeOf,
  isSystemSource,
  modeOfInternal,
  sourceOf,
} from './source.ts';

/** One stage of merging. */
export interface MergeStage {
  readonly source: ParamSource;
  /** A parent speaks to its child: a looser mode is raised to the baseline's instead of being refused. */
  readonly upstream?: boolean;
  /** The merge belongs to a restart: only what a restart may change can change. */
  readonly restart?: boolean;
}

/** Where a merge happens and whom it tells of problems. */
export interface MergeReport {
  /** Path of the definitions being merged in; a problem's path is this and the parameter's name. */
  readonly path: string;
  readonly problems: Problem[];
}

/** The stricter of two modes. */
export function stricter(one: ParamMode, other: ParamMode): ParamMode {
  return PARAM_MODES.indexOf(one) > PARAM_MODES.indexOf(other) ? one : other;
}

/**
 * Lays `incoming` over `baseline`. Names of the baseline keep their place, new ones follow in their order. A change that
 * the stage may not make is reported, and the baseline's definition stays.
 */
export function mergeParams(
  baseline: ParamDefinitions,
  incoming: ParamDefinitions,
  stage: MergeStage,
  report: MergeReport,
): ParamDefinitions {
  return mergeEntries(baseline, incoming, { stage, report, parentMode: 'MUTABLE' });
}

interface Merging {
  readonly stage: MergeStage;
  readonly report: MergeReport;
  /** The strictest mode of the MAPs around; MUTABLE outside of any. */
  readonly parentMode: ParamMode;
}

function mergeEntries(
  baseline: ParamDefinitions,
  incoming: ParamDefinitions,
  merging: Merging,
): ParamDefinitions {
  if (incoming.size === 0) return baseline;
  const merged = new Map(baseline);
  for (const [name, definition] of incoming) {
    const one = new MergeOne(name, definition, baseline.get(name), merging).merge();
    if (one !== undefined) merged.set(name, one);
  }
  return merged;
}

/** The state of merging one definition into its baseline. */
class MergeOne {
  readonly #path: string;
  readonly #incoming: ParamDefinition;
  readonly #baseline: ParamDefinition | undefined;
  readonly #merging: Merging;

  constructor(
    name: string,
    incoming: ParamDefinition,
    baseline: ParamDefinition | undefined,
    merging: Merging,
  ) {
    this.#path = `${merging.report.path}.${name}`;
    this.#incoming = incoming;
    this.#baseline = baseline;
    this.#merging = merging;
  }

  /** The merged definition, or undefined after a refusal. */
  merge(): ParamDefinition | undefined {
    const baseline = this.#baseline;
    const body = this.#body();
    if (body === undefined) return undefined;
    const internalMode =
      internalModeOf(baseline ?? this.#incoming) ?? internalModeOf(this.#incoming);
    const validator = this.#incoming.validator ?? baseline?.validator;
    const merged: ParamDefinition = {
      ...body,
      mode: this.#mode(internalMode),
      tags: mergeTags(baseline?.tags, this.#incoming.tags),
      ...(validator === undefined ? {} : { validator }),
    };
    const changed = baseline !== undefined && !sameDefinition(merged, baseline);
    if (changed && !this.#mayChange(merged, baseline, internalMode)) return undefined;
    const source = this.#source(changed);
    return {
      ...merged,
      meta: internalMode === undefined ? { source } : { source, internal_mode: internalMode },
    };
  }

  /** Kind, type and value, in the baseline's type. */
  #body(): Body | undefined {
    const incoming = this.#incoming;
    const type = this.#baseline?.type ?? incoming.type;
    switch (incoming.kind) {
      case 'expression':
        return { kind: 'expression', type, expression: incoming.expression };
      case 'blank':
        return { kind: 'blank', type };
      case 'literal':
        return this.#literal(incoming, type);
    }
  }

  #literal(incoming: LiteralDefinition, type: ParamType): Body | undefined {
    if (incoming.type === 'MAP') return this.#map(incoming.value);
    if (incoming.type === 'STRING_MAP') return this.#stringMap(incoming.value);
    if (type === 'MAP') return this.#refuse('be a MAP, as it is defined', incoming.type);
    if (incoming.type === type) return literalBody(incoming);
    const cast = coerce(literalValue(incoming), type);
    const literal = cast === undefined ? undefined : valueLiteral(cast.value, type);
    if (literal === undefined)
      return this.#refuse(`be convertible to ${type}, as it is defined`, incoming.value);
    return { kind: 'literal', ...literal };
  }

  #map(incoming: ParamDefinitions): Body | undefined {
    const baseline = this.#baseline;
    const below = literalOf(baseline, 'MAP');
    if (below === 'other')
      return this.#refuse('not be merged into what is no literal MAP', incoming);
    const entries = below?.type === 'MAP' ? below.value : NO_PARAMS;
    const { stage, report, parentMode } = this.#merging;
    const mode = (baseline ?? this.#incoming).mode ?? 'MUTABLE';
    const before = report.problems.length;
    const value = mergeEntries(entries, incoming, {
      stage,
      report: { path: `${this.#path}.value`, problems: report.problems },
      parentMode: stricter(parentMode, mode),
    });
    if (report.problems.length > before) return undefined;
    return { kind: 'literal', type: 'MAP', value: sameEntries(value, entries) ? entries : value };
  }

  #stringMap(incoming: ReadonlyMap<string, string>): Body | undefined {
    const below = literalOf(this.#baseline, 'STRING_MAP');
    if (below === 'other') {
      return this.#refuse('not be merged into what is no literal STRING_MAP', incoming);
    }
    if (below?.type !== 'STRING_MAP')
      return { kind: 'literal', type: 'STRING_MAP', value: incoming };
    return { kind: 'literal', type: 'STRING_MAP', value: new Map([...below.value, ...incoming]) };
  }

  #mode(internalMode: InternalMode | undefined): ParamMode {
    const own = this.#incoming.mode ?? this.#baseline?.mode;
    const mapped = internalMode === undefined ? 'MUTABLE' : modeOfInternal(internalMode);
    const mode = stricter(stricter(own ?? 'MUTABLE', mapped), this.#merging.parentMode);
    const below = this.#baseline?.mode;
    return this.#merging.stage.upstream === true && below !== undefined
      ? stricter(mode, below)
      : mode;
  }

  /** Whether the stage may change the baseline; a refusal is reported. */
  #mayChange(
    merged: ParamDefinition,
    baseline: ParamDefinition,
    internalMode: InternalMode | undefined,
  ): boolean {
    const { stage } = this.#merging;
    if (isSystemSource(stage.source)) return true;
    const given = sourceOf(this.#incoming);
    if (stage.upstream === true && given !== undefined && given !== 'DEFINITION') return true;
    const rule = this.#brokenRule(
      merged.mode ?? 'MUTABLE',
      baseline.mode ?? 'MUTABLE',
      internalMode,
    );
    if (rule !== undefined) this.#refuse(rule, merged.mode);
    else if (stage.upstream !== true && this.#incoming.meta?.['source'] !== undefined) {
      this.#refuse('not say where it comes from', this.#incoming.meta['source']);
    } else return true;
    return false;
  }

  #brokenRule(
    mode: ParamMode,
    before: ParamMode,
    internalMode: InternalMode | undefined,
  ): string | undefined {
    const { stage } = this.#merging;
    if (!changeableModes(stage.source, stage.restart === true).includes(mode)) {
      return `not be changed by ${stage.source}`;
    }
    if (stricter(mode, before) !== mode) return `keep a mode at least as strict as ${before}`;
    if (this.#incoming.meta?.['internal_mode'] !== undefined) return 'not set the internal mode';
    if (internalMode === 'RESERVED') return 'not be changed: the system reserves it';
    return undefined;
  }

  /** An unchanged definition keeps its source when the system or a parent repeats it. */
  #source(changed: boolean): ParamSource {
    const { stage } = this.#merging;
    const system = isSystemSource(stage.source);
    const before = this.#baseline === undefined ? undefined : sourceOf(this.#baseline);
    if (before !== undefined && !changed && (system || stage.upstream === true)) return before;
    if (this.#baseline === undefined && system) return sourceOf(this.#incoming) ?? stage.source;
    return stage.source;
  }

  #refuse(rule: string, found: unknown): undefined {
    this.#merging.report.problems.push(problem(this.#path, rule, found));
    return undefined;
  }
}

type Body =
  | ({ readonly kind: 'literal' } & ParamLiteral)
  | { readonly kind: 'expression'; readonly type: ParamType; readonly expression: string }
  | { readonly kind: 'blank'; readonly type: ParamType };

function literalBody(definition: LiteralDefinition): Body {
  const { mode, validator, tags, meta, ...body } = definition;
  return body;
}

/** The baseline as a literal of `type`; undefined when it has no value yet, 'other' when it is something else. */
function literalOf(
  baseline: ParamDefinition | undefined,
  type: 'MAP' | 'STRING_MAP',
): LiteralDefinition | undefined | 'other' {
  if (baseline === undefined) return undefined;
  if (baseline.type !== type) return 'other';
  if (baseline.kind === 'blank') return undefined;
  return baseline.kind === 'literal' ? baseline : 'other';
}

const NO_TAGS: readonly Tag[] = [];

function mergeTags(
  below: readonly Tag[] | undefined,
  above: readonly Tag[] | undefined,
): readonly Tag[] {
  if (above === undefined || above.length === 0) return below ?? NO_TAGS;
  if (below === undefined || below.length === 0) return above;
  const merged = new Map(below.map((tag) => [tag.name, tag]));
  for (const tag of above) merged.set(tag.name, tag);
  return [...merged.values()];
}

/**
 * Ends merging: drops what is optional and was not given, reports what is required and was not given, and strips internal
 * modes.
 */
export function settleParams(definitions: ParamDefinitions, report: MergeReport): ParamDefinitions {
  let settled: Map<string, ParamDefinition> | undefined;
  for (const [name, definition] of definitions) {
    const path = `${report.path}.${name}`;
    const after = settleOne(definition, { path, problems: report.problems });
    if (after === definition) continue;
    settled ??= new Map(definitions);
    if (after === undefined) settled.delete(name);
    else settled.set(name, after);
  }
  return settled ?? definitions;
}

function settleOne(definition: ParamDefinition, report: MergeReport): ParamDefinition | undefined {
  const optional = internalModeOf(definition) === 'OPTIONAL';
  if (definition.kind === 'blank') {
    if (!optional)
      report.problems.push(
        problem(report.path, `be given: a ${definition.type} is required`, undefined),
      );
    return undefined;
  }
  if (definition.kind === 'expression' || definition.type !== 'MAP')
    return withoutInternalMode(definition);
  const value = settleParams(definition.value, {
    path: `${report.path}.value`,
    problems: report.problems,
  });
  if (optional && value.size === 0) return undefined;
  const settled = withoutInternalMode(definition);
  return value === definition.value ? settled : { ...settled, kind: 'literal', type: 'MAP', value };
}

function withoutInternalMode(definition: ParamDefinition): ParamDefinition {
  if (definition.meta?.['internal_mode'] === undefined) return definition;
  const { internal_mode: _internal, ...meta } = definition.meta;
  return { ...definition, meta };
}
