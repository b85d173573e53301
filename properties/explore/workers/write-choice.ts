/** Which writes are tried, and in which order. Each call overwrites what the one before of the same method returned. */
import { differenceOf } from '../../compare/compare.ts';
import { type LiveState, noEffects, type WriteEffects } from '../sides/side.ts';

/** How many writes are tried after a change that changes none of their effects; after each change another, in turn. */
const unaffectedAfterChange = 1;

export class WriteChoice {
  /** In the scope's order. */
  readonly forward: readonly number[];
  readonly backward: readonly number[];
  readonly #rotated: number[] = [];
  readonly #chosen: number[] = [];

  constructor(writes: readonly number[]) {
    this.forward = writes;
    this.backward = writes.toReversed();
  }

  /** All writes, from another one on for each seed. */
  from(seed: number): readonly number[] {
    const { forward } = this;
    const rotated = this.#rotated;
    rotated.length = 0;
    const start = forward.length === 0 ? 0 : (seed >>> 0) % forward.length;
    for (let at = 0; at < forward.length; at++)
      rotated.push(forward[(start + at) % forward.length] as number);
    return rotated;
  }

  /**
   * Those to be tried after a change: all whose effects it changes, and one other; there and back, so that each is made a second
   * time. The seed says which comes first, and which the other is. Where the effects are not known before they are tried,
   * all. `after`: A's state.
   */
  afterChange(before: LiveState, after: LiveState | undefined, seed: number): readonly number[] {
    const known = before.knownWrites();
    const knownAfter = after?.knownWrites();
    const chosen = this.#chosen;
    chosen.length = 0;
    if (after === undefined || known === undefined || knownAfter === undefined) {
      for (const write of this.from(seed)) chosen.push(write);
    } else {
      if (known !== knownAfter) this.#addAffected(known, knownAfter, after, seed >>> 0);
      this.#addOthers(seed >>> 0);
    }
    for (let at = chosen.length - 1; at >= 0; at--) chosen.push(chosen[at] as number);
    return chosen;
  }

  #addAffected(known: WriteEffects, knownAfter: WriteEffects, after: LiveState, seed: number): void {
    const chosen = this.#chosen;
    for (const write of this.forward) {
      const effects = knownAfter[write] ?? after.probe(write);
      if (differenceOf(known[write] ?? noEffects, effects) >= 0) chosen.push(write);
    }
    for (let turns = chosen.length === 0 ? 0 : seed % chosen.length; turns > 0; turns--) {
      chosen.push(chosen.shift() as number);
    }
  }

  #addOthers(seed: number): void {
    const { forward } = this;
    const chosen = this.#chosen;
    const affected = chosen.length;
    const count = Math.min(unaffectedAfterChange, forward.length);
    for (let at = 0; at < count; at++) {
      const write = forward[(seed + at) % forward.length] as number;
      if (chosen.indexOf(write) < 0 || chosen.indexOf(write) >= affected) chosen.push(write);
    }
  }
}
