/** `--html DIR`: a command's report as a page of tables, whose entries open their scenarios. */
import type { SourcedScenario } from '../../format/read.ts';
import { clauseOf } from '../../model/clauses/catalogue.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Cell, ScenarioData, TableData } from '../../page/document/page-data.ts';
import { DispatcherError } from '../../properties/compare/apply.ts';
import { runScenario } from '../../properties/compare/compare.ts';
import type { Side } from '../../properties/compare/property.ts';
import type { ConformReport } from '../../properties/conform/conform.ts';
import { dispatcherNamed } from '../../properties/engine/dispatchers.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import type { ExploreReport } from '../../properties/explore/report.ts';
import { dispatchersOf, type LedgerEntry } from '../../properties/ledger/witnesses.ts';
import type { PlainRow } from '../../properties/matrix/row-worker.ts';
import { namedScenarios } from '../../properties/named-scenarios.ts';
import { onQemu } from '../../properties/world/mutants.ts';
import { shellWord } from '../invocation.ts';
import type { Replay } from '../replay/replay.ts';
import { outcomeOf } from '../text/check-report.ts';
import type { SavedFinding, SavedFindings } from '../text/finding-report.ts';
import { plural } from '../text/layout.ts';
import { entryData, findingEntry } from './entries.ts';
import type { Report } from './write-report.ts';

const link = (text: string, open: string | undefined): Cell => (open === undefined ? text : { text, open });

/** What a check found, and what happened in its scenarios. */
export function checkPage(report: CheckReport, saved: SavedFindings, program: string): Report {
  const [a, b] = report.dispatchers;
  const found = [
    report.finding && findingEntry(report.finding, saved.finding, 'finding', program),
    report.first && findingEntry(report.first, saved.first, 'first', program),
  ].filter((one) => one !== undefined);
  return {
    title: `check ${a} ${b}`,
    tables: [
      findingsTable(
        `${a} and ${b}: ${report.scenarios} scenarios, seed ${report.seed}`,
        found,
        outcomeOf(report) === 'interrupted',
      ),
      {
        title: 'Coverage: what happened in the scenarios',
        note: 'A run in which something happens less often than its minimum fails.',
        columns: ['what', 'clauses', 'scenarios', 'percent', 'minimum percent', 'reached'],
        rows: report.coverage.map(({ name, clauses, scenarios, share, minimum, reached }) => [
          name,
          clauses.join(' '),
          scenarios,
          Math.round(share * 10_000) / 100,
          Math.round(minimum * 10_000) / 100,
          reached ? 'yes' : 'no',
        ]),
      },
      {
        title: 'Properties',
        columns: ['property', 'tried', 'applied'],
        rows: report.properties.map(({ name, tried, applied }) => [name, tried, applied]),
      },
    ],
    scenarios: found,
  };
}

function findingsTable(title: string, found: readonly ScenarioData[], isInterrupted = false): TableData {
  const note = [
    ...(isInterrupted ? ['The run was interrupted: this is what there was by then.'] : []),
    ...(found.length === 0 ? ['No difference was found.'] : []),
  ].join(' ');
  return {
    title,
    ...(note !== '' && { note }),
    columns: ['finding', 'file'],
    rows: found.map((one) => [link(titleOf(one), one.id), one.source]),
  };
}

function titleOf({ scenario, id }: ScenarioData): string {
  const title =
    typeof scenario === 'object' && scenario !== null && 'title' in scenario ? scenario['title'] : undefined;
  return typeof title === 'string' ? title : id;
}

/** Replayed scenarios, each with its verdict. */
export function replayPage(replayed: readonly Replayed[], program: string): Report {
  const scenarios = replayed.map(({ sourced: { source, scenario }, result: { sides } }, index) => {
    const names = sides.map(({ name }) => name).join(',');
    const replay = `${program} replay ${shellWord(source)} --on ${shellWord(names)}`;
    return entryData({ id: String(index), source, scenario, sides, replay });
  });
  return {
    title: `replay: ${plural(replayed.length, 'scenario')}`,
    tables: [
      {
        title: 'Replayed scenarios',
        columns: ['scenario', 'file', 'verdict', 'sides', 'operations'],
        rows: replayed.map(({ sourced: { source, scenario }, result: { verdict, sides } }, index) => [
          link(scenario.title ?? source, String(index)),
          source,
          verdict,
          sides.map(({ name }) => name).join(', '),
          scenario.operations.length,
        ]),
      },
    ],
    scenarios,
  };
}

export type Replayed = { readonly sourced: SourcedScenario; readonly result: Replay };

