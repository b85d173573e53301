/**
 * Does a dispatcher keep the contract? Its hello; every named scenario that it supports; random ones. What came out is told by clause,
 * as a conformance suite does.
 */
import { type ClauseId, clauses } from '../../model/clauses/catalogue.ts';
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import type { Failing, Finding } from '../compare/finding.ts';
import { findingOf } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';
import { type BatchFinding, classOf } from '../engine/batch.ts';
import { batchesOf, type Shard } from '../engine/batch-plan.ts';
import { runnerFor } from '../engine/check.ts';
import type { DispatcherReference } from '../engine/dispatchers.ts';
import { type CheckOptions, requireOptions, requireProfiles, withDefaults } from '../engine/options.ts';
import { type NamedScenario, namedScenarios } from '../named-scenarios.ts';
import { closeAll, loadPair } from '../outside/load.ts';
import { type AnyPair, abilitiesOf, confirmed, lockstepOutside } from '../outside/lockstep.ts';
import { type KnownDifference, readKnown } from './known.ts';

export type ConformOptions = Pick<
  CheckOptions,
  'seed' | 'runs' | 'limits' | 'abort' | 'workers' | 'shard'
> & {
  readonly dispatcher: DispatcherReference;
  /** What is expected; `model`, if left out. */
  readonly against?: DispatcherReference;
  readonly profiles?: readonly Profile[];
  /** The path of a list of known differences. */
  readonly known?: string;
  readonly onProgress?: (done: string) => void;
};

/** What one scenario came to. `known`: it differs, and the list of known differences says so. */
export type ConformCase = {
  /** Its file: the name of one in `properties/scenarios/`, or a path of the list of known differences. */
  readonly source: string;
  /** Whether it is one of `properties/scenarios/`. */
  readonly isNamed: boolean;
  readonly clause: ClauseId | undefined;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'known' | 'not supported';
  /** Why it is not supported, or known. */
  readonly why?: string;
  readonly failure?: Failure;
  /** What the failure says, where only that is known: in a report that was read. */
  readonly message?: string;
};

export type ClauseRow = {
  /** Undefined for scenarios that stand for no clause alone. */
  readonly clause: ClauseId | undefined;
  readonly passed: number;
  readonly failed: number;
  readonly known: number;
  readonly unsupported: number;
};

export type ConformReport = {
  readonly dispatchers: readonly [string, string];
  /** What a program calls itself. */
  readonly title: string | undefined;
  readonly profiles: readonly Profile[];
  readonly seed: number;
  /** Of this run: every `count`-th named scenario, and the random ones as in `check`. */
  readonly shard: Shard | undefined;
  /** Random scenarios that were asked for, in all shards together. */
  readonly runs: number;
  readonly cases: readonly ConformCase[];
  readonly clauses: readonly ClauseRow[];
  /** Random scenarios that ran; those that are not supported; those that differ as is known. */
  readonly random: { readonly scenarios: number; readonly unsupported: number; readonly known: number };
  /** What random scenarios found that is not known, shrunk. */
  readonly finding: Finding | undefined;
  /** Known differences that are none any more. */
  readonly stale: readonly { readonly source: string; readonly clause: string; readonly why: string }[];
  readonly interrupted: boolean;
  readonly milliseconds: number;
};

/** Random scenarios, if not said otherwise: a few seconds of work. */
const defaultRuns = 1000;

/** Scenarios under way at once. */
const width = 16;

/**
 * @throws InputError where a dispatcher or the list cannot be loaded
 * @throws UnreachableError where a program does not say hello
 */
export async function conform(options: ConformOptions): Promise<ConformReport> {
  const { dispatcher, against = 'model' } = options;
  const named = namedScenarios();
  const known = options.known === undefined ? [] : readKnown(options.known, named);
  const pair = await loadPair([against, dispatcher], { seconds: options.limits?.seconds });
  try {
    return await new Run(pair, options, named, known).report();
  } finally {
    await closeAll(pair);
  }
}

class Run {
  readonly #pair: AnyPair;
  readonly #options: ConformOptions;
  readonly #named: readonly NamedScenario[];
  readonly #known: readonly KnownDifference[];
  readonly #cases: ConformCase[] = [];
  readonly #random = { scenarios: 0, unsupported: 0, known: 0 };
  #finding: Finding | undefined;
  /** Classes of the differences that the listed scenarios show. */
  readonly #classes = new Set<string>();

  constructor(
    pair: AnyPair,
    options: ConformOptions,
    named: readonly NamedScenario[],
    known: readonly KnownDifference[],
  ) {
    this.#pair = pair;
    this.#options = options;
    this.#named = named;
    this.#known = known;
  }

