/** What a page of `memory` is to who translates whole pages: a CPU under TCG, and the kernel. */
import type { Decisions } from '../vocabulary/decisions.ts';
import { flatView } from './flat-view.ts';
import type { Regions } from './region.ts';

/** Size of a page in bytes: of the host, and of the target (x86: `TARGET_PAGE_SIZE`). */
export const pageSize = 4096n;

/**
 * What a page shows (`flatview_add_to_dispatch`; clauses T3 to T6, K9):
 * - `RAM page`, `region page`: one range covers it, of RAM or of an `io` region.
 * - `unassigned page`: nothing.
 * - `subpage`: anything else, such as a region that covers a part of it.
 */
export type PageKind = 'RAM page' | 'region page' | 'unassigned page' | 'subpage';

/** The first address of the page that an address is in. */
export function pageOf(address: bigint): bigint {
  return address - (address % pageSize);
}

/** What the page that an address of `memory` is in shows. */
export function pageAt(regions: Regions, decisions: Decisions, address: bigint): PageKind {
  const page = pageOf(address);
  const view = flatView(regions, 'memory', decisions, page, page + pageSize);
  const first = view[0];
  if (first === undefined) return 'unassigned page';
  if (view.length > 1 || first.start > page || first.end < page + pageSize) return 'subpage';
  return first.region.kind === 'ram' ? 'RAM page' : 'region page';
}
