/** The coverage points, with the clauses that they show and the minimum of scenarios that each must reach per profile. */
import type { ClauseId } from '../../model/clauses/catalogue.ts';
import {
  type ErrorCode,
  errorCodes,
  type Profile,
  type RefusalReason,
} from '../../model/vocabulary/vocabulary.ts';

/** What is seen of a store by a CPU; see stores.ts. */
export type StoreName =
  | 'store: unaligned'
  | 'store: unaligned, to RAM'
  | 'store: across a page'
  | 'store: 8 bytes, one access'
  | 'store: 8 bytes, unassigned'
  | 'store: aligned, cut in a subpage'
  | 'store: refused for its later bytes'
  | 'store: rejected, its offset not aligned'
  | 'store: rejected, wider than valid.max'
  | 'store: rejected, narrower than valid.min'
  | 'port: rejected';

type PlainName =
  | StoreName
  | 'hit'
  | 'hit: any size'
  | 'hit: any data'
  | 'hit: data'
  | 'hit: several in one write'
  | 'hit: with a part called back'
  | 'hit: not told to the host'
  | 'callback'
  | 'miss: size'
  | 'miss: data'
  | 'miss: any-size word did not fire'
  | 'miss: word without data did not fire'
  | 'access: rejected'
  | 'access: RAM'
  | 'access: unassigned'
  | 'write: bulk'
  | 'write: in a transaction'
  | 'transaction: nested'
  | 'transaction: changes the host'
  | 'map change: word hidden'
  | 'map change: word becomes visible'
  | 'host: one word at two places'
  | 'host: deletions and additions in one commit'
  | 'target: big endian'
  | 'device: other byte order than the target';

export type CoverageName = PlainName | `host refuses: ${RefusalReason}` | `error: ${ErrorCode}`;

/** Least shares, in percent of the scenarios of a profile. */
export type Minimum = Readonly<Record<Profile, number>>;

const minimum = (contract: number, tcg: number, kvm: number): Minimum => ({
  contract,
  tcg,
  'tcg-7.2': tcg,
  kvm,
});
const even = (percent: number): Minimum => minimum(percent, percent, percent);

type CoveragePoint = { readonly clauses: readonly ClauseId[]; readonly minimum: Minimum };

const plain: Readonly<Record<PlainName, CoveragePoint>> = {
  hit: { clauses: ['D1', 'D2'], minimum: minimum(25, 30, 28) },
  'hit: any size': { clauses: ['D1', 'R1'], minimum: minimum(6, 8, 6) },
  'hit: any data': { clauses: ['D1'], minimum: minimum(9, 12, 10) },
  'hit: data': { clauses: ['D1', 'R3'], minimum: minimum(13, 16, 15) },
  'hit: several in one write': { clauses: ['S1', 'D2'], minimum: minimum(0.2, 0.3, 0) },
  'hit: with a part called back': { clauses: ['S1', 'D3'], minimum: minimum(8, 11, 0.8) },
  'hit: not told to the host': { clauses: ['R1'], minimum: minimum(0, 0.2, 0) },
  callback: { clauses: ['D3', 'S5', 'S6'], minimum: even(40) },
  'miss: size': { clauses: ['D1', 'D3'], minimum: minimum(14, 13, 13) },
  'miss: data': { clauses: ['D1', 'D3'], minimum: minimum(6, 4, 7) },
  'miss: any-size word did not fire': { clauses: ['F1'], minimum: minimum(1.5, 0.2, 3.5) },
  'miss: word without data did not fire': { clauses: ['F1'], minimum: minimum(1.8, 0.3, 3.5) },
  'access: rejected': { clauses: ['D6', 'S8'], minimum: minimum(4.5, 4.5, 4) },
  'access: RAM': { clauses: ['S1', 'M1'], minimum: even(3.5) },
  'access: unassigned': { clauses: ['S4'], minimum: even(30) },
  'write: bulk': { clauses: ['S1', 'S2', 'K11'], minimum: even(15) },
  'store: unaligned': { clauses: ['T1', 'S2', 'K10'], minimum: even(20) },
  'store: unaligned, to RAM': { clauses: ['T5', 'S1'], minimum: even(0.8) },
  'store: across a page': { clauses: ['T2', 'K10'], minimum: even(6) },
  'store: 8 bytes, one access': { clauses: ['T3', 'S2'], minimum: minimum(1.5, 1.6, 5) },
  'store: 8 bytes, unassigned': { clauses: ['T4', 'T6'], minimum: minimum(0, 5, 0) },
  'store: aligned, cut in a subpage': { clauses: ['T6', 'S2'], minimum: minimum(1.4, 1.1, 0) },
  'store: refused for its later bytes': { clauses: ['T6'], minimum: minimum(0, 0.3, 0) },
  'store: rejected, its offset not aligned': { clauses: ['T3', 'T6', 'S8'], minimum: minimum(1.3, 1.8, 1) },
  'store: rejected, wider than valid.max': { clauses: ['T3', 'T6'], minimum: minimum(0, 1.3, 0) },
  'store: rejected, narrower than valid.min': { clauses: ['T1', 'S8'], minimum: minimum(2, 2.4, 1.7) },
  'port: rejected': { clauses: ['T7', 'S8'], minimum: minimum(0.5, 2.2, 0.4) },
  'write: in a transaction': { clauses: ['H1', 'R1'], minimum: even(15) },
  'transaction: nested': { clauses: ['H1'], minimum: even(5) },
  'transaction: changes the host': { clauses: ['H1', 'H3'], minimum: even(8) },
  'map change: word hidden': { clauses: ['D5', 'H2'], minimum: even(20) },
  'map change: word becomes visible': { clauses: ['D5', 'H2'], minimum: minimum(11, 12, 11) },
  'host: one word at two places': { clauses: ['D8', 'M4'], minimum: minimum(1, 1.5, 1) },
  'host: deletions and additions in one commit': { clauses: ['H3'], minimum: minimum(7, 8, 7) },
  'target: big endian': { clauses: ['S7'], minimum: even(20) },
  'device: other byte order than the target': { clauses: ['R3', 'S7'], minimum: even(15) },
};

const refusals: Readonly<Record<RefusalReason, CoveragePoint>> = {
  EEXIST: { clauses: ['K2', 'R5', 'H4'], minimum: minimum(10, 0, 10) },
  ENOSPC: { clauses: ['K3', 'H4'], minimum: minimum(1.2, 0, 1.2) },
  EINVAL: { clauses: ['K1', 'H4'], minimum: minimum(0, 0, 0.1) },
  refused: { clauses: ['H4', 'F1'], minimum: minimum(4, 0, 4) },
};

const errors: Readonly<Record<ErrorCode, number>> = {
  exists: 2,
  unknown: 10,
  kind: 12,
  mapped: 12,
  unmapped: 6,
  cycle: 4,
  size: 0.3,
  match: 1.5,
  absent: 2,
  depth: 1.5,
};

export const coverageTable: Readonly<Record<CoverageName, CoveragePoint>> = Object.fromEntries([
  ...Object.entries(plain),
  ...Object.entries(refusals).map(([reason, row]) => [`host refuses: ${reason}`, row]),
  ...errorCodes.map((code) => [
    `error: ${code}`,
    { clauses: code === 'absent' ? ['P1', 'R2'] : ['P1'], minimum: even(errors[code]) },
  ]),
]);

/** All coverage points, in the order in which they are printed. */
export const coverageNames = Object.keys(coverageTable) as readonly CoverageName[];
