/** The report of `explore`, for people and for programs. All but the timings and the memory is the same each time. */
import { printable } from '../../format/errors.ts';
import type { ExploreReport } from '../../properties/explore/report.ts';
import { exitStatus } from '../errors.ts';
import { findingJson } from './check-json.ts';
import { renderFinding, type SavedFinding } from './finding-report.ts';
import { flawJson, renderFlaw } from './flaw-report.ts';
import { jsonLine } from './json-line.ts';
import { grouped, pageWidth, wrapped } from './layout.ts';
import { plain, type Style } from './style.ts';

/** What a report says of itself, for whoever joins reports. */
export const exploreFormat = 'ioeventfd-explore-report/1';

export const exploreStatuses: Readonly<Record<ExploreReport['end'], number>> = {
  exhausted: exitStatus.fine,
  // Asked for: all scenarios of at most so many operations agree.
  bounded: exitStatus.fine,
  // As far as a program can be explored.
  paths: exitStatus.fine,
  unsupported: exitStatus.difference,
  difference: exitStatus.difference,
  // Nothing is proven, and something is wrong.
  flaw: exitStatus.difference,
  interrupted: exitStatus.interrupted,
  // The question was not answered.
  memory: exitStatus.difference,
};

/** The report, a line each. */
export function renderExplore(
  report: ExploreReport,
  saved: SavedFinding | undefined,
  style: Style = plain,
): string[] {
  const { finding, flaw } = report;
  const parts = [
    ...(finding === undefined ? [] : [renderFinding(report.dispatchers, finding, saved, style)]),
    ...(flaw === undefined ? [] : [renderFlaw(flaw, style)]),
  ];
  const found = parts.length === 0 ? [[headline(report, style)]] : parts;
  return [...found.flatMap((lines) => [...lines, '']), ...renderTotals(report, style)];
}

/** Where there is no finding and no flaw. */
function headline({ dispatchers, end, scope: name, depth, shard }: ExploreReport, style: Style): string {
  const [a, b] = dispatchers.map(printable);
  const scope = shard === undefined ? name : `${name} in part ${shard.index} of ${shard.count}`;
  switch (end) {
    case 'exhausted':
      return style.good(`${a} and ${b} agree on every scenario of scope ${printable(scope)}, of any length.`);
    case 'bounded':
      return style.good(
        `${a} and ${b} agree on all scenarios of scope ${printable(scope)} up to ${depth + 1} operations.`,
      );
    case 'paths':
      return style.good(
        `${a} and ${b} agree on every operation of scope ${printable(scope)}, after a shortest path to each state.`,
      );
    case 'unsupported':
      return style.bad(`${a} and ${b}: most of scope ${printable(scope)} is not supported.`);
    case 'interrupted':
      return style.bad(
        `Interrupted: not complete. ${a} and ${b} agree on the scenarios below depth ${depth}.`,
      );
    case 'memory':
      return style.bad(
        `Out of memory: not complete. ${a} and ${b} agree on the scenarios below depth ${depth}; give --memory.`,
      );
    case 'difference':
    case 'flaw':
      return style.bad(`${a} and ${b} differ.`);
  }
}

function renderTotals(report: ExploreReport, style: Style): string[] {
  const { dispatchers, scope, title, operations, statesOfA, statesOfB } = report;
  const { pairs, transitions, writesAgain, walkSteps, depth, milliseconds, peakMemory } = report;
  const [a, b] = dispatchers.map(printable);
  const rate = (1000 * (transitions + writesAgain)) / Math.max(milliseconds, 1);
  return [
    ...wrapped(printable(`scope ${scope}: ${title}`), 96).map((line) => `  ${line}`),
    '',
    ...proven(report),
    `  dispatchers   ${printable(dispatchers.join(', '))}`,
    `  operations    ${grouped(operations)} in the scope`,
    `  states        ${grouped(statesOfA)} of ${a}, ${grouped(statesOfB)} of ${b}`,
    `  pairs         ${grouped(pairs)}`,
    `  transitions   ${grouped(transitions)} compared, and ${grouped(writesAgain)} more writes around changes`,
    ...(walkSteps > 0
      ? [`  random steps  ${grouped(walkSteps)} compared, on sessions that are never forked`]
      : []),
    ...(report.unsupported ? [`  unsupported   ${grouped(report.unsupported)}`] : []),
    `  depth         ${grouped(depth)}`,
    ...shardLines(report),
    style.dim(`  time          ${(milliseconds / 1000).toFixed(1)} s`),
    style.dim(`  speed         ${grouped(rate)} operations compared per second`),
    style.dim(`  memory        ${grouped(peakMemory / 2 ** 20)} MiB at most`),
  ];
}

function shardLines({ shard, split, end }: ExploreReport): string[] {
  if (shard === undefined) return [];
  const what =
    split !== undefined
      ? `its share of the ${grouped(split.frontier)} pairs at depth ${split.depth}, and what comes after them`
      : end === 'paths'
        ? 'its share of the scenarios'
        : 'the whole: no frontier was large enough to be split';
  return [`  shard         ${shard.index} of ${shard.count}: ${what}`];
}

/** What an exploration proves: under the assumption that it makes, and without. */
function proven({ end, isShortest, flaw, unsupported }: ExploreReport): string[] {
  const told = 'if fingerprints tell all that later effects depend on';
  const tried =
    'the shortest scenario to each pair, with and without every write before and after each operation; then each change, with writes right before and after it';
  switch (end) {
    case 'exhausted':
    case 'bounded':
      return [...provenField('proven', `that, ${told}`), ...provenField('in any case', tried)];
    case 'difference':
      if (isShortest) return provenField('proven', 'no shorter scenario of this scope shows a difference');
      return provenField(
        'proven',
        unsupported === undefined
          ? 'not known to be the shortest'
          : 'no operation after a shortest path to each state shows a difference sooner; not all shorter scenarios were tried',
      );
    case 'flaw':
      return provenField('proven', 'nothing');
    case 'paths':
      return provenField('proven', 'nothing of states that only the program has: it shows none');
    case 'unsupported':
      return provenField('proven', 'nothing');
    case 'interrupted':
    case 'memory':
      return flaw === undefined ? [] : provenField('proven', 'nothing');
  }
}

function provenField(name: string, text: string): string[] {
  return wrapped(text, pageWidth - 16).map((line, i) => `  ${(i === 0 ? name : '').padEnd(14)}${line}`);
}

/** The report as a line of JSON, without the newline. */
export function exploreJson(report: ExploreReport, saved: SavedFinding | undefined): string {
  const { finding, flaw, milliseconds, peakMemory, workers, shard, split, path, ...counts } = report;
  return jsonLine({
    format: exploreFormat,
    ...counts,
    shard: shard ?? null,
    split: split ?? null,
    path: path ?? null,
    finding: finding === undefined ? null : findingJson(finding, saved),
    flaw: flaw === undefined ? null : flawJson(flaw),
    timings: {
      milliseconds: Math.round(milliseconds),
      transitionsPerSecond: Math.round((1000 * report.transitions) / Math.max(milliseconds, 1)),
      peakMemory,
      workers,
    },
  });
}
