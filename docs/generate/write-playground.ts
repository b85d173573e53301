/** Writes `docs/playground.html` under the current directory, the package's root: the page with every named scenario, by clause. */
import { writeFileSync } from 'node:fs';
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

/** What does not matter for what the scenario expects, under its own profile. */
const scenarios = await withSpare({
  entries: namedScenarios().map(entryOf),
  open: async (name) => dispatcherNamed(name),
  asking: new Asking(new Budget(limitsOfReport), defaultLimits, new AbortController().signal),
  prefersExpected: true,
});
writeFileSync(
  'docs/playground.html',
  pageText({ format: pageFormat, title: 'The contract, to try out', scenarios }),
);
