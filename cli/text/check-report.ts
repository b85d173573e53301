/** The report of `check` for people. Everything but the lines under `time` is the same for the same seed. */
import { printable } from '../../format/errors.ts';
import type { InsideShares } from '../../properties/coverage/inside.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import { minimumsOf } from '../../properties/world/coverage.ts';
import { firstField, renderFinding, type SavedFindings } from './finding-report.ts';
import { grouped, percent, plural, table } from './layout.ts';
import { plain, type Style } from './style.ts';

/** What a run came to. */
export type Outcome = 'agree' | 'difference' | 'interrupted' | 'coverage';

/** What a run came to: a finding counts most; a run that was cut short is not held against its coverage points. */
export function outcomeOf(report: CheckReport): Outcome {
  if (report.finding !== undefined) return 'difference';
  if (report.interrupted) return 'interrupted';
  const isReached = demanded(report).every(({ reached }) => reached) && report.support?.reached !== false;
  return isReached ? 'agree' : 'coverage';
}

/** All that has a minimum. */
function demanded({ coverage, inside }: Pick<CheckReport, 'coverage' | 'inside'>) {
  const events = inside.flatMap(({ dispatcher, events }) =>
    events.map((event) => ({ ...event, name: `${dispatcher}: ${event.name}` })),
  );
  return [...coverage, ...events];
}

/** The report, a line each. */
export function renderCheck(
  report: CheckReport,
  saved: SavedFindings | undefined,
  style: Style = plain,
  findingsOfShards = 0,
): string[] {
  const { dispatchers, finding, first } = report;
  if (finding !== undefined) {
    const more = first === undefined ? [] : [firstField(first, saved?.first)];
    const found = renderFinding(dispatchers, finding, saved?.finding, style, more);
    return [...found, '', ...renderTotals(report, style)];
  }
  return [
    findingsOfShards > 0
      ? style.bad(`${plural(findingsOfShards, 'difference')} found.`)
      : headline(report, style),
    '',
    ...renderTotals(report, style),
    '',
    ...renderCoverage(report, style),
    '',
    ...renderInside(report, style),
    ...renderProperties(report),
    ...renderShortfalls(report, style),
  ];
}

function headline(report: CheckReport, style: Style): string {
  const [a, b] = report.dispatchers.map(printable);
  const scenarios = plural(report.scenarios, 'random scenario', 'random scenarios');
  switch (outcomeOf(report)) {
    case 'interrupted':
      return style.bad(`Interrupted: not complete. ${a} and ${b} agree on the first ${scenarios}.`);
    case 'coverage':
      return style.bad(`${a} and ${b} agree, but too little happened in ${scenarios} to count.`);
    case 'agree':
    case 'difference':
      return style.good(`${a} and ${b} agree on ${scenarios}.`);
  }
}

function renderTotals(report: CheckReport, style: Style): string[] {
  const { dispatchers, profiles, regressions, scenarios, operations, stores } = report;
  const { extra, seed, shard, milliseconds } = report;
  const rate = (1000 * operations) / Math.max(milliseconds, 1);
  return [
    `  dispatchers   ${printable(dispatchers.join(', '))}`,
    ...(report.systems ?? []).map((system) => `  system        ${printable(system)}`),
    `  profiles      ${profiles.join(', ')}`,
    `  regressions   ${grouped(regressions)}${report.unsupportedRegressions ? `, ${grouped(report.unsupportedRegressions)} of them not supported` : ''}`,
    `  scenarios     ${grouped(scenarios)}`,
    `  operations    ${grouped(operations)}`,
    ...(stores === undefined ? [] : [`  stores        ${grouped(stores)}`]),
    `  large         ${plural(extra.large, 'scenario')}`,
    `  varied        ${plural(extra.varied, 'scenario')}`,
    `  variants      ${plural(extra.onVariants, 'scenario')}`,
    `  invariants    ${plural(extra.validated, 'scenario')}`,
    `  decisions     ${plural(extra.redecided, 'scenario')}`,
    ...(report.corpus === undefined
      ? []
      : [`  corpus        ${grouped(report.corpus.read)} read, ${grouped(report.corpus.kept)} kept`]),
    ...supportLines(report),
    ...(report.restarts ?? []).map((what) => `  restarted     ${printable(what)}`),
    `  seed          ${seed}`,
    ...(shard === undefined ? [] : [`  shard         ${shard.index} of ${shard.count}`]),
    style.dim(`  time          ${(milliseconds / 1000).toFixed(1)} s`),
    style.dim(`  speed         ${grouped(rate)} operations per second`),
  ];
}

