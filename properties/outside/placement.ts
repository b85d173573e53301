/** Where regions are mapped, as far as it matters to a dispatcher that knows no overlap: none may lie over another. */
import type { Operation } from '../../model/vocabulary/vocabulary.ts';

type Placed = { size: bigint; container: string | undefined; offset: bigint; readonly isPlain: boolean };

const isRoot = (name: string) => name === 'memory' || name === 'io';

export class Placement {
  readonly #regions = new Map<string, Placed>();

  /** Whether two regions would lie over each other after an operation. Disabled ones count: they may come back. */
  wouldOverlap(operation: Operation): boolean {
    switch (operation.op) {
      case 'map': {
        const { region, container, offset } = operation;
        const holder = this.#regions.get(container);
        // A region inside of a device or of RAM lies over it.
        if (!isRoot(container) && holder?.isPlain === false) return true;
        return this.#overlaps(region, container, offset, this.#regions.get(region)?.size);
      }
      case 'move': {
        const { region, offset } = operation;
        const known = this.#regions.get(region);
        return known?.container !== undefined && this.#overlaps(region, known.container, offset, known.size);
      }
      case 'resize': {
        const { region, size } = operation;
        const known = this.#regions.get(region);
        return known?.container !== undefined && this.#overlaps(region, known.container, known.offset, size);
      }
      default:
        return false;
    }
  }

  /** An operation was kept. */
  note(operation: Operation): void {
    switch (operation.op) {
      case 'create': {
        const { region, kind, size } = operation;
        if (this.#regions.has(region)) return;
        const isPlain = kind === 'container';
        this.#regions.set(region, { size, container: undefined, offset: 0n, isPlain });
        return;
      }
      case 'map': {
        const known = this.#regions.get(operation.region);
        if (known === undefined || known.container !== undefined) return;
        known.container = operation.container;
        known.offset = operation.offset;
        return;
      }
      case 'unmap': {
        const known = this.#regions.get(operation.region);
        if (known !== undefined) known.container = undefined;
        return;
      }
      case 'move': {
        const known = this.#regions.get(operation.region);
        if (known !== undefined) known.offset = operation.offset;
        return;
      }
      case 'resize': {
        const known = this.#regions.get(operation.region);
        if (known !== undefined) known.size = operation.size;
        return;
      }
      default:
        return;
    }
  }

  #overlaps(region: string, container: string, offset: bigint, size: bigint | undefined): boolean {
    if (size === undefined) return false;
    for (const [name, other] of this.#regions) {
      if (name === region || other.container !== container) continue;
      if (offset < other.offset + other.size && other.offset < offset + size) return true;
    }
    return false;
  }
}
