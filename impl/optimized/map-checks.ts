/** What is checked of a map: the words that it is given, and its invariants. */

import type { ErrorCode } from '../../model/vocabulary/vocabulary.ts';
import { KernelHost } from './host/host.ts';
import type { Region } from './map/region.ts';
import type { MemoryMap } from './memory-map.ts';
import { spaceEnd } from './tables/wide.ts';

/** The preconditions `kind` and `match` of a registration. */
export function checkIoeventfd(
  region: Region,
  offset: bigint,
  size: number,
  data: bigint | undefined,
): ErrorCode | undefined {
  if (region.kind !== 'io') return 'kind';
  if (size === 0 && data !== undefined) return 'match';
  return offset + BigInt(size) > spaceEnd ? 'match' : undefined;
}

/** Asserts the invariants of every structure of a map. */
export function validateMap(map: MemoryMap): void {
  map.store.validate();
  for (const shown of map.shown) {
    shown.validate();
    if (map.depth === 0) shown.validateRendered();
  }
  if (map.host instanceof KernelHost) for (const bus of map.host.buses) bus.validate();
  for (const region of map.regions) {
    region.children.validate();
    for (const child of region.children.all()) {
      if (child.container !== region) throw new Error(`${child.name} is indexed in the wrong container`);
      if (region.enabledChildren.has(child) !== child.enabled) throw new Error(`${child.name}: enabled?`);
    }
  }
}
