/**
 * What a generator remembers of the scenario that it is writing: enough to aim at what is there. It is a guess, not a
 * check: operations that do nothing or breach a precondition are wanted, too.
 */
import type { Create, EventfdChange, Operation, Space, Write } from '../../model/vocabulary/vocabulary.ts';
import type { Chooser } from './chooser.ts';
import { pick } from './pools.ts';

export type SketchedRegion = {
  readonly id: string;
  readonly kind: 'io' | 'ram' | 'container' | 'alias';
  size: bigint;
  enabled: boolean;
  /** Whether one access can be 8 bytes long (`valid.max`). */
  readonly wide: boolean;
  /** Whether its byte order is not the target's. */
  readonly foreign: boolean;
  readonly target: SketchedRegion | Space | undefined;
  targetOffset: bigint;
  /** Where it is mapped, if it is. */
  container: SketchedRegion | Space | undefined;
  offset: bigint;
};

/** A word of a region, as it was registered. */
export type RegisteredWord = { readonly region: SketchedRegion; readonly change: EventfdChange };

type RegionChange = Exclude<Operation, { op: 'create' | 'write' | 'begin' | 'commit' }>;

export class Sketch {
  readonly regions: SketchedRegion[] = [];
  /** What was registered and not deleted. */
  readonly eventfds: RegisteredWord[] = [];
  /** What was deleted last: it may come back. */
  deleted: RegisteredWord | undefined;
  depth = 0;
  /** The last writes, at most four of them: one may be made again. */
  readonly writes: Write[] = [];

  /** What is remembered of operations that somebody else wrote. */
  static of(operations: readonly Operation[]): Sketch {
    const sketch = new Sketch();
    for (const operation of operations) sketch.#note(operation);
    return sketch;
  }

  #note(operation: Operation): void {
    switch (operation.op) {
      case 'create':
        this.#noteCreate(operation);
        return;
      case 'write':
        this.writes.push(operation);
        if (this.writes.length > 4) this.writes.shift();
        return;
      case 'begin':
        this.depth++;
        return;
      case 'commit':
        this.depth = Math.max(0, this.depth - 1);
        return;
      default: {
        const region = this.#named(operation.region);
        if (region !== undefined) this.#noteChange(region, operation);
      }
    }
  }

  #noteCreate(create: Create): void {
    if (this.#named(create.region) !== undefined) return;
    const { region: id, kind, size } = create;
    const isSpace = create.kind === 'alias' && (create.target === 'memory' || create.target === 'io');
    this.regions.push({
      id,
      kind,
      size,
      enabled: true,
      wide: create.kind === 'io' && create.valid?.max === 8,
      foreign: create.kind === 'io' && create.endianness === 'big',
      target:
        create.kind !== 'alias' ? undefined : isSpace ? (create.target as Space) : this.#named(create.target),
      targetOffset: create.kind === 'alias' ? (create.targetOffset ?? 0n) : 0n,
      container: undefined,
      offset: 0n,
    });
  }

  #noteChange(region: SketchedRegion, operation: RegionChange): void {
    switch (operation.op) {
      case 'map': {
        const { container, offset } = operation;
        region.container = container === 'memory' || container === 'io' ? container : this.#named(container);
        region.offset = offset;
        return;
      }
      case 'unmap':
        region.container = undefined;
        return;
      case 'enable':
      case 'disable':
        region.enabled = operation.op === 'enable';
        return;
      case 'move':
        region.offset = operation.offset;
        return;
      case 'resize':
        region.size = operation.size;
        return;
      case 'retarget':
        region.targetOffset = operation.targetOffset;
        return;
      case 'add-eventfd':
        this.eventfds.push({ region, change: operation });
        return;
      case 'del-eventfd':
        this.deleted = { region, change: { ...operation, op: 'add-eventfd' } };
    }
  }

  #named(id: string): SketchedRegion | undefined {
    return this.regions.find((region) => region.id === id);
  }

  /** An address at which byte `offset` of a region may be seen: up through containers and aliases, at random where there is a choice. */
  addressOf(
    chooser: Chooser,
    region: SketchedRegion,
    offset: bigint,
  ): { space: Space; address: bigint } | undefined {
    let at = region;
    let address = offset;
    for (let height = 0; height < 6; height++) {
      const windows = this.regions.filter((other) => other.target === at);
      const ways = windows.length + (at.container === undefined ? 0 : 1);
      if (ways === 0) return undefined;
      const way = chooser.below(ways);
      const window = windows[way];
      if (window !== undefined) {
        address -= window.targetOffset;
        at = window;
        continue;
      }
      address += at.offset;
      if (at.container === 'memory' || at.container === 'io') {
        return { space: at.container, address: BigInt.asUintN(64, address) };
      }
      if (at.container === undefined) return undefined;
      at = at.container;
    }
    return undefined;
  }

  /** Any region, or undefined when there is none. */
  anyRegion(chooser: Chooser): SketchedRegion | undefined {
    return this.regions.length === 0 ? undefined : pick(chooser, this.regions);
  }

  /** A region for which `is` holds, if one is found in a few tries. */
  regionThat(chooser: Chooser, is: (region: SketchedRegion) => boolean): SketchedRegion | undefined {
    for (let attempt = 0; attempt < 4; attempt++) {
      const region = this.anyRegion(chooser);
      if (region !== undefined && is(region)) return region;
    }
    return undefined;
  }

  /** Whether `region` shows or holds `sought`, as far as the sketch knows. */
  reaches(region: SketchedRegion, sought: SketchedRegion): boolean {
    if (region === sought || region.target === sought) return true;
    if (typeof region.target === 'object' && this.reaches(region.target, sought)) return true;
    return this.regions.some((other) => other.container === region && this.reaches(other, sought));
  }
}