  async report(): Promise<ConformReport> {
    const started = performance.now();
    const [a, b] = this.#pair;
    const { against = 'model', dispatcher, known: _, onProgress: __, profiles, ...rest } = this.#options;
    const asked: CheckOptions = {
      runs: defaultRuns,
      ...rest,
      a: against,
      b: dispatcher,
      ...(profiles !== undefined && { profiles }),
    };
    requireOptions(asked);
    const complete = withDefaults(asked, b.profile ?? a.profile, abilitiesOf(this.#pair)?.profiles);
    requireProfiles(complete.profiles, this.#pair);
    await this.#runNamed(complete.profiles);
    const stale = await this.#runKnown();
    await this.#runRandom(complete);
    return {
      dispatchers: [a.name, b.name],
      title: isOutside(b) ? b.title : undefined,
      profiles: complete.profiles,
      seed: complete.seed,
      shard: complete.shard,
      runs: complete.runs,
      cases: this.#cases,
      clauses: rowsOf(this.#cases),
      random: this.#random,
      finding: this.#finding,
      stale,
      interrupted: complete.abort?.aborted === true,
      milliseconds: performance.now() - started,
    };
  }

  async #runNamed(profiles: readonly Profile[]): Promise<void> {
    const { index, count } = this.#options.shard ?? { index: 1, count: 1 };
    const own = this.#named.filter((_, position) => position % count === index - 1);
    for (let from = 0; from < own.length && !this.#isOver; from += width) {
      const some = own.slice(from, from + width);
      this.#options.onProgress?.(`named scenario ${from + 1} of ${own.length}`);
      this.#cases.push(...(await Promise.all(some.map((one) => this.#tryNamed(one, profiles)))));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #tryNamed(
    { file, clause, scenario }: NamedScenario,
    profiles: readonly Profile[],
  ): Promise<ConformCase> {
    const { title = '', profile = 'contract' } = scenario;
    const about = { source: file, isNamed: true, clause, title };
    if (!profiles.includes(profile)) return { ...about, outcome: 'not supported', why: `profile ${profile}` };
    const { failure, unsupported } = await lockstepOutside(this.#pair, scenario);
    if (unsupported !== undefined) return { ...about, outcome: 'not supported', why: unsupported };
    if (failure === undefined) return { ...about, outcome: 'passed' };
    const known = this.#known.find((one) => one.scenario === scenario);
    if (known !== undefined) return { ...about, outcome: 'known', why: known.why, failure };
    return { ...about, outcome: 'failed', failure: await confirmed(this.#pair, scenario, failure) };
  }

  /** Those that are listed and do not differ. Of what is not supported, nothing can be said. */
  async #runKnown(): Promise<KnownDifference[]> {
    const stale: KnownDifference[] = [];
    for (const known of this.#known) {
      const { failure, unsupported } = await lockstepOutside(this.#pair, known.scenario);
      if (failure !== undefined) {
        this.#classes.add(classOf(failure));
        const { source, isNamed, clause, why, scenario } = known;
        const { title = '' } = scenario;
        if (!isNamed) this.#cases.push({ source, isNamed, clause, title, outcome: 'known', why, failure });
      } else if (unsupported === undefined) stale.push(known);
    }
    return stale;
  }

  /** A difference of the class of a listed one is counted, and is no finding. */
  async #runRandom(complete: ReturnType<typeof withDefaults>): Promise<void> {
    const { seed, profiles, abort } = complete;
    const runner = runnerFor(...this.#pair, complete);
    try {
      for (const request of batchesOf(complete)) {
        if (this.#isOver || this.#finding !== undefined) break;
        this.#options.onProgress?.(`${this.#random.scenarios} random scenarios`);
        const result = await runner.run({ ...request, known: [...this.#classes] });
        const { scenarios, unsupported = [], known = 0, found } = result;
        this.#random.scenarios += scenarios;
        this.#random.unsupported += unsupported.length;
        this.#random.known += known;
        if (found === undefined) continue;
        const shrunk = await runner.shrink(found, abort);
        this.#finding = await this.#findingOf(found, shrunk, runner, { seed, profiles });
      }
    } finally {
      await runner.close();
    }
  }

  async #findingOf(
    found: BatchFinding,
    shrunk: Failing,
    runner: ReturnType<typeof runnerFor>,
    search: { readonly seed: number; readonly profiles: readonly Profile[] },
  ): Promise<Finding> {
    const { abort } = this.#options;
    const searched = await runner.search(found, shrunk, { ...search, ...(abort !== undefined && { abort }) });
    // A shorter scenario may show another difference, and that one may be known.
    const shortest = this.#classes.has(classOf(searched.failure)) ? shrunk : searched;
    const [a, b] = this.#pair;
    const origin = `seed ${search.seed}, scenario ${found.number}`;
    return findingOf(shortest, found.pair ?? [a.name, b.name], origin, search.seed);
  }

  get #isOver(): boolean {
    return this.#options.abort?.aborted === true;
  }
}

/** A row for each clause that has a case, in the order of the contract. */
export function rowsOf(cases: readonly ConformCase[]): ClauseRow[] {
  return [...clauses.map(({ id }) => id), undefined].flatMap((clause) => {
    const ofIt = cases.filter((one) => one.clause === clause);
    if (ofIt.length === 0) return [];
    const count = (outcome: ConformCase['outcome']) => ofIt.filter((one) => one.outcome === outcome).length;
    return [
      {
        clause,
        passed: count('passed'),
        failed: count('failed'),
        known: count('known'),
        unsupported: count('not supported'),
      },
    ];
  });
}

/** Whether the dispatcher conforms: nothing failed, and something could be asked. */
export function verdictOf({
  cases,
  finding,
  stale,
  interrupted,
  random,
}: ConformReport): 'conforms' | 'differs' | 'nothing' | 'interrupted' {
  if (finding !== undefined || stale.length > 0) return 'differs';
  if (cases.some(({ outcome }) => outcome === 'failed')) return 'differs';
  if (interrupted) return 'interrupted';
  const isAsked = cases.some(({ outcome }) => outcome === 'passed') || random.scenarios > random.unsupported;
  return isAsked ? 'conforms' : 'nothing';
}
