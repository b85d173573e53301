/**
 * What does not matter in a scenario: found by trying, with the shrinker's moves. First operations are left out for as long as the
 * verdict stays; then, in what is left, one value after the other is changed.
 */
import { isOutside } from '../../../model/vocabulary/outside.ts';
import type { Scenario } from '../../../model/vocabulary/vocabulary.ts';
import type { SpareData, Surrounding } from '../../../page/document/page-data.ts';
import { withoutRemarks } from '../../../properties/shrink/candidates.ts';
import { fewerOperations } from '../../../properties/shrink/fewer.ts';
import { grouped } from '../../text/layout.ts';
import type { Asking } from './asking.ts';
import { changedSurroundings, changedValues } from './values.ts';
import { type Judged, type Varied, type Verdict, verdictOf } from './verdict.ts';

/** Of what may be tried, so much is for leaving out; the rest is for values. */
const shareForOperations = 0.65;

/** What was found; or in words why nothing was looked for. */
export async function spareOf(judged: Judged, asking: Asking): Promise<SpareData | string> {
  if (asking.isOver) return notTried(asking);
  const { scenario, shown } = judged;
  if (!shown.some(isOutside) && asking.budget.isTooLong(scenario, shown.length)) {
    return `${grouped(scenario.operations.length)} operations are too many to be run again and again`;
  }
  const verdict = await verdictOf(judged, asking);
  if (typeof verdict === 'string') return verdict;
  const { operations } = judged.scenario;
  // Each operation is an object of its own, by which it is known again.
  const whole: Scenario = {
    ...withoutRemarks(judged.scenario),
    operations: operations.slice(0, verdict.last + 1).map((operation) => ({ ...operation })),
  };
  const search = new Search(verdict, whole, asking);
  const kept = await search.least();
  const { fields, optional } = await search.freeFields(kept);
  const surroundings = await search.freeSurroundings(kept);
  const isKept = new Set(kept.places);
  return {
    verdict: verdict.text,
    operations: operations.flatMap((_, index) => (isKept.has(index) ? [] : [index])),
    fields,
    optional,
    surroundings,
    ...(search.bound !== undefined && { bound: search.bound }),
  };
}

/** Why nothing more is tried. */
export function notTried({ budget, isInterrupted }: Asking): string {
  return isInterrupted ? 'the command was interrupted' : `${budget.spent}, which is the limit`;
}

class Search {
  readonly #verdict: Verdict;
  readonly #whole: Scenario;
  readonly #asking: Asking;
  readonly #places: ReadonlyMap<object, number>;
  /** Where not everything was tried: why. */
  bound: string | undefined;

  constructor(verdict: Verdict, whole: Scenario, asking: Asking) {
    this.#verdict = verdict;
    this.#whole = whole;
    this.#asking = asking;
    this.#places = new Map(whole.operations.map((operation, index) => [operation, index]));
  }

  /** The scenario without all that can be left out. */
  async least(): Promise<Varied> {
    let least = this.#placed(this.#whole);
    // What comes after the verdict is not there any more: it has to stand without.
    if (!(await this.#verdict.stays(least))) {
      this.bound = 'what comes after the verdict changes it';
      return least;
    }
    for (;;) {
      const fewer = await this.#fewer(least);
      if (fewer === undefined) return least;
      least = fewer;
    }
  }

  async #fewer({ scenario }: Varied): Promise<Varied | undefined> {
    for (const one of fewerOperations(scenario)) {
      if (this.#isOver(shareForOperations)) return undefined;
      const varied = this.#placed(one);
      if (await this.#verdict.stays(varied)) return varied;
    }
    return undefined;
  }

  /** Fields of which another value does as well, and those that can be left out: each by itself. */
  async freeFields({ scenario, places }: Varied): Promise<Pick<SpareData, 'fields' | 'optional'>> {
    const [free, optional] = [new Fields(), new Fields()];
    for (const { index, field, isLeftOut, changed } of changedValues(scenario)) {
      const place = places[index] ?? index;
      const fields = isLeftOut ? optional : free;
      if (fields.has(place, field)) continue;
      if (this.#isOver(1)) break;
      if (await this.#verdict.stays({ scenario: changed, places })) fields.add(place, field);
    }
    return { fields: free.asData(), optional: optional.asData() };
  }

  /** What of guest and host can be otherwise, each by itself. */
  async freeSurroundings({ scenario, places }: Varied): Promise<Surrounding[]> {
    const free: Surrounding[] = [];
    for (const { name, changed } of changedSurroundings(scenario)) {
      if (this.#isOver(1)) break;
      if (await this.#verdict.stays({ scenario: changed, places })) free.push(name);
    }
    return free;
  }

  #isOver(share: number): boolean {
    const isOver = this.#asking.isOver || this.#asking.budget.share >= share;
    if (isOver) this.bound ??= this.#asking.isInterrupted ? 'the command was interrupted' : this.#limit();
    return isOver;
  }

  #limit(): string {
    return this.#asking.budget.spent ?? 'leaving out operations took its part of what may be run';
  }

  #placed(scenario: Scenario): Varied {
    return {
      scenario,
      places: scenario.operations.map((operation) => this.#places.get(operation) ?? -1),
    };
  }
}

/** Names of fields, by operation. */
class Fields {
  readonly #names = new Map<number, Set<string>>();

  has(operation: number, field: string): boolean {
    return this.#names.get(operation)?.has(field) === true;
  }

  add(operation: number, field: string): void {
    this.#names.set(operation, (this.#names.get(operation) ?? new Set()).add(field));
  }

  asData(): SpareData['fields'] {
    return Object.fromEntries([...this.#names].map(([index, fields]) => [String(index), [...fields]]));
  }
}