/** How many scenarios a dispatcher outside could not be asked, and why. */
function supportLines({ support, scenarios }: CheckReport): string[] {
  if (support === undefined) return [];
  const { unsupported, share, reasons } = support;
  const supported = `${grouped(scenarios - unsupported)} of ${plural(scenarios, 'scenario')} (${percent(share)})`;
  return [
    `  supported     ${supported}`,
    ...reasons.map((reason) => `  unsupported   ${grouped(reason.scenarios)}: ${printable(reason.why)}`),
  ];
}

/** Coverage points in two columns: what happened in which share of the scenarios, and the minimum that counts. */
function renderCoverage(report: CheckReport, style: Style): string[] {
  // What a guest of a QEMU cannot do is of no interest.
  const isWorld = minimumsOf(report) !== undefined;
  const coverage = report.coverage.filter(
    ({ minimum, scenarios }) => !isWorld || minimum > 0 || scenarios > 0,
  );
  const rows = coverage.map(({ name, share, minimum, reached }) => [
    reached ? '' : '!',
    name,
    percent(share),
    minimum === 0 ? '-' : percent(minimum),
  ]);
  const [heading = '', ...lines] = table([['', 'coverage', 'scenarios', 'minimum'], ...rows], '', [2, 3]);
  return [
    style.bold(heading),
    ...lines.map((line, i) => (coverage[i]?.reached === false ? style.bad(line) : line)),
  ];
}

/** What happened inside of dispatchers that tell, each in its own columns; those with other events in a table of their own. */
function renderInside({ inside }: CheckReport, style: Style): string[] {
  const namesOf = ({ events }: InsideShares) => events.map(({ name }) => name).join('\n');
  const lists = [...new Set(inside.map(namesOf))];
  return lists.flatMap((names) => {
    const alike = inside.filter((one) => namesOf(one) === names);
    const heading = ['', 'inside', ...alike.flatMap(({ dispatcher }) => [printable(dispatcher), 'minimum'])];
    const rows = names.split('\n').map((name, index) => {
      const events = alike.flatMap(({ events }) => events[index] ?? []);
      const isReached = events.every(({ reached }) => reached);
      const shares = events.flatMap(({ share, minimum }) => [
        percent(share),
        minimum === 0 ? '-' : percent(minimum),
      ]);
      return { isReached, cells: [isReached ? '' : '!', printable(name), ...shares] };
    });
    const numeric = alike.flatMap((_, index) => [2 + 2 * index, 3 + 2 * index]);
    const [first = '', ...lines] = table([heading, ...rows.map(({ cells }) => cells)], '', numeric);
    const styled = lines.map((line, index) => (rows[index]?.isReached === false ? style.bad(line) : line));
    return [style.bold(first), ...styled, ''];
  });
}

function renderProperties({ properties }: CheckReport): string[] {
  if (properties.length === 0) return [];
  const rows = properties.map(({ name, tried, applied }) => ['', name, grouped(tried), grouped(applied)]);
  return table([['', 'property', 'tried', 'applied'], ...rows], '', [2, 3]);
}

/** A line for each coverage point below its minimum. */
function renderShortfalls(report: CheckReport, style: Style): string[] {
  if (outcomeOf(report) !== 'coverage') return [];
  const missed = demanded(report).filter(({ reached }) => !reached);
  const { support } = report;
  return [
    '',
    ...(support === undefined || support.reached
      ? []
      : [
          style.bad(`supported: ${percent(support.share)}, below the minimum of ${percent(support.minimum)}`),
        ]),
    ...missed.map(({ name, share, minimum }) =>
      style.bad(
        `coverage: "${printable(name)}" is at ${percent(share)}, below its minimum of ${percent(minimum)}`,
      ),
    ),
  ];
}
