/**
 * Exploration by whole paths, where the other side lives outside and shows no states: breadth first over the states of the side that is
 * here. From each state, after one shortest path to it, every operation of the scope is tried: the path and the operation are a scenario,
 * which runs outside as a whole. Those that change nothing there are tried one after the other, in one scenario.
 */
import { InputError, printable } from '../../format/errors.ts';
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Operation, Scenario, Session } from '../../model/vocabulary/vocabulary.ts';
import { type Failing, findingOf } from '../compare/finding.ts';
import type { Failure } from '../compare/property.ts';
import type { ExploreOptions } from '../explore/exploration.ts';
import type { ExploreEnd, ExploreReport } from '../explore/report.ts';
import { Budget, type Usage } from '../explore/scope/budget.ts';
import { closeAll, loadPair } from './load.ts';
import { type AnyPair, type Compared, confirmed, lackedAt, lockstepOutside } from './lockstep.ts';
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

/** A path and an operation after it; or several, one after the other, where none of them changes the state of the side that is here. */
type Sent = {
  readonly scenario: Scenario;
  /** Operations of the scope. */
  readonly before: readonly number[];
  readonly tried: readonly number[];
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
  /** Operations of the scope that are tried with others, where they change nothing: those that can be asked at all. */
  readonly #canJoin: ReadonlySet<number>;
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
    const { header, operations } = options.scope;
    const isAsked = (operation: Operation) =>
      pair
        .filter(isOutside)
        .every((one) => lackedAt(one, { ...header, operations: [operation] }) === undefined);
    this.#canJoin = new Set(operations.flatMap((operation, index) => (isAsked(operation) ? [index] : [])));
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
    for (const one of frontier) {
      const own = this.#keyOf(one.session, one.usage);
      const stores: number[] = [];
      const others: number[] = [];
      for (const [index, operation] of this.#options.scope.operations.entries()) {
        if (!this.#budget.allows(one.usage, index)) continue;
        const fork = this.#fork(one.session);
        const isError = fork.apply(operation).some((effect) => 'error' in effect);
        const usage = this.#budget.after(one.usage, index, isError);
        const key = this.#keyOf(fork, usage);
        if (key === own && this.#canJoin.has(index)) {
          (operation.op === 'write' ? stores : others).push(index);
          continue;
        }
        yield* this.#sent(one, [index]);
        if (this.#known.has(key)) continue;
        this.#known.add(key);
        const path = [...one.path, operation];
        next.push({ path, indexes: [...one.indexes, index], session: fork, usage });
      }
      for (const joined of [stores, others]) if (joined.length > 0) yield* this.#sent(one, joined);
    }
  }

  /** These operations after a path, unless another shard sends that. */
  *#sent({ path, indexes: before }: Reached, tried: readonly number[]): IterableIterator<Sent> {
    if (!this.#isOwn()) return;
    const { header, operations: all } = this.#options.scope;
    const operations = [...path, ...tried.map((index) => all[index] as Operation)];
    const scenario: Scenario = { ...header, operations };
    yield { scenario, before, tried, compared: lockstepOutside(this.#pair, scenario) };
  }

  /** Waits for the first that was sent. The report, where that ends the exploration. */
  async #take(sent: Sent[]): Promise<ExploreReport | undefined> {
    const first = sent.shift();
    if (first === undefined) return undefined;
    const { failure, unsupported } = await first.compared;
    if (this.#options.abort?.aborted) return this.#report('interrupted');
    // Which of them it is, or whether only some of them cannot be asked, is seen where each comes right after the path.
    if (first.tried.length > 1 && (failure !== undefined || unsupported !== undefined)) {
      for (const index of first.tried) {
        const ended = await this.#take([...this.#alone(first, index)]);
        if (ended !== undefined) return ended;
      }
      return failure === undefined ? undefined : this.#ended(first, failure);
    }
    const before = this.#transitions;
    if (unsupported === undefined) this.#transitions += first.tried.length;
    else this.#unsupported++;
    if (failure !== undefined) return this.#ended(first, failure);
    return this.#progress(before);
  }

  /** One of the operations that were tried together, right after the path. */
  *#alone({ scenario, before, tried }: Sent, index: number): IterableIterator<Sent> {
    const path = scenario.operations.slice(0, scenario.operations.length - tried.length);
    const operations = [...path, this.#options.scope.operations[index] as Operation];
    const own: Scenario = { ...scenario, operations };
    yield { scenario: own, before, tried: [index], compared: lockstepOutside(this.#pair, own) };
  }

  /** The exploration ends with a difference. */
  async #ended({ scenario, before, tried }: Sent, failure: Failure): Promise<ExploreReport> {
    const [a, b] = this.#pair;
    const length = failure.operation + 1;
    const found = { ...scenario, operations: scenario.operations.slice(0, length) };
    const failing: Failing = {
      scenario: found,
      failure: await confirmed(this.#pair, found, failure),
      originalLength: length,
    };
    const { shorter, isShortest } = await this.#shortest(failing);
    const finding = findingOf(shorter ?? failing, [a.name, b.name], `scope ${this.#options.scope.name}`);
    const path = shorter?.indexes ?? [...before, ...tried].slice(0, length);
    return { ...this.#report('difference'), finding, path, isShortest };
  }

  /** The report, where memory ends the exploration. Looked at for each thousand operations. */
  #progress(before: number): ExploreReport | undefined {
    const { memoryLimit, onProgress } = this.#options;
    if (Math.floor(before / 1000) === Math.floor(this.#transitions / 1000)) return undefined;
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
