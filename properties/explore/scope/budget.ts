/** Keeps to a scope's bounds: what is in use after a scenario, and which operations may follow it. */
import type { Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { Bounds, Scope } from './scope.ts';

/**
 * How much is in use. The model's state determines it under every profile, so it adds no states: each deletion that
 * succeeds removes one ioeventfd at the offset that it names, whichever that is.
 */
export type Usage = {
  readonly depth: number;
  /** Notifiers named so far, a bit each. */
  readonly named: number;
  readonly registrations: number;
  /** Registrations by place. `Budget` numbers the places, each a region and an offset. */
  readonly at: Uint8Array;
  /** A hash of the above. */
  readonly hash: number;
};

/** What an operation needs and uses. */
type Rule = {
  readonly kind: 'free' | 'begin' | 'commit' | 'add' | 'delete';
  readonly place: number;
  /** The notifier's number, or -1. */
  readonly notifier: number;
};

const free: Rule = { kind: 'free', place: -1, notifier: -1 };

/** The bounds of a scope, applied to its operations. Operations are indexes into the scope's list. */
export class Budget {
  readonly #rules: readonly Rule[];
  readonly #bounds: Bounds;
  /** By notifier: the bit of the one that must have been named before, or 0. */
  readonly #before: readonly number[];
  readonly #places: number;

  /**
   * With `symmetry`, notifiers that take part in the same operations are named in the order of `notifiers` only. Every
   * other scenario is one of these with its notifiers renamed: their order is that of naming, not of the names.
   */
  constructor({ operations, bounds, notifiers }: Scope, symmetry: boolean) {
    const places = new Map<string, number>();
    this.#rules = operations.map((operation) => ruleOf(operation, places, notifiers));
    this.#bounds = bounds;
    this.#before = symmetry ? predecessors(operations, notifiers) : notifiers.map(() => 0);
    this.#places = places.size;
  }

  start(): Usage {
    return { depth: 0, named: 0, registrations: 0, at: new Uint8Array(this.#places), hash: 0 };
  }

  /** Whether a scenario of the scope may continue with this operation. */
  allows(usage: Usage, operation: number): boolean {
    const { kind, place, notifier } = this.#rules[operation] as Rule;
    switch (kind) {
      case 'free':
      case 'commit':
        return true;
      case 'begin':
        return usage.depth < this.#bounds.nesting;
      case 'delete':
        return this.#mayName(usage, notifier);
      case 'add':
        return (
          usage.registrations < this.#bounds.registrations &&
          (usage.at[place] ?? 0) < this.#bounds.atOneOffset &&
          this.#mayName(usage, notifier)
        );
    }
  }

  /** The usage after an operation. `failed`: the operation was an error. */
  after(usage: Usage, operation: number, failed: boolean): Usage {
    const { kind, place, notifier } = this.#rules[operation] as Rule;
    const named = notifier < 0 ? usage.named : usage.named | (1 << notifier);
    if (kind === 'free' || (failed && named === usage.named)) return usage;
    const naming = Math.imul(named - usage.named, 0x2545f491);
    if (failed) return { ...usage, named, hash: (usage.hash + naming) | 0 };
    const change = kind === 'add' || kind === 'begin' ? 1 : -1;
    if (place < 0) {
      const hash = (usage.hash + change * 0x1b873593) | 0;
      return { ...usage, depth: usage.depth + change, hash };
    }
    const at = usage.at.slice();
    at[place] = (at[place] ?? 0) + change;
    const hash = usage.hash + naming + change * Math.imul(2 * place + 1, 0x9e3779b1);
    return { ...usage, named, registrations: usage.registrations + change, at, hash: hash | 0 };
  }

  #mayName(usage: Usage, notifier: number): boolean {
    const before = this.#before[notifier] ?? 0;
    return (usage.named & before) === before;
  }
}

function ruleOf(operation: Operation, places: Map<string, number>, notifiers: readonly string[]): Rule {
  const { op } = operation;
  if (op === 'begin' || op === 'commit') return { kind: op, place: -1, notifier: -1 };
  if (op !== 'add-eventfd' && op !== 'del-eventfd') return free;
  const name = `${operation.region} ${operation.offset}`;
  const place = places.get(name) ?? places.size;
  places.set(name, place);
  const kind = op === 'add-eventfd' ? 'add' : 'delete';
  return { kind, place, notifier: notifiers.indexOf(operation.notifier) };
}

/** For each notifier, the bit of the last one before it that takes part in the same operations, or 0. */
function predecessors(operations: readonly Operation[], notifiers: readonly string[]): number[] {
  const parts = notifiers.map((notifier) =>
    JSON.stringify(
      operations
        .filter((operation) => 'notifier' in operation && operation.notifier === notifier)
        .map((operation) => ({ ...operation, notifier: '' }))
        .map((operation) => Object.values(operation).join())
        .sort(),
    ),
  );
  return parts.map((part, i) => {
    const before = parts.lastIndexOf(part, i - 1);
    return i === 0 || before < 0 ? 0 : 1 << before;
  });
}
