/** Joining the reports of the shards of one conformance run. */
import * as z from 'zod/mini';
import { FormatError } from '../../format/errors.ts';
import { isClauseId } from '../../model/clauses/catalogue.ts';
import { type ConformCase, type ConformReport, rowsOf, verdictOf } from '../../properties/conform/conform.ts';
import { conformSuite } from '../conform/conform-cases.ts';
import { conformFormat, conformJson, conformStatuses, renderConform } from '../conform/conform-report.ts';
import { jsonLine } from '../text/json-line.ts';
import { findingCases, findingLines, type Joined, listed } from './joined.ts';
import {
  boolean,
  decodeBy,
  finding,
  findingOf,
  line,
  list,
  nullableLine,
  object,
  operationCount,
  pair,
  profile,
  type ReportText,
  type ShardFinding,
  scenarioCount,
  shard,
  whole,
} from './report-text.ts';
import { requireOneRun } from './shards.ts';

const outcomes = [
  'passed',
  'failed',
  'known',
  'not supported',
] as const satisfies readonly ConformCase['outcome'][];

const schema = object({
  format: z.literal(conformFormat),
  outcome: z.enum(['conforms', 'differs', 'nothing', 'interrupted'], 'expected an outcome of conform'),
  dispatchers: pair,
  title: nullableLine,
  profiles: list(profile),
  seed: whole(0, 0xffff_ffff),
  shard,
  asked: object({ runs: whole(1, 1_000_000_000) }),
  // Counted anew.
  clauses: z.unknown(),
  cases: list(
    object({
      source: line,
      isNamed: boolean,
      clause: nullableLine,
      title: line,
      outcome: z.enum(outcomes, 'expected an outcome of a scenario'),
      why: nullableLine,
    }),
  ),
  random: object({ scenarios: scenarioCount, unsupported: scenarioCount, known: scenarioCount }),
  stale: list(object({ source: line, clause: line, why: line })),
  finding: z.nullable(finding),
  timings: object({ milliseconds: operationCount }),
});

type Part = Omit<z.infer<typeof schema>, 'finding' | 'cases'> & {
  readonly source: string;
  readonly cases: readonly ConformCase[];
  readonly finding: ShardFinding | undefined;
};

function decoded(read: ReportText): Part {
  const { finding: found, cases, ...rest } = decodeBy(schema, read);
  const { source } = read;
  return {
    ...rest,
    source,
    cases: cases.map(({ clause, why, outcome, ...one }, index): ConformCase => {
      if (clause !== null && !isClauseId(clause)) {
        throw new FormatError(source, ['cases', index, 'clause'], 'no such clause');
      }
      const about = { ...one, outcome, clause: clause ?? undefined };
      if (outcome === 'failed') return { ...about, message: why ?? 'a difference' };
      return why === null ? about : { ...about, why };
    }),
    finding: found === null ? undefined : findingOf(found, 'finding', read),
  };
}

/** @throws InputError where a text is no report of conform, does not belong to the others, or one is missing */
export function joinConformance(texts: readonly ReportText[], program: string): Joined {
  const parts = texts.map(decoded);
  const first = requireOneRun(parts, ['dispatchers', 'title', 'profiles', 'seed', 'asked', 'stale']);
  const found = parts.flatMap(({ finding: one }) => one ?? []);
  const findings = listed(found, first.dispatchers, program);
  const report = reportOf(parts, first);
  const outcome = findings.length > 0 ? 'differs' : verdictOf(report);
  return {
    status: conformStatuses[outcome],
    json: () => jsonLine({ ...JSON.parse(conformJson(report, undefined)), outcome, findings }),
    suite: () => {
      const suite = conformSuite(report, undefined);
      if (findings.length === 0) return suite;
      const others = suite.cases.filter(({ name }) => name !== 'random scenarios');
      return { ...suite, cases: [...others, ...findingCases('random scenarios', findings)] };
    },
    text: (style) => [
      ...findingLines(findings, style),
      ...renderConform(report, undefined, style, findings.length),
    ],
  };
}

function reportOf(parts: readonly Part[], first: Part): ConformReport {
  const sum = (field: keyof ConformReport['random']) =>
    parts.reduce((all, { random }) => all + random[field], 0);
  const cases = casesOf(parts);
  return {
    dispatchers: first.dispatchers,
    title: first.title ?? undefined,
    profiles: first.profiles,
    seed: first.seed,
    shard: undefined,
    runs: first.asked.runs,
    cases,
    clauses: rowsOf(cases),
    random: { scenarios: sum('scenarios'), unsupported: sum('unsupported'), known: sum('known') },
    finding: undefined,
    stale: first.stale,
    interrupted: parts.some(({ outcome }) => outcome === 'interrupted'),
    milliseconds: parts.reduce((all, { timings }) => all + timings.milliseconds, 0),
  };
}

/** The named scenarios of all, in the order of their files; then what the list of known differences adds, which each shard has. */
function casesOf(parts: readonly Part[]): ConformCase[] {
  const all = parts.flatMap(({ cases }) => cases);
  const named = all.filter(({ isNamed }) => isNamed);
  const others = parts[0]?.cases.filter(({ isNamed }) => !isNamed) ?? [];
  return [...named.sort((one, other) => (one.source < other.source ? -1 : 1)), ...others];
}
