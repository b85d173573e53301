/**
 * Exploration by whole paths, where the other side lives outside and shows no states: breadth first over the states of the side that is
 * here. From each state, after one shortest path to it, every operation of the scope is tried: the path and the operation are a scenario,
 * which runs outside as a whole.
 */
import { InputError, printable } from '../../format/errors.ts';
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import { type Failing, findingOf } from '../compare/finding.ts';
import type { ExploreOptions } from '../explore/exploration.ts';
import type { ExploreEnd, ExploreReport } from '../explore/report.ts';
import { Budget, type Usage } from '../explore/scope/budget.ts';
import { closeAll, loadPair } from './load.ts';
import { type AnyPair, type Compared, confirmed, lockstepOutside } from './lockstep.ts';
import { type Shortest, shortestOf } from './shorter.ts';

/** Scenarios under way at once, at least. */
const width = 16;

/** A state of the side that is here, with a shortest path to it. */
type Reached = {
  readonly path: readonly Operation[];
  /** The same as indexes into the scope's operations. */
  readonly indexes: readonly number[];
  readonly session: Session;
  readonly usage: Usage;
};

type Sent = {
  readonly scenario: Scenario;
  readonly indexes: readonly number[];
  readonly compared: Promise<Compared>;
};

/**
 * @throws InputError where neither side, or not the first, is a dispatcher of this process with forks and fingerprints
 * @throws UnreachableError where a program does not say hello
 */
export async function explorePaths(options: ExploreOptions): Promise<ExploreReport> {
  const pair = await loadPair([options.a, options.b]);
  try {
    return await explorePair(pair, options);
  } finally {
    await closeAll(pair);
  }
}

/** The same for dispatchers that are loaded. */
export function explorePair(pair: AnyPair, options: ExploreOptions): Promise<ExploreReport> {
  return new Paths(pair, options).explore();
}

class Paths {
  readonly #pair: AnyPair;
  readonly #here: Dispatcher;
  readonly #options: ExploreOptions;
  readonly #budget: Budget;
  readonly #started = performance.now();
  readonly #known = new Set<string>();
  #unsupported = 0;
  #transitions = 0;
  #depth = 0;
  /** Of all shards. */
  #scenarios = 0;

  constructor(pair: AnyPair, options: ExploreOptions) {
    const here = pair.find((one): one is Dispatcher => !isOutside(one));
    if (here === undefined) throw new InputError('to explore, one of the two has to be a dispatcher inside');
    this.#pair = pair;
    this.#here = here;
    this.#options = options;
    this.#budget = new Budget(options.scope, options.symmetry ?? true);
  }

  async explore(): Promise<ExploreReport> {
    const session = this.#here.open(this.#options.scope.header);
    const usage = this.#budget.start();
    this.#known.add(this.#keyOf(session, usage));
    let frontier: Reached[] = [{ path: [], indexes: [], session, usage }];
    for (; frontier.length > 0; this.#depth++) {
      const next: Reached[] = [];
      const sent: Sent[] = [];
      for (const one of this.#steps(frontier, next)) {
        sent.push(one);
        const ended = sent.length < this.#width ? undefined : await this.#take(sent);
        if (ended !== undefined) return ended;
      }
      while (sent.length > 0) {
        const ended = await this.#take(sent);
        if (ended !== undefined) return ended;
      }
      frontier = next;
    }
    return this.#report(this.#unsupported > this.#transitions ? 'unsupported' : 'paths');
  }

  /** Scenarios under way at once. */
  get #width(): number {
    return Math.max(width, ...this.#pair.filter(isOutside).map((one) => one.width));
  }

