/** What does not matter in the scenarios of a report: each is tried on the dispatchers that it is shown on, by their names. */
import { decodeScenario } from '../../../format/decode.ts';
import { messageOf } from '../../../format/errors.ts';
import type { AnyDispatcher } from '../../../model/vocabulary/outside.ts';
import type { ScenarioData } from '../../../page/document/page-data.ts';
import type { Shown } from '../shown.ts';
import type { Asking } from './asking.ts';
import { Budget, fewScenarios, limitsOfEntry, limitsOfReport, limitsOfScenario } from './budget.ts';
import { notTried, spareOf } from './spare.ts';

/** Opens a dispatcher by its name; each is opened once. */
export type Open = (name: string) => Promise<AnyDispatcher>;

export type EntriesTask = {
  readonly entries: readonly ScenarioData[];
  readonly open: Open;
  readonly asking: Asking;
  /** What the command was given to compare: for findings whose sides are one dispatcher, run in two ways. */
  readonly dispatchers?: readonly string[];
  readonly prefersExpected?: boolean;
  readonly onProgress?: (done: number) => void;
};

/** The entries with what was found, or why nothing was looked for. */
export async function withSpare(task: EntriesTask): Promise<readonly ScenarioData[]> {
  const { entries, asking, onProgress } = task;
  const whole = new Budget(limitsOfReport);
  const done: ScenarioData[] = [];
  for (const entry of entries) {
    asking.budget = new Budget(entries.length <= fewScenarios ? limitsOfScenario : limitsOfEntry, whole);
    // Nothing is opened for what is not tried.
    const spare = asking.isOver ? notTried(asking) : await spareOfEntry(entry, task);
    done.push({ ...entry, ...(typeof spare === 'string' ? { notTried: spare } : { spare }) });
    onProgress?.(done.length);
  }
  return done;
}

async function spareOfEntry(
  entry: ScenarioData,
  { asking, open, dispatchers, prefersExpected = false }: EntriesTask,
): ReturnType<typeof spareOf> {
  const scenario = decodeScenario(entry.scenario, entry.source);
  // A file may name a dispatcher too, but does not choose which code runs.
  const ofEntry = entry.sides?.map(({ name }) => name) ?? [];
  const isLockstep =
    entry.difference !== undefined && (scenario.found?.property ?? 'lockstep') === 'lockstep';
  const names = isLockstep ? ofEntry : (dispatchers ?? ofEntry);
  try {
    const opened: AnyDispatcher[] = [];
    for (const name of prefersExpected ? names.slice(0, 1) : names) opened.push(await open(name));
    const [a, b] = opened;
    if (a === undefined) return 'it is shown on no dispatcher';
    const shown: Shown = b === undefined ? [a] : [a, b];
    const difference = entry.difference?.operation;
    return await spareOf({ scenario, shown, difference, prefersExpected }, asking);
  } catch (error) {
    return messageOf(error);
  }
}
