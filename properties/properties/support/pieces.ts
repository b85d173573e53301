/** The pieces of a CPU's store under TCG (clauses T1 to T7), from the store alone. */
import type { Profile, Write } from '../../../model/vocabulary/vocabulary.ts';

export const pageSize = 4096n;

/** Bytes of a write that enter the memory core together. */
export type WrittenPiece = {
  readonly position: number;
  readonly size: number;
  /** Whether it is a piece of a CPU's store under TCG. */
  readonly isByCpu: boolean;
  /** Whether a region gets it as one access, uncut. */
  readonly isWhole: boolean;
};

/** For each page that a write touches, whether it is read as a subpage. */
export type Subpages = readonly boolean[];

const noPages: readonly Subpages[] = [[]];
const onePage: readonly Subpages[] = [[false], [true]];
const twoPages: readonly Subpages[] = [
  [false, false],
  [true, true],
  [false, true],
  [true, false],
];

/** The ways in which a write may have entered the memory core. */
export function waysOf(write: Write, profile: Profile): readonly Subpages[] {
  if (!isPieced(write, profile) || write.space === 'io') return noPages;
  return inFirstPage(write) < sizeOf(write) ? twoPages : onePage;
}

/** The pieces of a write, given which of its pages are subpages. */
export function piecesOf(write: Write, profile: Profile, subpages: Subpages): readonly WrittenPiece[] {
  const length = sizeOf(write);
  if (!isPieced(write, profile)) return [{ position: 0, size: length, isByCpu: false, isWhole: false }];
  if (write.space === 'io') return [{ position: 0, size: length, isByCpu: true, isWhole: true }];
  const pieces: WrittenPiece[] = [];
  const first = inFirstPage(write);
  for (let position = 0; position < length; ) {
    const end = position < first ? Math.min(first, length) : length;
    const size = pieceSize(write, profile, position, end - position);
    const isWhole = !(subpages[position < first ? 0 : 1] ?? false);
    pieces.push({ position, size, isByCpu: true, isWhole });
    position += size;
  }
  return pieces;
}

function isPieced(write: Write, profile: Profile): boolean {
  return 'size' in write && (profile === 'tcg' || profile === 'tcg-7.2');
}

function sizeOf(write: Write): number {
  return 'size' in write ? write.size : write.bytes.length / 2;
}

/** Bytes from a write's address to the end of its page. */
function inFirstPage({ address }: Write): number {
  return Number(pageSize - (address % pageSize));
}

/** 7.2: all of an aligned store, else a byte. Later: the longest of 8, 4, 2, 1 that divides both the address and what is left. */
function pieceSize(write: Write, profile: Profile, position: number, left: number): number {
  const size = sizeOf(write);
  if (profile === 'tcg-7.2') return write.address % BigInt(size) === 0n ? size : 1;
  const address = write.address + BigInt(position);
  return [8, 4, 2].find((longest) => left % longest === 0 && address % BigInt(longest) === 0n) ?? 1;
}
