/** Which registrations may be in force, told from the calls that succeeded. */
import type { EventfdChange, Operation, Profile } from '../../../model/vocabulary/vocabulary.ts';

/**
 * The registrations that may fire now. Under `contract` a deletion takes one away at the end of the outermost
 * transaction; elsewhere, where size 0 can make it take another one (R2), nothing is ever taken away: a bound from above.
 */
export class Registered {
  readonly #exact: boolean;
  #all: EventfdChange[] = [];
  #leaving: EventfdChange[] = [];

  constructor(profile: Profile) {
    this.#exact = profile === 'contract';
  }

  /** Notes an operation that succeeded; `depth` transactions are open after it. */
  note(operation: Operation, depth: number): void {
    if (operation.op === 'add-eventfd') this.#all.push(operation);
    if (operation.op === 'del-eventfd' && this.#exact) this.#leaving.push(operation);
    if (depth > 0) return;
    for (const gone of this.#leaving) {
      const at = this.#all.findIndex((other) => isSame(other, gone));
      if (at >= 0) this.#all.splice(at, 1);
    }
    this.#leaving = [];
  }

  some(accepts: (registration: EventfdChange) => boolean): boolean {
    return this.#all.some(accepts);
  }

  get all(): readonly EventfdChange[] {
    return this.#all;
  }
}

function isSame(a: EventfdChange, b: EventfdChange): boolean {
  return (
    a.region === b.region &&
    a.offset === b.offset &&
    a.size === b.size &&
    a.data === b.data &&
    a.notifier === b.notifier
  );
}
