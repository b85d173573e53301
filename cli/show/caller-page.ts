/** Callers as a page: what was found, what is worth knowing, and what was explored. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Cell, ScenarioData } from '../../page/document/page-data.ts';
import { type CallerReport, type Remark, scenarioOf } from '../../properties/callers/explore.ts';
import { effectsOf, violationFinding } from '../../properties/callers/violation-finding.ts';
import { plural } from '../text/layout.ts';
import { entryData } from './entries.ts';
import type { Report } from './write-report.ts';

export function callerPage(reports: readonly CallerReport[], isInterrupted: boolean): Report {
  const scenarios: ScenarioData[] = [];
  const open = (id: string, source: string, scenario: Scenario, note: string) =>
    scenarios.push({ ...entryData({ id, source, scenario, sides: [{ name: 'model', effects: [] }] }), note });
  const found = reports.flatMap(({ caller, violations }): (readonly Cell[])[] =>
    violations.map((violation, index) => {
      const id = `${caller.name} ${index + 1}`;
      const { scenario, origin } = violationFinding(violation, caller);
      open(id, origin, scenario, `${violation.kind}: ${violation.message}`);
      const { profile, target } = violation.circumstances;
      return [caller.name, { text: violation.message, open: id }, violation.kind, profile, target];
    }),
  );
  const remarked = reports.flatMap(({ caller, remarks }): (readonly Cell[])[] =>
    remarks.map((remark, index) => {
      const id = `${caller.name} remark ${index + 1}`;
      open(id, `the life of ${caller.name}`, expecting(scenarioOf(remark, caller)), noteOf(remark));
      const { profile, target } = remark.circumstances;
      return [caller.name, { text: remark.message, open: id }, remark.kind, profile, target];
    }),
  );
  const columns = (what: string) => ['caller', what, 'kind', 'profile', 'byte order'];
  return {
    title: `caller: ${reports.map(({ caller }) => caller.name).join(', ')}`,
    tables: [
      {
        title: 'Callers',
        note: isInterrupted ? 'The run was interrupted: this is what there was by then.' : callersNote,
        columns: ['caller', 'what it is', 'verdict', 'states', 'source'],
        rows: reports.map(({ caller, explored, violations }) => [
          caller.name,
          caller.title,
          violations.length > 0
            ? `not prepared: ${plural(violations.length, 'finding')}`
            : explored.every(({ isExhausted }) => isExhausted)
              ? 'prepared: proven for every history'
              : 'no violation found',
          explored.reduce((sum, { states }) => sum + states, 0),
          caller.source,
        ]),
      },
      { title: 'What was found', columns: columns('what was found'), rows: found },
      { title: 'Worth knowing', columns: columns('what is allowed, and worth knowing'), rows: remarked },
      {
        title: 'What was explored',
        columns: ['caller', 'profile', 'byte order', 'states', 'moves', 'longest', 'all histories'],
        rows: reports.flatMap(({ caller, explored }) =>
          explored.map(({ profile, target, states, moves, depth, isExhausted }): readonly Cell[] => [
            caller.name,
            profile,
            target,
            states,
            moves,
            depth,
            isExhausted ? 'yes' : 'no',
          ]),
        ),
      },
    ].filter(({ rows }) => rows.length > 0),
    scenarios,
  };
}

const callersNote =
  'A caller is prepared where everybody is notified alike, whichever registrations the host refuses.';

function noteOf({ kind, message }: Remark): string {
  return `${kind}: ${message}`;
}

/** What a remark is about is its last operation. */
function expecting(scenario: Scenario): Scenario {
  const operation = scenario.operations.length - 1;
  return { ...scenario, expect: [{ operation, effects: effectsOf(scenario)[operation] ?? [] }] };
}
