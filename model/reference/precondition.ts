/** The preconditions of the calls, in the order of the scenario format: what QEMU asserts, or leaves to its caller. */

import { indexToDelete, ioeventfdOf } from '../ioeventfd/region-list.ts';
import { isRoot, reaches, regionOf, twoTo64 } from '../map/region.ts';
import type { ErrorCode, Operation } from '../vocabulary/vocabulary.ts';
import type { State } from './state.ts';

/** The first precondition that the operation breaches, if any. */
export function breach(state: State, operation: Operation): ErrorCode | undefined {
  const { regions } = state;
  const exists = (id: string) => regions.has(id);
  switch (operation.op) {
    case 'create':
      if (exists(operation.region)) return 'exists';
      return operation.kind === 'alias' && !exists(operation.target) ? 'unknown' : undefined;
    case 'map': {
      const { region, container } = operation;
      if (!exists(region) || !exists(container)) return 'unknown';
      if (isRoot(region) || regionOf(regions, container).kind === 'alias') return 'kind';
      if (regionOf(regions, region).container !== undefined) return 'mapped';
      return reaches(regions, region, container) ? 'cycle' : undefined;
    }
    case 'unmap':
      if (!exists(operation.region)) return 'unknown';
      if (isRoot(operation.region)) return 'kind';
      return regionOf(regions, operation.region).container === undefined ? 'unmapped' : undefined;
    case 'enable':
    case 'disable':
    case 'move':
      return exists(operation.region) ? undefined : 'unknown';
    case 'resize': {
      const region = regions.get(operation.region);
      if (region === undefined) return 'unknown';
      return region.kind === 'ram' && operation.size > region.createdSize ? 'size' : undefined;
    }
    case 'retarget':
      if (!exists(operation.region)) return 'unknown';
      return regionOf(regions, operation.region).kind === 'alias' ? undefined : 'kind';
    case 'add-eventfd':
    case 'del-eventfd': {
      const region = regions.get(operation.region);
      if (region === undefined) return 'unknown';
      if (region.kind !== 'io') return 'kind';
      if (operation.size === 0 && operation.data !== undefined) return 'match';
      if (operation.offset + BigInt(operation.size) > twoTo64) return 'match';
      if (operation.op === 'add-eventfd') return undefined;
      const deleted = ioeventfdOf(operation, region, state.target, state.notifiers, state.decisions);
      return indexToDelete(region.eventfds, deleted, state.decisions) < 0 ? 'absent' : undefined;
    }
    case 'commit':
      return state.depth === 0 ? 'depth' : undefined;
    case 'begin':
    case 'write':
      return undefined;
  }
}