export function explorePage(report: ExploreReport, saved: SavedFinding | undefined, program: string): Report {
  const [a, b] = report.dispatchers;
  const found = report.finding === undefined ? [] : [findingEntry(report.finding, saved, 'finding', program)];
  const counts: readonly (readonly [string, Cell])[] = [
    ['end', report.end],
    ['pairs of states', report.pairs],
    [`states of ${a}`, report.statesOfA],
    [`states of ${b}`, report.statesOfB],
    ['operations compared', report.transitions],
    ['depth', report.depth],
  ];
  return {
    title: `explore ${a} ${b}: ${report.scope}`,
    tables: [
      findingsTable(`${a} and ${b} in the scope ${report.scope}`, found, report.end === 'interrupted'),
      { title: 'What was explored', columns: ['what', 'count'], rows: counts },
    ],
    scenarios: found,
  };
}

export function conformPage(report: ConformReport, saved: SavedFinding | undefined, program: string): Report {
  const named = new Map(namedScenarios().map(({ file, scenario }) => [file, scenario]));
  const [against, dispatcher] = report.dispatchers;
  const found = report.finding === undefined ? [] : [findingEntry(report.finding, saved, 'finding', program)];
  const scenarios = report.cases.flatMap(({ source, failure }) => {
    const scenario = named.get(source);
    if (scenario === undefined) return [];
    const passed = [{ name: against, effects: [] }];
    return [entryData({ id: source, source, scenario, sides: failure?.sides ?? passed })];
  });
  return {
    title: `conform ${report.title ?? dispatcher}`,
    tables: [
      {
        title: `${dispatcher}: clauses`,
        columns: ['clause', 'title', 'passed', 'failed', 'known', 'not supported'],
        rows: report.clauses.map(({ clause, passed, failed, known, unsupported }) => [
          clause ?? 'no clause alone',
          clause === undefined ? '' : clauseOf(clause).title,
          passed,
          failed,
          known,
          unsupported,
        ]),
      },
      {
        title: 'Named scenarios',
        columns: ['scenario', 'clause', 'outcome', 'why'],
        rows: report.cases.map(({ source, clause, title, outcome, why, failure, message }) => [
          link(title === '' ? source : title, named.has(source) ? source : undefined),
          clause ?? '',
          outcome,
          why ?? failure?.message ?? message ?? '',
        ]),
      },
      findingsTable(`Random scenarios: ${report.random.scenarios}, seed ${report.seed}`, found),
    ],
    scenarios: [...scenarios, ...found],
  };
}

export function ledgerPage(entries: readonly LedgerEntry[]): Report {
  return {
    title: 'The ledger: where QEMU and the kernel differ from the contract',
    tables: [
      {
        title: 'The ledger',
        note: 'Each line is a kind of difference between a profile and the same profile with one decision as the contract has it, with its shortest scenario.',
        columns: ['decision', 'profile', 'view', 'what differs', 'operations', 'shortest in scope'],
        rows: entries.map(({ pair, view, kind, scenario, scope, file }) => [
          pair.decisions.join(' and '),
          pair.profile,
          view,
          link(kind, file),
          scenario.operations.length,
          scope,
        ]),
      },
    ],
    scenarios: entries.map(({ file, scenario, pair }) => {
      const [a, b] = dispatchersOf(pair);
      const sides = [a, b].map((name) => ({ name, effects: runScenario(dispatcherNamed(name), scenario) }));
      return entryData({ id: file, source: `properties/witnesses/${file}`, scenario, sides });
    }),
  };
}

/** The matrix; a mutant's shortest scenario is shown on the model and on the mutant. */
export function mutantsPage(rows: readonly PlainRow[], program: string): Report {
  return {
    title: 'Seeded bugs: how soon each is found',
    tables: [
      {
        title: 'Seeded bugs',
        note: 'Scenarios until it was found: the median and the worst over the seeds. Named: how many named scenarios show it.',
        columns: [
          'mutant',
          'clause',
          'story',
          'named',
          'median',
          'worst',
          'operations',
          'proven',
          'scope',
          'on QEMU',
        ],
        rows: rows.map(({ name, clause, story, named, median, worst, shrunk, proof }) => [
          link(name, shrunk === undefined ? undefined : name),
          clause,
          story,
          named,
          Number.isFinite(median) ? median : 'survived',
          Number.isFinite(worst) ? worst : 'survived',
          shrunk?.operations.length ?? '',
          proof?.length ?? '',
          proof?.scope ?? '',
          onQemu(name).from ?? onQemu(name).whyNot ?? '',
        ]),
      },
    ],
    scenarios: rows.flatMap(({ name, shrunk }) => {
      if (shrunk === undefined) return [];
      const replay = `${program} mutants ${name}`;
      return [
        entryData({
          id: name,
          source: `mutant:${name}`,
          scenario: shrunk,
          sides: sidesOfMutant(name, shrunk),
          replay,
        }),
      ];
    }),
  };
}

function sidesOfMutant(name: string, scenario: Scenario): readonly Side[] {
  return ['model', `mutant:${name}`].map((side) => {
    try {
      return { name: side, effects: runScenario(dispatcherNamed(side), scenario) };
    } catch (error) {
      if (error instanceof DispatcherError) return { name: side, effects: [] };
      throw error;
    }
  });
}
