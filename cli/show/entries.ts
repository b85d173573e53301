/** Scenarios that a command has run already, as a page holds them. */
import { scenarioToJson } from '../../format/index.ts';
import { effectsToJson, type Json } from '../../format/write.ts';
import { isProfile } from '../../model/vocabulary/profiles.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { ScenarioData, SideData } from '../../page/document/page-data.ts';
import { firstDifference } from '../../properties/compare/compare.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import type { Side } from '../../properties/compare/property.ts';
import { readDecisions } from '../../properties/engine/decisions.ts';
import { shellWord } from '../invocation.ts';
import type { SavedFinding } from '../text/finding-report.ts';

export type Entry = {
  readonly id: string;
  readonly source: string;
  readonly scenario: Scenario;
  readonly sides: readonly Side[];
  /** The command that shows it again, where it is in a file. */
  readonly replay?: string;
};

/** The model under a profile, as dispatchers are named. */
const modelName = /^model(?:@([\w.-]+))?((?:\+[\w-]+=[\w-]+)*)$/;

/** A side by its name: the model needs no effects, since the page runs it. */
export function sideNamed({ name, effects }: Side): SideData {
  const [isModel, profile, changes = ''] = modelName.exec(name) ?? [];
  const stored = () => effects.map((list): Json => effectsToJson(list));
  if (isModel === undefined) return { name, isModel: false, effects: stored(), ...profileOf(name) };
  if (profile !== undefined && !isProfile(profile)) return { name, isModel: false, effects: stored() };
  const decisions = changes === '' ? undefined : readDecisions(changes.slice(1).split('+'));
  return { name, isModel: true, ...(profile !== undefined && { profile }), ...(decisions && { decisions }) };
}

function profileOf(name: string): Pick<SideData, 'profile'> {
  const [, profile] = /@([\w.-]+)(?:\+|$)/.exec(name) ?? [];
  return isProfile(profile) ? { profile } : {};
}

export function entryData({ id, source, scenario, sides, replay }: Entry): ScenarioData {
  const [a, b] = sides;
  const difference =
    a === undefined || b === undefined || a.effects.length === 0
      ? undefined
      : firstDifference(a.effects, b.effects.slice(0, a.effects.length));
  return {
    id,
    source,
    scenario: scenarioToJson(scenario),
    sides: sides.map(sideNamed),
    ...(difference !== undefined && { difference }),
    ...(replay !== undefined && { replay }),
  };
}

/** A finding, where it was saved. */
export function findingEntry(
  finding: Finding,
  saved: SavedFinding | undefined,
  id: string,
  program: string,
): ScenarioData {
  const { scenario, failure } = finding;
  const clause = failure.clause === undefined ? '' : ` (clause ${failure.clause})`;
  const file = saved !== undefined && 'file' in saved ? saved.file : undefined;
  const names = failure.sides.map(({ name }) => name).join(',');
  const entry = entryData({
    id,
    source: file ?? finding.origin,
    scenario,
    sides: failure.sides,
    ...(file !== undefined && { replay: `${program} replay ${shellWord(file)} --on ${shellWord(names)}` }),
  });
  return { ...entry, note: `${failure.message}${clause}` };
}
