/** Random lives of a caller, by fast-check: for devices whose states are too many to visit them all. */
import fc from 'fast-check';
import type { AnyCaller } from '../../model/callers/index.ts';
import type { ByteOrder, Profile } from '../../model/vocabulary/vocabulary.ts';
import type { HistoryStep, ShownViolation } from './explore.ts';
import type { Circumstances, Life } from './life.ts';
import { afterMove, bornWith } from './live.ts';
import type { Move } from './move.ts';
import { movesOf } from './moves.ts';

export type RandomOptions = {
  readonly profiles: readonly Profile[];
  readonly targets: readonly ByteOrder[];
  readonly seed: number;
  /** Lives under each profile and byte order. */
  readonly runs: number;
};

/** Moves of the longest random life. */
const mostMoves = 40;

/** A move by number among those that are possible, and what the host refuses in it, a bit each. Any list is a life. */
type Draw = readonly [move: number, refused: number];

/**
 * The first violation of each profile and byte order, shrunk by fast-check. Deterministic in the seed.
 *
 * Half of the draws are writes: `movesOf` lists them last, and they are most of what is possible.
 */
export function randomViolations(caller: AnyCaller, options: RandomOptions): readonly ShownViolation[] {
  const { profiles, targets, seed, runs } = options;
  const draws = fc.array(fc.tuple(fc.nat(0xffff), fc.oneof(fc.constant(0), fc.nat(0xff))), {
    minLength: 1,
    maxLength: mostMoves,
    size: 'max',
  });
  return targets.flatMap((target) =>
    profiles.flatMap((profile): ShownViolation[] => {
      const circumstances = { profile, target };
      let shown: ShownViolation | undefined;
      const isPrepared = (draw: readonly Draw[]) => {
        const violation = livedBy(caller, circumstances, draw);
        shown = violation ?? shown;
        return violation === undefined;
      };
      // The last violation that fast-check saw while it shrank is the smallest: it goes on from each failure only.
      fc.check(fc.property(draws, isPrepared), { seed, numRuns: runs });
      return shown === undefined ? [] : [shown];
    }),
  );
}

/** Lives the life of a list of draws up to its first violation. */
function livedBy(
  caller: AnyCaller,
  circumstances: Circumstances,
  draws: readonly Draw[],
): ShownViolation | undefined {
  let moved = bornWith(caller, circumstances);
  const history: HistoryStep[] = [stepOf(undefined, moved)];
  for (const [which, refused] of draws) {
    const move = moveOf(moved.life, which, refused);
    moved = afterMove(moved.life, move);
    history.push(stepOf(move, moved));
    if (moved.violation !== undefined) return { ...moved.violation, circumstances, history };
  }
  return undefined;
}

function stepOf(
  move: Move | undefined,
  { operations, requests }: Pick<HistoryStep, 'operations' | 'requests'>,
): HistoryStep {
  return { move, operations, requests };
}

function moveOf(life: Life, which: number, bits: number): Move {
  const moves = movesOf(life);
  const changes = moves.filter(({ kind }) => kind !== 'write');
  // The lowest bit decides between a change and a write, so that neither drowns the other.
  const from = (which & 1) === 0 && changes.length > 0 ? changes : moves.slice(changes.length);
  const move = from[(which >> 1) % from.length] ?? moves[0];
  if (move === undefined) throw new Error(`${life.caller.name}: nothing can happen to it: it has no writes`);
  if (life.actual.map.decisions.host === 'takes-all') return move;
  const refused = Array.from({ length: 8 }, (_, ordinal) => ordinal).filter(
    (ordinal) => bits & (1 << ordinal),
  );
  return { ...move, refused };
}
