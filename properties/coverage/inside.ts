/** What happens inside a dispatcher in the scenarios of a run, where its sessions tell (`Dispatcher.inside`). */
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { leastCount } from './shares.ts';

/** In how many scenarios each event happened. */
export type InsideCounts = {
  readonly dispatcher: string;
  /** Those that ran on sessions that tell. */
  readonly scenarios: number;
  readonly events: Readonly<Record<string, number>>;
};

export type InsideShare = {
  readonly name: string;
  readonly scenarios: number;
  /** Of the scenarios that ran on sessions that tell, 0 to 1. */
  readonly share: number;
  /** 0 to 1; a run below it fails. */
  readonly minimum: number;
  readonly reached: boolean;
};

export type InsideShares = {
  readonly dispatcher: string;
  readonly scenarios: number;
  readonly events: readonly InsideShare[];
};

type Counting = { scenarios: number; readonly events: Map<string, number> };

/** Counts events, scenario by scenario. */
export class InsideCounter {
  readonly #seen = new Set<string>();
  readonly #counting = new Map<string, Counting>();

  /** The dispatcher with its sessions that tell, for one scenario; itself where it has none. */
  telling(dispatcher: Dispatcher): Dispatcher {
    const { inside, name } = dispatcher;
    if (inside === undefined) return dispatcher;
    const tell = (event: string) => this.#seen.add(event);
    const counting = this.#counting.get(name) ?? { scenarios: 0, events: new Map<string, number>() };
    counting.scenarios++;
    this.#counting.set(name, counting);
    return { ...dispatcher, open: (header) => inside.open(header, tell) };
  }

  /** The scenario is over: what happened counts once. */
  end({ name }: Dispatcher): void {
    const events = this.#counting.get(name)?.events;
    for (const event of this.#seen) events?.set(event, (events.get(event) ?? 0) + 1);
    this.#seen.clear();
  }

  counts(): InsideCounts[] {
    return Array.from(this.#counting, ([dispatcher, { scenarios, events }]) => ({
      dispatcher,
      scenarios,
      events: Object.fromEntries(events),
    }));
  }
}

/** The counts of several parts of a run together; those of each dispatcher, in the order in which they come. */
export function sumOfInside(parts: readonly (readonly InsideCounts[])[]): InsideCounts[] {
  const sums = new Map<string, Counting>();
  for (const { dispatcher, scenarios, events } of parts.flat()) {
    const sum = sums.get(dispatcher) ?? { scenarios: 0, events: new Map<string, number>() };
    sum.scenarios += scenarios;
    for (const [event, count] of Object.entries(events))
      sum.events.set(event, (sum.events.get(event) ?? 0) + count);
    sums.set(dispatcher, sum);
  }
  return Array.from(sums, ([dispatcher, { scenarios, events }]) => ({
    dispatcher,
    scenarios,
    events: Object.fromEntries(events),
  }));
}

/**
 * What each event reached, in the order in which the dispatcher lists them.
 *
 * @param minimums of each event, 0 to 1
 */
export function insideShares(
  { dispatcher, scenarios, events }: InsideCounts,
  minimums: Readonly<Record<string, number>>,
): InsideShares {
  return {
    dispatcher,
    scenarios,
    events: Object.entries(minimums).map(([name, minimum]) => {
      const count = events[name] ?? 0;
      return {
        name,
        scenarios: count,
        share: scenarios === 0 ? 0 : count / scenarios,
        minimum,
        reached: count >= leastCount(minimum * scenarios),
      };
    }),
  };
}
