/** The playground: the page with every named scenario in it, by clause, under its own profile and another. */
import { Asking } from '../../cli/show/spare/asking.ts';
import { Budget, limitsOfReport } from '../../cli/show/spare/budget.ts';
import { withSpare } from '../../cli/show/spare/of-entries.ts';
import { pageText } from '../../cli/show/template.ts';
import { scenarioToJson } from '../../format/index.ts';
import { clauseOf } from '../../model/clauses/catalogue.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { pageFormat, type ScenarioData } from '../../page/document/page-data.ts';
import { dispatcherNamed } from '../../properties/engine/dispatchers.ts';
import { type NamedScenario, namedScenarios } from '../../properties/named-scenarios.ts';
import { defaultLimits } from '../../properties/watch/limits.ts';

/** The model under the scenario's own profile, and under another. */
function profilesOf({ profile = 'contract' }: Scenario): readonly Profile[] {
  return [profile, profile === 'contract' ? 'kvm' : 'contract'];
}

function entryOf({ file, clause, scenario }: NamedScenario): ScenarioData {
  return {
    id: file.replace(/\.json$/, ''),
    source: `properties/scenarios/${file}`,
    group: clause === undefined ? 'Recorded on running systems' : `${clause}: ${clauseOf(clause).title}`,
    scenario: scenarioToJson(scenario),
    sides: profilesOf(scenario).map((profile) => ({ name: `model@${profile}`, isModel: true, profile })),
    replay: `npx ioeventfd-check run properties/scenarios/${file} --on model`,
  };
}

/** Every named scenario. */
export function playgroundEntries(): readonly ScenarioData[] {
  return namedScenarios().map(entryOf);
}

/** With what does not matter for what each scenario expects, under its own profile. */
export function withTrials(entries: readonly ScenarioData[]): Promise<readonly ScenarioData[]> {
  return withSpare({
    entries,
    open: async (name) => dispatcherNamed(name),
    asking: new Asking(new Budget(limitsOfReport), defaultLimits, new AbortController().signal),
    prefersExpected: true,
  });
}

export function playgroundPage(scenarios: readonly ScenarioData[]): string {
  return pageText({ format: pageFormat, title: 'The contract, to try out', scenarios });
}
