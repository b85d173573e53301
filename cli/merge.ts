/** Joining the reports of the shards of one check. */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { InputError, printable } from '../format/errors.ts';
import type { Profile } from '../model/vocabulary/vocabulary.ts';
import { coverageShares } from '../properties/coverage/shares.ts';
import { type CoverageName, coverageNames } from '../properties/coverage/table.ts';
import type { CheckReport, PropertyUse } from '../properties/engine/check.ts';
import { reportFormat } from './text/check-json.ts';

const count = z.number().check(z.gte(0));

const findingShape = z.looseObject({
  message: z.string(),
  origin: z.string(),
  file: z.nullable(z.string()),
  replay: z.nullable(z.string()),
});

const reportShape = z.looseObject({
  format: z.literal(reportFormat),
  outcome: z.enum(['agree', 'difference', 'interrupted', 'coverage']),
  dispatchers: z.tuple([z.string(), z.string()]),
  profiles: z.array(z.enum(['contract', 'tcg', 'kvm'])),
  seed: count,
  shard: z.nullable(z.object({ index: count, count })),
  asked: z.union([z.object({ runs: count }), z.object({ seconds: count })]),
  regressions: count,
  scenarios: count,
  scenariosPerProfile: z.object({ contract: count, tcg: count, kvm: count }),
  operations: count,
  coverage: z.array(z.looseObject({ name: z.string(), scenarios: count })),
  properties: z.array(z.object({ name: z.string(), tried: count, applied: count })),
  finding: z.nullable(findingShape),
  timings: z.looseObject({ milliseconds: count }),
});

type ShardReport = z.infer<typeof reportShape> & { readonly source: string };

/** What a shard found, as its report says it. */
export type ShardFinding = z.infer<typeof findingShape> & { readonly source: string };

export type Merged = {
  /** The shards as one run; its `finding` is left out, `findings` has them all. */
  readonly report: CheckReport;
  readonly findings: readonly ShardFinding[];
};

/**
 * Reads and joins reports.
 *
 * @throws InputError where one is no report, does not belong to the others, or is missing
 */
export function mergeReports(files: readonly string[]): Merged {
  const reports = files.map(readReport);
  const [first] = reports;
  if (first === undefined) throw new InputError('no reports');
  for (const other of reports) requireSameRun(first, other);
  requireEachShard(reports, first.shard?.count ?? 1);
  const scenariosPerProfile = { contract: 0, tcg: 0, kvm: 0 };
  for (const profile of Object.keys(scenariosPerProfile) as Profile[]) {
    scenariosPerProfile[profile] = sum(reports, (report) => report.scenariosPerProfile[profile]);
  }
  const scenarios = sum(reports, (report) => report.scenarios);
  return {
    report: {
      dispatchers: first.dispatchers,
      profiles: first.profiles,
      seed: first.seed,
      shard: undefined,
      asked: first.asked,
      regressions: sum(reports, (report) => report.regressions),
      scenarios,
      scenariosPerProfile,
      operations: sum(reports, (report) => report.operations),
      milliseconds: sum(reports, (report) => report.timings.milliseconds),
      coverage: coverageShares(countsOf(reports), scenariosPerProfile),
      properties: propertiesOf(reports),
      finding: undefined,
      first: undefined,
      interrupted: reports.some(({ outcome }) => outcome === 'interrupted'),
      died: undefined,
    },
    findings: reports.flatMap(({ finding, source }) => (finding === null ? [] : [{ ...finding, source }])),
  };
}

function readReport(file: string): ShardReport {
  const source = printable(file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : code === undefined ? 'not JSON' : code;
    throw new InputError(`${source}: ${reason}; expected what check --json printed`);
  }
  const parsed = reportShape.safeParse(value);
  if (parsed.success) return { ...parsed.data, source };
  const [issue] = parsed.error.issues;
  throw new InputError(`${source}: ${issue?.path.join('.')}: not a report of this version of check --json`);
}

/** The shards of one run have everything in common but their index. */
function requireSameRun(first: ShardReport, other: ShardReport): void {
  for (const field of ['dispatchers', 'profiles', 'seed', 'asked'] as const) {
    const [mine, theirs] = [JSON.stringify(first[field]), JSON.stringify(other[field])];
    if (mine === theirs) continue;
    throw new InputError(
      `${other.source}: ${field}: ${theirs}, but ${first.source} has ${mine}: not the same run`,
    );
  }
  if (other.shard === null) throw new InputError(`${other.source}: shard: this run had no --shard`);
  if (other.shard.count !== first.shard?.count) {
    throw new InputError(
      `${other.source}: shard: of ${other.shard.count}, but ${first.source} is of ${first.shard?.count}`,
    );
  }
}

function requireEachShard(reports: readonly ShardReport[], shards: number): void {
  const sources = new Map<number, string>();
  for (const { shard, source } of reports) {
    const twin = sources.get(shard?.index ?? 0);
    if (twin !== undefined)
      throw new InputError(`${source}: shard ${shard?.index} again: ${twin} is the same`);
    sources.set(shard?.index ?? 0, source);
  }
  const missing = Array.from({ length: shards }, (_, index) => index + 1).filter(
    (index) => !sources.has(index),
  );
  if (missing.length > 0) throw new InputError(`of ${shards} shards, missing: ${missing.join(', ')}`);
}

function sum(reports: readonly ShardReport[], part: (report: ShardReport) => number): number {
  return reports.reduce((total, report) => total + part(report), 0);
}

function countsOf(reports: readonly ShardReport[]): number[] {
  const counts = new Map<string, number>(coverageNames.map((name) => [name, 0]));
  for (const { coverage, source } of reports) {
    for (const { name, scenarios } of coverage) {
      const before = counts.get(name);
      if (before === undefined)
        throw new InputError(`${source}: coverage: ${JSON.stringify(name)} is not known here`);
      counts.set(name, before + scenarios);
    }
  }
  return coverageNames.map((name: CoverageName) => counts.get(name) ?? 0);
}

function propertiesOf(reports: readonly ShardReport[]): PropertyUse[] {
  const uses = new Map<string, { name: string; tried: number; applied: number }>();
  for (const { name, tried, applied } of reports.flatMap(({ properties }) => properties)) {
    const use = uses.get(name) ?? { name, tried: 0, applied: 0 };
    uses.set(name, { name, tried: use.tried + tried, applied: use.applied + applied });
  }
  return [...uses.values()];
}
