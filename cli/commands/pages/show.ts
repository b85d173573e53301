/** `show FILE`: scenarios as one HTML page that one can step through, and change. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError, printable } from '../../../format/errors.ts';
import type { SourcedScenario } from '../../../format/read.ts';
import { isOutside } from '../../../model/vocabulary/outside.ts';
import { type PageData, pageFormat, type ScenarioData } from '../../../page/document/page-data.ts';
import type { Context } from '../../context.ts';
import { filesOf } from '../../io/package-paths.ts';
import { scenarios } from '../../io/scenarios.ts';
import { type LimitOptions, limitsOf, openOptionsOf, ScenarioWatch } from '../../io/watch.ts';
import { requireWritable, writeWhole } from '../../io/write-file.ts';
import { scenarioData } from '../../show/scenario-data.ts';
import type { Shown } from '../../show/shown.ts';
import { Asking } from '../../show/spare/asking.ts';
import {
  Budget,
  fewScenarios,
  limitsOfEntry,
  limitsOfReport,
  limitsOfScenario,
} from '../../show/spare/budget.ts';
import { pageText } from '../../show/template.ts';
import { anySystem, namesInPair, pairOfScenario } from '../../systems.ts';
import { plural } from '../../text/layout.ts';

export type ShowOptions = LimitOptions & {
  readonly on?: string;
  readonly output?: string;
  readonly qemu?: string;
  readonly quiet?: true;
};

/** More than this in one page would be slow to open, in bytes of JSON. */
const largestPage = 256 * 1024 * 1024;

/** Writes one page with all scenarios of all files. */
export async function runShow(
  paths: readonly string[],
  options: ShowOptions,
  context: Context,
): Promise<void> {
  const files = paths.flatMap(filesOf);
  const output = options.output ?? defaultOutput(files);
  if (output !== '-') requireWritable(output);
  const given = options.on === undefined ? undefined : await shownNamed(options.on, options, context);
  const all = await dataOf(files, given, options, context);
  if (all === undefined) return;
  const title =
    files.length === 1 && files[0] !== undefined ? basename(files[0]) : plural(all.length, 'scenario');
  const page: PageData = { format: pageFormat, title, scenarios: all };
  const text = pageText(page);
  if (output === '-') {
    await context.output.text(text);
    return;
  }
  writeWhole(output, text);
  if (options.quiet !== true) {
    await context.output.lines([
      `saved ${printable(output)}: ${plural(all.length, 'scenario')}; open it in a browser`,
    ]);
  }
}

async function dataOf(
  files: readonly string[],
  given: Shown | undefined,
  options: ShowOptions,
  context: Context,
): Promise<readonly ScenarioData[] | undefined> {
  const { program } = context.surroundings;
  const quiet = options.quiet === true || options.output === '-';
  const reading = { dispatchers: given?.map(({ name }) => name) ?? [], quiet };
  const watch = new ScenarioWatch(limitsOf(options));
  const whole = new Budget(limitsOfReport);
  const asking = new Asking(whole, limitsOf(options), context.interrupt);
  const all: ScenarioData[] = [];
  const opened = new Map<string, Shown>();
  let size = 0;
  try {
    for await (const sourced of scenarios(files, reading, context)) {
      const shown = given ?? (await shownOf(sourced, context, opened));
      await requireEnd(watch, shown, sourced, context);
      const grouped = files.length > 1 ? { group: 'Scenarios' } : {};
      asking.budget = new Budget(all.length < fewScenarios ? limitsOfScenario : limitsOfEntry, whole);
      const own = { id: idOf(sourced.source, all), program, quiet, asking, ...grouped };
      const data = await scenarioData(sourced, shown, own, context);
      if (data === undefined || context.interrupt.aborted) return undefined;
      size += JSON.stringify(data).length;
      if (size > largestPage) throw new InputError('too much for one page: show fewer scenarios at once');
      all.push(data);
    }
  } finally {
    await watch.close();
    await asking.close();
  }
  if (context.interrupt.aborted) return undefined;
  if (all.length === 0) throw new InputError('no scenario to show');
  return all.length > 1 ? all.map((one) => ({ group: 'Scenarios', ...one })) : all;
}

/** What does not come to its end is no page: the message says where. */
async function requireEnd(
  watch: ScenarioWatch,
  shown: Shown,
  { scenario, source }: SourcedScenario,
  context: Context,
): Promise<void> {
  const inside = shown.flatMap((one) => (isOutside(one) ? [] : [one]));
  const [a, b = a] = inside;
  if (a === undefined || b === undefined) return;
  const stop = await watch.stopOf([a, b], scenario, context.interrupt);
  if (stop !== undefined) throw new InputError(`${printable(source)}: ${stop.message}`);
}

/** One dispatcher, or two. */
async function shownNamed(names: string, options: ShowOptions, context: Context): Promise<Shown> {
  const within = openOptionsOf(options);
  if (!names.includes(',') || (names.startsWith('exec:') && !names.includes(',exec:'))) {
    return [await anySystem(names, context, within)];
  }
  const [a, b] = namesInPair(names);
  return [await anySystem(a, context, within), await anySystem(b, context, within)];
}

/** The pair that a file names, if it was found on one; else the model alone. Each is opened once. */
async function shownOf(
  sourced: SourcedScenario,
  context: Context,
  opened: Map<string, Shown>,
): Promise<Shown> {
  const names = sourced.scenario.found?.dispatchers;
  const key = names === undefined ? 'model' : names.join('\n');
  const known = opened.get(key);
  if (known !== undefined) return known;
  const shown: Shown =
    names === undefined ? [await anySystem('model', context)] : await pairOfScenario(sourced, context);
  opened.set(key, shown);
  return shown;
}

/** A name for links, unique in the page. */
function idOf(source: string, others: readonly ScenarioData[]): string {
  const name = basename(source).replace(/\.jsonl?(?=:|$)/, '');
  const taken = new Set(others.map(({ id }) => id));
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}

/** The file's name with `.html`, in the working directory; what is there already must be a page of this program. */
function defaultOutput(files: readonly string[]): string {
  const [first = '-'] = files;
  const name =
    files.length > 1 ? 'scenarios' : first === '-' ? 'scenario' : basename(first).replace(/\.jsonl?$/, '');
  const path = `${name}.html`;
  if (beginning(path) === undefined || beginning(path)?.includes('ioeventfd-check')) return path;
  throw new InputError(`${printable(path)}: exists, and is no page of this program; say where with -o FILE`);
}

/** The beginning of a file; nothing where there is none. */
function beginning(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(2048);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
