/** A copy of an object with all that it refers to, whatever the classes: mutants fork by it. */

import { copyOf } from '../optimized/tables/small-arrays.ts';
import { standardThresholds } from '../optimized/thresholds.ts';

/**
 * What is reached twice is copied once. Functions and frozen objects are shared. Objects get their prototype and their own fields (not
 * `#private` ones); no constructor runs.
 */
export function copyOfGraph<T extends object>(original: T): T {
  return new GraphCopy().of(original);
}

/** What a copy is made from. */
type Begun = { readonly original: object; readonly copy: object };

class GraphCopy {
  readonly #copies = new Map<object, object>();
  /** A list of what is still to be filled, not recursion: graphs may be deeper than the call stack allows. */
  readonly #open: Begun[] = [];

  of<T extends object>(original: T): T {
    const copy = this.#copyOf(original);
    for (let begun = this.#open.pop(); begun !== undefined; begun = this.#open.pop()) this.#fill(begun);
    return copy as T;
  }

  #value(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? this.#copyOf(value) : value;
  }

  #copyOf(original: object): object {
    const known = this.#copies.get(original);
    if (known !== undefined) return known;
    const copy = emptyLike(original);
    this.#copies.set(original, copy);
    if (copy !== original && !ArrayBuffer.isView(copy)) this.#open.push({ original, copy });
    return copy;
  }

  #fill({ original, copy }: Begun): void {
    if (Array.isArray(original)) this.#fillArray(original, copy as unknown[]);
    else if (original instanceof Map) {
      for (const [key, value] of original)
        (copy as Map<unknown, unknown>).set(this.#value(key), this.#value(value));
    } else if (original instanceof Set) {
      for (const value of original) (copy as Set<unknown>).add(this.#value(value));
    } else this.#fillFields(original as Fields, copy as Fields);
  }

  #fillArray(original: readonly unknown[], copy: unknown[]): void {
    for (let at = 0; at < original.length; at++) copy[at] = this.#value(original[at]);
  }

  #fillFields(original: Fields, copy: Fields): void {
    for (const field of Object.keys(original)) copy[field] = this.#value(original[field]);
  }
}

type Fields = Record<string, unknown>;

/** Typed arrays are copied at once, frozen objects are themselves, all else is still to be filled. */
function emptyLike(original: object): object {
  if (original instanceof Int32Array) return copyOf(original, standardThresholds);
  if (original instanceof Uint8Array) return original.slice();
  if (Object.isFrozen(original)) return original;
  if (Array.isArray(original)) return original.slice();
  if (original instanceof Map) return new Map();
  if (original instanceof Set) return new Set();
  return Object.create(Object.getPrototypeOf(original));
}
