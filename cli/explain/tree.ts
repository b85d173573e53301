/** The tree of regions in a space, as QEMU's `info mtree` would list it: topmost first, what they hold indented. */
import { type Region, type Regions, regionOf } from '../../model/map/region.ts';
import type { Space } from '../../model/vocabulary/vocabulary.ts';
import { hex, pageWidth, shortened, table, wrapped } from '../text/layout.ts';
import { limitsText, sizeText } from '../text/operation.ts';

/** More regions than this are not listed. */
const maximumRegions = 200;

/** The tree below a root; a container that an alias shows is listed where the alias is. */
export function renderTree(regions: Regions, space: Space): string[] {
  const rows: string[][] = [];
  addRows(regions, regionOf(regions, space), '', rows, new Set());
  const listed = rows.slice(0, maximumRegions);
  const left = rows.length - listed.length;
  return [
    `  space ${space}, topmost first`,
    ...table(listed, '    ', [1]).flatMap((line) => wrapped(line, pageWidth, '        ')),
    ...(left > 0 ? [`    ... and ${left} more regions, not listed`] : []),
  ];
}

function addRows(
  regions: Regions,
  parent: Region,
  indent: string,
  rows: string[][],
  shown: Set<string>,
): void {
  for (const id of parent.subregions) {
    const region = regionOf(regions, id);
    const name = indent + shortened(id, 40);
    rows.push([name, `at ${hex(region.address)}`, `priority ${region.priority}`, kindText(region)]);
    addRows(regions, region, `${indent}  `, rows, shown);
    addTarget(regions, region, indent, rows, shown);
  }
}

/** What an alias shows, where that is mapped nowhere and so listed nowhere else; once. */
function addTarget(
  regions: Regions,
  alias: Region,
  indent: string,
  rows: string[][],
  shown: Set<string>,
): void {
  if (alias.target === undefined || shown.has(alias.target)) return;
  const target = regionOf(regions, alias.target);
  if (target.container !== undefined || target.id === 'memory' || target.id === 'io') return;
  shown.add(target.id);
  rows.push([`${indent}  = ${shortened(target.id, 40)}`, '', 'not mapped', kindText(target)]);
  addRows(regions, target, `${indent}    `, rows, shown);
  addTarget(regions, target, `${indent}  `, rows, shown);
}

/** Kind, size and what is not usual: `io, 0x20 bytes, big-endian, valid 1..8, disabled`. */
export function kindText(region: Region): string {
  const { kind, size, target, targetOffset, endianness, valid, impl, enabled } = region;
  const shows = target === undefined ? '' : ` of ${shortened(target, 32)} from ${hex(targetOffset)}`;
  const order = endianness === 'native' ? '' : `, ${endianness}-endian`;
  const limits = limitsText('valid', valid) + limitsText('impl', impl);
  return `${kind}${shows}, ${sizeText(size)}${order}${limits}${enabled ? '' : ', disabled'}`;
}
