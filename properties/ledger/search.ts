/**
 * The shortest scenarios of a scope on which two sets of decisions differ, one for each kind of difference: breadth first over
 * pairs of the model's states. A pair is followed as long as both sides agree, so each difference shows alone.
 */
import { fingerprintOf } from '../../model/reference/fingerprint.ts';
import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import type { Effect, Operation, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { differenceOf, type EffectKind, kindOf } from '../compare/compare.ts';
import type { Scope } from '../explore/scope/scope.ts';
import { changedHeader, type LedgerPair, ownHeader } from './pair.ts';

/**
 * What is compared.
 * - `host`: what the host is told, and errors of calls.
 * - `guest`: what writes do. A guest notices nothing else.
 */
export type View = 'host' | 'guest';

/** How the two sides differ where they first do, such as `write: lost signal`. */
export type DifferenceKind = string;

export type Witness = {
  readonly pair: LedgerPair;
  readonly view: View;
  readonly kind: DifferenceKind;
  /** Where no scenario of this kind is shorter. */
  readonly scope: string;
  /** Byte order of the target, and what the host refuses. */
  readonly header: ScenarioHeader;
  readonly operations: readonly Operation[];
};

/** The scope of a line that was found at random: the operations of its own scenario, in any order and number. */
export const ownOperations = 'own operations';

export type SearchResult = {
  readonly witnesses: readonly Witness[];
  readonly states: number;
  /** Scenarios of up to this many operations were all tried. */
  readonly depth: number;
  /** Whether every scenario of the scope was tried, of any length. */
  readonly isExhausted: boolean;
};

export type SearchBounds = {
  readonly mostOperations: number;
  readonly mostStates: number;
  /** Which scenarios are asked for (default: all). */
  readonly isAsked?: (witness: Witness) => boolean;
};

type Node = {
  readonly a: State;
  readonly b: State;
  readonly operation: Operation | undefined;
  readonly parent: Node | undefined;
};

/** The kind of the difference between two lists of effects of one operation; undefined where there is none in this view. */
export function differenceKind(
  operation: Operation,
  [a, b]: readonly [readonly Effect[], readonly Effect[]],
  view: View,
): DifferenceKind | undefined {
  const isWrite = operation.op === 'write';
  if (isWrite !== (view === 'guest')) return undefined;
  const at = differenceOf(a, b);
  if (at < 0) return undefined;
  return isWrite ? writeKind(a[at], b[at]) : changeKind(a[at], b[at]);
}

/** What matters of a write: whether who should be signalled is, whether another is, and what is answered where nobody is signalled. */
function writeKind(one: Effect | undefined, other: Effect | undefined): DifferenceKind {
  const isSignal = (effect: Effect | undefined) => effect !== undefined && 'signal' in effect;
  if (isSignal(other)) return 'write: lost signal';
  return isSignal(one) ? 'write: superfluous signal' : 'write: answered otherwise';
}

/** What matters of a change: whether it is an error, and whether the host takes what it is told. */
function changeKind(one: Effect | undefined, other: Effect | undefined): DifferenceKind {
  const has = (kind: EffectKind) =>
    [one, other].some((effect) => effect !== undefined && kindOf(effect) === kind);
  if (has('error')) return 'change: another error, or none';
  return has('hostRefused') ? 'change: host refuses otherwise' : 'change: host told otherwise';
}

/**
 * Searches a scope for the shortest scenario of each kind.
 *
 * @param bounds ends the search of a scope that has more
 */
export function searchScope(pair: LedgerPair, scope: Scope, view: View, bounds: SearchBounds): SearchResult {
  const found = new Map<DifferenceKind, Witness>();
  const seen = new Set<string>();
  const begin: Node = {
    a: initialState(ownHeader(scope.header, pair)),
    b: initialState(changedHeader(scope.header, pair)),
    operation: undefined,
    parent: undefined,
  };
  let frontier: Node[] = [begin];
  let depth = 0;
  for (; frontier.length > 0 && depth < bounds.mostOperations; depth++) {
    const next: Node[] = [];
    for (const node of frontier) {
      for (const operation of scope.operations) {
        // Writes change no state: where only the host is looked at, there is nothing to see in them.
        if (operation.op === 'write' && view === 'host') continue;
        if (!isWithin(node.a, operation, scope)) continue;
        const [one, other] = [step(node.a, operation), step(node.b, operation)];
        const kind = differenceKind(operation, [one.effects, other.effects], view);
        const child: Node = { a: one.state, b: other.state, operation, parent: node };
        if (kind !== undefined) {
          if (!found.has(kind)) {
            const { name, header } = scope;
            const witness = { pair, view, kind, scope: name, header, operations: operationsTo(child) };
            if (bounds.isAsked?.(witness) ?? true) found.set(kind, witness);
          }
          continue;
        }
        if (child.a === node.a && child.b === node.b) continue;
        const key = `${fingerprintOf(child.a)}#${fingerprintOf(child.b)}`;
        if (seen.has(key)) continue;
        if (seen.size >= bounds.mostStates) {
          return { witnesses: [...found.values()], states: seen.size, depth, isExhausted: false };
        }
        seen.add(key);
        next.push(child);
      }
    }
    frontier = next;
  }
  return { witnesses: [...found.values()], states: seen.size, depth, isExhausted: frontier.length === 0 };
}

function operationsTo(node: Node): readonly Operation[] {
  const operations: Operation[] = [];
  for (let at: Node | undefined = node; at?.operation !== undefined; at = at.parent)
    operations.push(at.operation);
  return operations.reverse();
}

/** Whether an operation stays within the bounds of the scope, which keep it finite. */
function isWithin(state: State, operation: Operation, { bounds }: Scope): boolean {
  if (operation.op === 'begin') return state.depth < bounds.nesting;
  if (operation.op !== 'add-eventfd') return true;
  let all = 0;
  let here = 0;
  for (const region of state.regions.values()) {
    all += region.eventfds.length;
    if (region.id !== operation.region) continue;
    here += region.eventfds.filter(({ address }) => address === operation.offset).length;
  }
  return all < bounds.registrations && here < bounds.atOneOffset;
}

/** What makes a line of the ledger: its profile, decisions, view and kind. */
export function keyOf({ pair, view, kind }: Pick<Witness, 'pair' | 'view' | 'kind'>): string {
  return `${pair.profile} ${pair.decisions.join('+')} ${view} ${kind}`;
}
