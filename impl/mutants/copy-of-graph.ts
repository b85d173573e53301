/** A copy of an object with all that it refers to, whatever the classes: mutants fork by it. */

/**
 * What is reached twice is copied once. Functions and frozen objects are shared. Objects get their prototype and their own fields (not
 * `#private` ones); no constructor runs.
 */
export function copyOfGraph<T extends object>(original: T): T {
  return new GraphCopy().of(original);
}

class GraphCopy {
  readonly #copies = new Map<object, object>();
  /** A list of what is still to be filled, not recursion: graphs may be deeper than the call stack allows. */
  readonly #open: (() => void)[] = [];

  of<T extends object>(original: T): T {
    const copy = this.#value(original);
    for (let fill = this.#open.pop(); fill !== undefined; fill = this.#open.pop()) fill();
    return copy;
  }

  #value<T>(value: T): T {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known as T;
    const copy = this.#begin(value);
    this.#copies.set(value, copy);
    return copy as T & object;
  }

  #begin(original: object): object {
    if (original instanceof Int32Array || original instanceof Uint8Array) return original.slice();
    if (Array.isArray(original)) {
      const copy: unknown[] = new Array(original.length);
      this.#open.push(() => {
        for (let i = 0; i < original.length; i++) copy[i] = this.#value(original[i]);
      });
      return copy;
    }
    if (original instanceof Map) {
      const copy = new Map<unknown, unknown>();
      this.#open.push(() => {
        for (const [key, value] of original) copy.set(this.#value(key), this.#value(value));
      });
      return copy;
    }
    if (original instanceof Set) {
      const copy = new Set<unknown>();
      this.#open.push(() => {
        for (const value of original) copy.add(this.#value(value));
      });
      return copy;
    }
    return this.#beginPlain(original);
  }

  #beginPlain(original: object): object {
    const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(original));
    this.#open.push(() => {
      for (const [field, value] of Object.entries(original)) copy[field] = this.#value(value);
    });
    return copy;
  }
}