  /** Whether the next scenario is this shard's. All shards see the states of the side that is here, which takes little. */
  #isOwn(): boolean {
    const { index, count } = this.#options.shard ?? { index: 1, count: 1 };
    return this.#scenarios++ % count === index - 1;
  }

  /** Every operation from every state of a frontier, as far as it is this shard's; new states are put into `next`. */
  *#steps(frontier: readonly Reached[], next: Reached[]): IterableIterator<Sent> {
    const { header, operations } = this.#options.scope;
    for (const { path, indexes: before, session, usage } of frontier) {
      for (const [index, operation] of operations.entries()) {
        if (!this.#budget.allows(usage, index)) continue;
        const fork = this.#fork(session);
        const isError = fork.apply(operation).some((effect) => 'error' in effect);
        const scenario: Scenario = { ...header, operations: [...path, operation] };
        const indexes = [...before, index];
        if (this.#isOwn()) yield { scenario, indexes, compared: lockstepOutside(this.#pair, scenario) };
        const after = this.#budget.after(usage, index, isError);
        const key = this.#keyOf(fork, after);
        if (this.#known.has(key)) continue;
        this.#known.add(key);
        next.push({ path: scenario.operations, indexes, session: fork, usage: after });
      }
    }
  }

  /** Waits for the first that was sent. The report, where that ends the exploration. */
  async #take(sent: Sent[]): Promise<ExploreReport | undefined> {
    const first = sent.shift();
    if (first === undefined) return undefined;
    const { failure, unsupported } = await first.compared;
    const { abort, memoryLimit, onProgress } = this.#options;
    if (abort?.aborted) return this.#report('interrupted');
    if (unsupported === undefined) this.#transitions++;
    else this.#unsupported++;
    if (failure !== undefined) {
      const { scenario } = first;
      const [a, b] = this.#pair;
      const failing = {
        scenario,
        failure: await confirmed(this.#pair, scenario, failure),
        originalLength: scenario.operations.length,
      };
      const { shorter, isShortest } = await this.#shortest(failing);
      const finding = findingOf(shorter ?? failing, [a.name, b.name], `scope ${this.#options.scope.name}`);
      return {
        ...this.#report('difference'),
        finding,
        path: shorter?.indexes ?? first.indexes,
        isShortest,
      };
    }
    if (this.#transitions % 1000 !== 0) return undefined;
    const memory = process.memoryUsage.rss();
    if (memoryLimit !== undefined && memory > memoryLimit) return this.#report('memory');
    onProgress?.({
      pairs: this.#known.size,
      expanded: Math.round(this.#transitions / this.#options.scope.operations.length),
      depth: this.#depth,
      milliseconds: performance.now() - this.#started,
      memory,
      soFar: () => this.#report('interrupted'),
    });
    return undefined;
  }

  /** A shard has tried only its share of what is shorter. */
  async #shortest({ scenario, failure }: Failing): Promise<Shortest> {
    const { scope, abort, shard } = this.#options;
    if (shard !== undefined || failure.property !== 'lockstep') {
      return { shorter: undefined, isShortest: false };
    }
    // What was sent ahead is of no more use.
    await Promise.all(this.#pair.filter(isOutside).map((one) => one.forget()));
    const search = {
      pair: this.#pair,
      scope,
      budget: this.#budget,
      session: this.#here.open(scope.header),
      fork: (session: Session) => this.#fork(session),
      width: this.#width,
      isOver: () => abort?.aborted === true,
    };
    return shortestOf(search, scenario.operations.length);
  }

  #fork(session: Session): Session {
    const fork = session.fork?.();
    if (fork !== undefined) return fork;
    throw new InputError(`${printable(this.#here.name)}: cannot be explored: its sessions have no fork()`);
  }

  #keyOf(session: Session, { hash }: Usage): string {
    const fingerprint = session.fingerprint?.();
    if (fingerprint !== undefined) return `${hash} ${fingerprint}`;
    throw new InputError(
      `${printable(this.#here.name)}: cannot be explored: its sessions have no fingerprint()`,
    );
  }

  #report(end: ExploreEnd): ExploreReport {
    const { scope } = this.#options;
    const [a, b] = this.#pair;
    const isFirst = !isOutside(a);
    return {
      dispatchers: [a.name, b.name],
      scope: scope.name,
      title: scope.title,
      symmetry: this.#options.symmetry ?? true,
      shard: this.#options.shard,
      split: undefined,
      end,
      operations: scope.operations.length,
      statesOfA: isFirst ? this.#known.size : 0,
      statesOfB: isFirst ? 0 : this.#known.size,
      pairs: this.#known.size,
      transitions: this.#transitions,
      unsupported: this.#unsupported,
      writesAgain: 0,
      walkSteps: 0,
      depth: this.#depth,
      workers: 1,
      milliseconds: performance.now() - this.#started,
      peakMemory: process.resourceUsage().maxRSS * 1024,
      finding: undefined,
      path: undefined,
      isShortest: false,
      flaw: undefined,
    };
  }
}
