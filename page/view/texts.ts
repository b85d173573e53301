/** Short texts of the drawings. */
import { hex } from '../../cli/text/layout.ts';
import { printable } from '../../format/errors.ts';
import { twoTo64 } from '../../model/map/region.ts';

/** A text cut in its middle: names often differ at the end only. */
export function middleCut(text: string, most: number): string {
  const clean = printable(text);
  if (clean.length <= most) return clean;
  const half = Math.max(Math.floor((most - 1) / 2), 1);
  return `${clean.slice(0, most - 1 - half)}…${clean.slice(clean.length - half)}`;
}

/** Longer texts of a scenario's author are cut. */
const longestTitle = 240;

/** What a scenario's author wrote, for one line: a file may have a title of 16 MiB. */
export function titleText(text: string): string {
  return printable(text.length <= longestTitle ? text : `${text.slice(0, longestTitle)}…`);
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `0xff0 bytes`, `1.5 GiB`: how much is folded. */
export function sizeInWords(bytes: bigint): string {
  if (bytes < 0x1000n) return `${hex(bytes)} B`;
  let power = 0;
  let left = Number(bytes);
  while (left >= 1024 && power < units.length - 1) {
    left /= 1024;
    power++;
  }
  const isExact = Number.isInteger(left) && BigInt(left) * 1024n ** BigInt(power) === bytes;
  return `${isExact ? '' : '≈'}${Number(left.toFixed(1))} ${units[power]}`;
}

/** An address beside the axis. */
export function edgeText(edge: bigint): string {
  return edge === twoTo64 ? '2^64' : hex(edge);
}

/** One of eight colours, always the same for a name. */
export function hueOf(name: string): string {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) % 4093;
  return `hue${sum % 8}`;
}
