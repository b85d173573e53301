/**
 * Joining the reports of the shards of one exploration. Every pair of states is expanded by some shard: on a shortest path to it, the pair
 * of the frontier that was split belongs to one of them, and that one explores all that comes after it (properties/explore/README.md).
 */
import * as z from 'zod/mini';
import { FormatError } from '../../format/errors.ts';
import type { ExploreEnd, ExploreReport } from '../../properties/explore/report.ts';
import { exploreSuite } from '../reporters/explore-cases.ts';
import { failure } from '../reporters/test-case.ts';
import { exploreFormat, exploreStatuses, renderExplore } from '../text/explore-report.ts';
import { jsonLine } from '../text/json-line.ts';
import { findingCases, findingLines, type Joined, listed } from './joined.ts';
import {
  boolean,
  decodeBy,
  finding,
  findingOf,
  line,
  list,
  object,
  operationCount,
  pair,
  type ReportText,
  type ShardFinding,
  shard,
  whole,
} from './report-text.ts';
import { requireOneRun } from './shards.ts';

const ends = [
  'exhausted',
  'bounded',
  'paths',
  'unsupported',
  'difference',
  'flaw',
  'interrupted',
  'memory',
] as const satisfies readonly ExploreEnd[];

const split = object({
  depth: operationCount,
  frontier: operationCount,
  pairs: operationCount,
  transitions: operationCount,
  writesAgain: operationCount,
});

const schema = object({
  format: z.literal(exploreFormat),
  dispatchers: pair,
  scope: line,
  title: line,
  symmetry: boolean,
  end: z.enum(ends, 'expected an end of explore'),
  operations: operationCount,
  statesOfA: operationCount,
  statesOfB: operationCount,
  pairs: operationCount,
  transitions: operationCount,
  unsupported: z.exactOptional(operationCount),
  writesAgain: operationCount,
  walkSteps: operationCount,
  depth: operationCount,
  isShortest: boolean,
  shard,
  split: z.nullable(split),
  path: z.nullable(list(whole(0, 4095))),
  finding: z.nullable(finding),
  // Only whether there is one.
  flaw: z.unknown(),
  timings: object({
    milliseconds: operationCount,
    transitionsPerSecond: operationCount,
    peakMemory: operationCount,
    workers: whole(1, 1024),
  }),
});

type Part = Omit<z.infer<typeof schema>, 'finding'> & {
  readonly source: string;
  readonly finding: ShardFinding | undefined;
};

function decoded(read: ReportText): Part {
  const { finding: found, ...rest } = decodeBy(schema, read);
  const { source } = read;
  if ((found === null) === (rest.end === 'difference') || (found === null) !== (rest.path === null)) {
    throw new FormatError(
      source,
      ['end'],
      'a finding and its path belong to the end "difference", and to no other',
    );
  }
  return { ...rest, source, finding: found === null ? undefined : findingOf(found, 'finding', read) };
}

/** @throws InputError where a text is no report of explore, does not belong to the others, or one is missing */
export function joinExplorations(texts: readonly ReportText[], program: string): Joined {
  const parts = texts.map(decoded);
  const first = requireOneRun(parts, ['dispatchers', 'scope', 'title', 'symmetry', 'operations', 'split']);
  const { best, isShortest } = shortestOf(parts);
  const report = reportOf(parts, first, isShortest);
  const findings = best?.finding === undefined ? [] : listed([best.finding], report.dispatchers, program);
  return {
    status: exploreStatuses[report.end],
    json: () => jsonOf(report, best, findings),
    suite: () => suiteOf(report, findings),
    text: (style) => [...findingLines(findings, style), ...renderExplore(report, undefined, style)],
  };
}

function suiteOf(report: ExploreReport, findings: ReturnType<typeof listed>) {
  const suite = exploreSuite(report, undefined);
  if (findings.length > 0) return { ...suite, cases: findingCases(`scope ${report.scope}`, findings) };
  if (report.end !== 'flaw') return suite;
  return { ...suite, cases: [{ name: `scope ${report.scope}`, problem: failure('a flaw', []) }] };
}

