/**
 * Bounds for scenarios from any source. Aliases of containers that hold aliases multiply: forty levels of two show a
 * region 2^40 times, and QEMU itself would render them until it runs out of memory. What is beyond these bounds is
 * refused in one line, before any work begins.
 */

import type { Operation, Scenario } from '../model/vocabulary/vocabulary.ts';
import { InputError, printable } from './errors.ts';

/** How many places regions may be shown at in all; containers and aliases on the path count. */
export const mostPlaces = 20_000;

/** How deep containers and aliases may be nested. */
export const deepestNesting = 500;

/**
 * Does nothing for a scenario that keeps within the bounds.
 *
 * @param source where the scenario comes from, for the message
 * @throws InputError in one line that names the operation
 */
export function requireBounds({ operations }: Scenario, source: string): void {
  const shape = new Shape(source);
  for (const [index, operation] of operations.entries()) shape.follow(operation, index);
}

/** What shows what. Follows an operation before it is interpreted, and takes only those that will be. */
class Shape {
  readonly #source: string;
  readonly #shown = new Map<string, Set<string>>([
    ['memory', new Set()],
    ['io', new Set()],
  ]);
  readonly #containers = new Map<string, string>();
  readonly #aliases = new Set<string>();

  constructor(source: string) {
    this.#source = source;
  }

  follow(operation: Operation, index: number): void {
    switch (operation.op) {
      case 'create': {
        const { region } = operation;
        const target = operation.kind === 'alias' ? operation.target : undefined;
        if (this.#shown.has(region) || (target !== undefined && !this.#shown.has(target))) return;
        this.#shown.set(region, new Set(target === undefined ? [] : [target]));
        if (target !== undefined) this.#aliases.add(region);
        return;
      }
      case 'map': {
        const { region, container } = operation;
        const inside = this.#shown.get(container);
        const isLegal =
          this.#shown.has(region) && !this.#aliases.has(container) && !this.#containers.has(region);
        if (inside === undefined || !isLegal || region === 'memory' || region === 'io') return;
        inside.add(region);
        if (this.#isWithinBounds(region, container, index)) this.#containers.set(region, container);
        else inside.delete(region);
        return;
      }
      case 'unmap': {
        const container = this.#containers.get(operation.region);
        if (container === undefined) return;
        this.#containers.delete(operation.region);
        this.#shown.get(container)?.delete(operation.region);
        return;
      }
      default:
        return;
    }
  }

  /** Measures the map that this makes; false if a region would show itself, which is an error of the scenario and not of its size. */
  #isWithinBounds(region: string, container: string, index: number): boolean {
    const isRoot = container === 'memory' || container === 'io';
    // One more device in a space: the usual case needs no measuring.
    if (isRoot && this.#shown.get(region)?.size === 0) return true;
    let top = container;
    for (let outer = this.#containers.get(top); outer !== undefined; outer = this.#containers.get(top))
      top = outer;
    return [top, 'memory', 'io'].every((start) => this.#measure(start, index));
  }

  /** Measures what `start` shows; false if it shows itself. */
  #measure(start: string, index: number): boolean {
    const places = new Map<string, { readonly count: number; readonly depth: number }>();
    const path: { readonly id: string; readonly rest: Iterator<string>; count: number; depth: number }[] = [];
    const open = new Set<string>();
    const enter = (id: string) => {
      open.add(id);
      path.push({ id, rest: (this.#shown.get(id) ?? new Set<string>()).values(), count: 1, depth: 1 });
    };
    enter(start);
    for (;;) {
      const top = path.at(-1);
      if (top === undefined) return true;
      const next = top.rest.next();
      if (next.done === true) {
        path.pop();
        open.delete(top.id);
        places.set(top.id, top);
        this.#add(path.at(-1), top, index);
        continue;
      }
      if (open.has(next.value)) return false;
      const known = places.get(next.value);
      if (known === undefined) enter(next.value);
      else this.#add(top, known, index);
    }
  }

  #add(sum: Measure | undefined, part: Readonly<Measure>, index: number): void {
    if (sum === undefined) return;
    sum.count += part.count;
    sum.depth = Math.max(sum.depth, part.depth + 1);
    const place = `${printable(this.#source)}: operations[${index}]`;
    if (sum.count > mostPlaces) {
      throw new InputError(`${place}: the map would show regions at more than ${mostPlaces} places`);
    }
    if (sum.depth > deepestNesting) {
      throw new InputError(`${place}: regions would be nested more than ${deepestNesting} deep`);
    }
  }
}

type Measure = { count: number; depth: number };
