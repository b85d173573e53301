/** `ledger`: every way in which QEMU and the kernel differ from the contract. */

import type { Finding } from '../../properties/compare/finding.ts';
import { loadScope, scopeNames } from '../../properties/explore/scope/load.ts';
import type { Scope } from '../../properties/explore/scope/scope.ts';
import { checkLedger, type UnnamedDifference } from '../../properties/ledger/check-ledger.ts';
import { checkScope } from '../../properties/ledger/check-scope.ts';
import { buildLedger } from '../../properties/ledger/ledger.ts';
import { runningProfiles } from '../../properties/ledger/pair.ts';
import { keyOf } from '../../properties/ledger/search.ts';
import {
  dispatchersOf,
  type LedgerEntry,
  shippedBesideScopes,
  shippedLedger,
} from '../../properties/ledger/witnesses.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { requireDirectory, saveFinding } from '../io/findings.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import type { SavedFinding } from '../text/finding-report.ts';
import { grouped } from '../text/layout.ts';
import {
  type LedgerComparison,
  ledgerJson,
  renderLedger,
  renderScopeCheck,
  renderUnnamed,
} from '../text/ledger-report.ts';

export type LedgerOptions = {
  readonly shipped?: true;
  readonly runs: number;
  readonly seed?: number;
  /** Scopes that are explored to their end: names, files, or `all`. */
  readonly scope?: readonly string[];
  readonly save: string;
  readonly json?: true;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
};

export async function runLedger(options: LedgerOptions, context: Context): Promise<void> {
  const { output, style, surroundings } = context;
  requireDirectory(options.save);
  requirePageDirectory(options.html);
  const scopes = await scopesNamed(options.scope ?? []);
  const shipped = shippedLedger();
  const comparison = options.shipped ? undefined : await built(shipped, options, context);
  const atRandom = options.runs === 0 ? [] : await searchedAtRandom(shipped, options, context);
  const unnamed = [...atRandom, ...(await searchedInScopes(shipped, scopes, options, context))];
  const isRight = unnamed.length === 0 && (comparison === undefined || comparison.differing.length === 0);
  if (!isRight) context.status = exitStatus.difference;
  if (options.json) await output.lines(shipped.map(ledgerJson));
  else if (!options.quiet || !isRight) await output.lines(renderLedger(shipped, comparison, style));
  if (options.html !== undefined) {
    const { ledgerPage, writeReport } = await import('../show/index.ts');
    await writeReport(options.html, ledgerPage(shipped), options, context);
  }
  for (const one of unnamed) {
    const saved = save(one, options.save, surroundings.program);
    if (!options.json) await output.lines(['', ...renderUnnamed(one, saved, style)]);
  }
}

/** Builds the ledger, and compares it with the shipped one: the same lines, as short. */
async function built(
  shipped: readonly LedgerEntry[],
  { quiet, json }: LedgerOptions,
  context: Context,
): Promise<LedgerComparison> {
  const started = performance.now();
  const progress = context.progress('ledger', quiet || json);
  const witnesses = await buildLedger({
    shown: shippedBesideScopes(),
    abort: context.interrupt,
    onProgress: ({ done, of, witnesses: found }) =>
      progress.show(`ledger: ${done} of ${of} searches, ${grouped(found)} lines`),
  }).finally(() => progress.stop());
  const lengths = new Map(witnesses.map((witness) => [keyOf(witness), witness.operations.length]));
  const known = new Map(shipped.map((entry) => [keyOf(entry), entry.scenario.operations.length]));
  const keys = [...new Set([...lengths.keys(), ...known.keys()])];
  const differing = keys
    .filter((key) => lengths.get(key) !== known.get(key))
    .map((key) => ({ key, built: lengths.get(key), shipped: known.get(key) }));
  return { lines: witnesses.length, differing, milliseconds: performance.now() - started };
}

async function searchedAtRandom(
  shipped: readonly LedgerEntry[],
  { runs, quiet, json, seed = Math.floor(Math.random() * 2 ** 32) }: LedgerOptions,
  context: Context,
): Promise<readonly UnnamedDifference[]> {
  const named = new Set(shipped.map(keyOf));
  const progress = context.progress('random scenarios', quiet || json);
  const unnamed = new Map<string, UnnamedDifference>();
  try {
    for (const profile of runningProfiles) {
      // In pieces, so that an interrupt is heard between them.
      for (let done = 0; done < runs; done += pieceSize) {
        context.interrupt.throwIfAborted();
        const piece = { seed: (seed + done) >>> 0, runs: Math.min(pieceSize, runs - done) };
        for (const one of checkLedger(profile, named, piece).unnamed) unnamed.set(one.key, one);
        progress.show(`random scenarios: ${profile}, ${grouped(done + piece.runs)} of ${grouped(runs)}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    progress.stop();
  }
  if (!quiet && !json) {
    const text = `${grouped(runs)} random scenarios of each profile, seed ${seed}`;
    await context.output.lines([
      `${text}: ${unnamed.size === 0 ? 'the ledger names every difference.' : 'unnamed differences.'}`,
      '',
    ]);
  }
  return [...unnamed.values()];
}

const pieceSize = 250;

async function scopesNamed(given: readonly string[]): Promise<readonly Scope[]> {
  const names = given.flatMap((name) => (name === 'all' ? scopeNames() : [name]));
  return Promise.all([...new Set(names)].map((name) => loadScope(name)));
}

/** Each profile beside the contract, to the end of each scope. */
async function searchedInScopes(
  shipped: readonly LedgerEntry[],
  scopes: readonly Scope[],
  { quiet, json }: LedgerOptions,
  context: Context,
): Promise<readonly UnnamedDifference[]> {
  const named = new Set(shipped.map(keyOf));
  const unnamed = new Map<string, UnnamedDifference>();
  for (const scope of scopes) {
    for (const profile of runningProfiles) {
      if ((scope.header.profile ?? profile) !== profile) continue;
      const progress = context.progress('scopes', quiet || json);
      const checked = await checkScope(profile, scope, named, {
        abort: context.interrupt,
        onProgress: (pairs) => progress.show(`${scope.name}, ${profile}: ${grouped(pairs)} pairs of states`),
      }).finally(() => progress.stop());
      for (const one of checked.unnamed) unnamed.set(one.key, one);
      if (!quiet && !json) await context.output.lines([renderScopeCheck(scope.name, profile, checked)]);
    }
  }
  if (scopes.length > 0 && !quiet && !json) await context.output.lines(['']);
  return [...unnamed.values()];
}

function save({ scenario, kind, pair }: UnnamedDifference, directory: string, program: string): SavedFinding {
  const [a, b] = dispatchersOf(pair);
  const last = scenario.operations.length - 1;
  const side = (name: string) => ({ name, effects: [] });
  const finding: Finding = {
    failure: {
      property: 'ledger',
      clause: undefined,
      operation: last,
      effect: 0,
      kind,
      message: kind,
      sides: [side(a), side(b)],
    },
    scenario: { title: `${a} and ${b}: ${kind}`, ...scenario, profile: pair.profile },
    originalLength: scenario.operations.length,
    origin: 'random',
  };
  return saveFinding(finding, directory, [a, b], program);
}
