/**
 * What happened in a scenario, seen from outside: operations and effects are all there is to see, so the coverage points are the
 * same for every dispatcher.
 */
import type {
  Create,
  Effect,
  EventfdChange,
  HostEffect,
  Operation,
  Scenario,
  Write,
  WriteEffect,
} from '../../model/vocabulary/vocabulary.ts';
import { pointsOfStore } from './stores.ts';
import { type CoverageName, coverageNames } from './table.ts';

const coverageIndex: ReadonlyMap<CoverageName, number> = new Map(
  coverageNames.map((name, index) => [name, index]),
);

/** Collects the coverage points of one scenario after the other. */
export class CoverageCounter {
  readonly #counts = new Float64Array(coverageNames.length);
  /** The coverage points of the scenario at hand, as flags. */
  readonly #seen = new Uint8Array(coverageNames.length);
  #registered: EventfdChange[] = [];
  readonly #created = new Map<string, Create>();
  #depth = 0;
  #changedHost = false;
  #foreignTo = '';

  /** A new scenario begins. */
  begin(scenario: Scenario): void {
    this.#registered = [];
    this.#created.clear();
    this.#depth = 0;
    this.#foreignTo = scenario.target === 'big' ? 'little' : 'big';
    if (scenario.target === 'big') this.#mark('target: big endian');
    this.#changedHost = false;
  }

  /** An operation and what it did. */
  readonly observe = (operation: Operation, effects: readonly Effect[]): void => {
    const first = effects[0];
    if (first !== undefined && 'error' in first) {
      this.#mark(`error: ${first.error}`);
      return;
    }
    if (operation.op === 'write') this.#observeWrite(operation, effects as readonly WriteEffect[]);
    else {
      this.#observeChange(operation);
      if (effects.length > 0) this.#observeHost(operation, effects as readonly HostEffect[]);
    }
  };

  /** The coverage points of the scenario so far: indexes in `coverageNames`, ascending. */
  reached(): number[] {
    const reached: number[] = [];
    for (let index = 0; index < this.#seen.length; index++) if (this.#seen[index] === 1) reached.push(index);
    return reached;
  }

  /** The scenario is over: its coverage points count. */
  end(): void {
    for (let index = 0; index < this.#seen.length; index++) {
      if (this.#seen[index] === 0) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      this.#seen[index] = 0;
    }
  }

  /** Scenarios per coverage point, in the order of `coverageNames`. */
  counts(): number[] {
    return [...this.#counts];
  }

  #mark(name: CoverageName): void {
    this.#seen[coverageIndex.get(name) ?? 0] = 1;
  }

  #observeChange(operation: Exclude<Operation, Write>): void {
    switch (operation.op) {
      case 'begin':
        this.#depth++;
        if (this.#depth > 1) this.#mark('transaction: nested');
        return;
      case 'commit':
        this.#depth--;
        return;
      case 'create':
        this.#created.set(operation.region, operation);
        if (operation.kind === 'io' && operation.endianness === this.#foreignTo) {
          this.#mark('device: other byte order than the target');
        }
        return;
      case 'add-eventfd':
        this.#registered.push(operation);
        return;
      case 'del-eventfd': {
        const at = this.#registered.findIndex(
          ({ region, offset, notifier }) =>
            region === operation.region && offset === operation.offset && notifier === operation.notifier,
        );
        if (at >= 0) this.#registered.splice(at, 1);
        return;
      }
      default:
        return;
    }
  }

  #observeHost(operation: Operation, effects: readonly HostEffect[]): void {
    this.#changedHost = true;
    const byRegistration = operation.op === 'add-eventfd' || operation.op === 'del-eventfd';
    let adds = 0;
    let deletions = 0;
    for (const effect of effects) {
      if ('hostAdd' in effect) adds++;
      else if ('hostDel' in effect) deletions++;
      else this.#mark(`host refuses: ${effect.reason}`);
    }
    if (operation.op === 'commit') this.#mark('transaction: changes the host');
    if (adds > 0 && deletions > 0) this.#mark('host: deletions and additions in one commit');
    if (byRegistration && adds > 1) this.#mark('host: one word at two places');
    if (byRegistration || operation.op === 'commit') return;
    if (adds > 0) this.#mark('map change: word becomes visible');
    if (deletions > 0) this.#mark('map change: word hidden');
  }

  #observeWrite(operation: Write, effects: readonly WriteEffect[]): void {
    if ('bytes' in operation) this.#mark('write: bulk');
    else for (const point of pointsOfStore(operation, effects, this.#created)) this.#mark(point);
    if (this.#depth > 0) this.#mark('write: in a transaction');
    let signals = 0;
    let others = 0;
    for (const effect of effects) {
      if ('signal' in effect) {
        signals++;
        this.#observeSignal(effect.signal);
      } else {
        others++;
        if ('callback' in effect)
          this.#observeCallback(operation, effect.callback, effect.offset, effect.size);
        else if ('rejected' in effect) this.#mark('access: rejected');
        else if ('ram' in effect) this.#mark('access: RAM');
        else this.#mark('access: unassigned');
      }
    }
    if (signals > 0) this.#mark('hit');
    if (signals > 0 && this.#changedHost === false) this.#mark('hit: not told to the host');
    if (signals > 1) this.#mark('hit: several in one write');
    if (signals > 0 && others > 0) this.#mark('hit: with a part called back');
  }

  #observeSignal(notifier: string): void {
    for (const { notifier: other, size, data } of this.#registered) {
      if (other !== notifier) continue;
      this.#mark(size === 0 ? 'hit: any size' : data === undefined ? 'hit: any data' : 'hit: data');
    }
  }

  /** A callback at a registered word: why was it not the eventfd? */
  #observeCallback(operation: Write, region: string, offset: bigint, size: number): void {
    this.#mark('callback');
    for (const { region: other, offset: word, size: registered, data } of this.#registered) {
      if (other !== region || word !== offset) continue;
      if (registered === 0) this.#mark('miss: any-size word did not fire');
      else if (registered !== size) this.#mark('miss: size');
      else if (data === undefined) this.#mark('miss: word without data did not fire');
      else if ('data' in operation) this.#mark('miss: data');
    }
  }
}
