/** Where a space is rendered from. */

import type { Decisions } from '../../../model/vocabulary/decisions.ts';
import type { Region } from './region.ts';

/** A region, and the address of its offset 0. The region is undefined where nothing is to be seen. */
export type ViewRoot = { readonly region: Region | undefined; readonly base: bigint };

/**
 * Decision `root`: the space's own root, or QEMU's choice, which goes down to an only child; rendering then adds that
 * child's own offset in its container (M6).
 */
export function viewRootOf(decisions: Decisions, root: Region): ViewRoot {
  return decisions.root === 'own' ? { region: root, base: 0n } : builtViewRoot(root);
}

/** The root as QEMU builds the view: `memory_region_get_flatview_root`, `generate_memory_topology`. */
export function builtViewRoot(root: Region): ViewRoot {
  const region = flatViewRoot(root);
  return { region, base: region?.address ?? 0n };
}

function flatViewRoot(root: Region): Region | undefined {
  let region = root;
  while (region.enabled) {
    const target = region.target;
    if (target !== undefined) {
      if (region.targetOffset !== 0n || region.size < target.size) return region;
      region = target;
      continue;
    }
    if (region.terminates) return region;
    const children = region.enabledChildren;
    if (children.size === 0) return undefined;
    if (children.size > 1) return region;
    const [only] = children;
    if (only === undefined || only.address !== 0n || region.size < only.size) return region;
    region = only;
  }
  return undefined;
}