function jsonOf(report: ExploreReport, best: Part | undefined, findings: ReturnType<typeof listed>): string {
  const {
    finding: _,
    flaw: __,
    path: ___,
    milliseconds,
    peakMemory,
    workers,
    shard: ____,
    split: where,
    ...counts
  } = report;
  return jsonLine({
    format: exploreFormat,
    ...counts,
    shard: null,
    split: where ?? null,
    path: best?.path ?? null,
    findings,
    timings: { milliseconds: Math.round(milliseconds), peakMemory, workers },
  });
}

/**
 * The shortest finding; of equally short ones, the first in the order of the scope's operations. Nothing shorter exists where each shard
 * came so far: to the end of its part, to a difference of its own, or to all scenarios that are shorter.
 */
function shortestOf(parts: readonly Part[]): {
  readonly best: Part | undefined;
  readonly isShortest: boolean;
} {
  const [best] = parts
    .filter(({ path }) => path !== null)
    .sort((one, other) => comparePaths(one.path ?? [], other.path ?? []));
  const length = best?.path?.length ?? 0;
  const isShortest = parts.every(({ end, isShortest: own, depth, flaw }) => {
    if (flaw !== null) return false;
    return end === 'exhausted' || (end === 'difference' ? own : depth >= length - 1);
  });
  return { best, isShortest: best !== undefined && isShortest };
}

function comparePaths(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return one.length - other.length;
  const at = one.findIndex((operation, index) => operation !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

/** What all parts together come to: as much as the one that came least far. */
function endOf(parts: readonly Part[]): ExploreEnd {
  const weakest = ['difference', 'flaw', 'memory', 'interrupted', 'unsupported', 'bounded', 'paths'] as const;
  return weakest.find((end) => parts.some((part) => part.end === end)) ?? 'exhausted';
}

/** Counts: what came before the split once, and then each part's own. A pair that several parts reach counts in each of them. */
function reportOf(parts: readonly Part[], first: Part, isShortest: boolean): ExploreReport {
  const where = first.split ?? undefined;
  // Without a split, each shard explored the whole; of a program, each sent its share.
  const isShared = where !== undefined || first.unsupported !== undefined;
  const sum = (field: 'pairs' | 'transitions' | 'writesAgain' | 'walkSteps', before = 0) =>
    isShared ? before + parts.reduce((all, part) => all + part[field] - before, 0) : first[field];
  const most = (field: 'statesOfA' | 'statesOfB') => Math.max(...parts.map((part) => part[field]));
  const unsupported = parts.reduce((all, part) => all + (part.unsupported ?? 0), 0);
  const end = endOf(parts);
  const transitions = sum('transitions', where?.transitions);
  return {
    dispatchers: first.dispatchers,
    scope: first.scope,
    title: first.title,
    symmetry: first.symmetry,
    shard: undefined,
    split: where,
    // Each shard has asked a share of what is not supported: together, they say whether that is most of it.
    end: end === 'unsupported' && unsupported <= transitions ? 'paths' : end,
    operations: first.operations,
    statesOfA: most('statesOfA'),
    statesOfB: most('statesOfB'),
    pairs:
      first.unsupported === undefined
        ? sum('pairs', where?.pairs)
        : Math.max(...parts.map((part) => part.pairs)),
    transitions,
    ...(first.unsupported !== undefined && { unsupported }),
    writesAgain: sum('writesAgain', where?.writesAgain),
    walkSteps: parts.reduce((all, part) => all + part.walkSteps, 0),
    depth:
      end === 'interrupted' || end === 'memory'
        ? Math.min(...parts.map((part) => (part.end === end ? part.depth : Number.POSITIVE_INFINITY)))
        : Math.max(...parts.map((part) => part.depth)),
    workers: Math.max(...parts.map(({ timings }) => timings.workers)),
    milliseconds: parts.reduce((all, { timings }) => all + timings.milliseconds, 0),
    peakMemory: Math.max(...parts.map(({ timings }) => timings.peakMemory)),
    finding: undefined,
    path: undefined,
    isShortest,
    flaw: undefined,
  };
}
