/** The ledger's lines as files: scenarios by value, and an index that says what each one shows. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readScenario, writeScenario } from '../../format/index.ts';
import { type DecisionName, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import { decisionsText } from '../engine/decisions.ts';
import { dispatcherNamed } from '../engine/dispatchers.ts';
import { dataFolder } from '../package-data.ts';
import type { UnnamedDifference } from './check-ledger.ts';
import { knowledge } from './knowledge.ts';
import { changedHeader, type LedgerPair } from './pair.ts';
import { keyOf, ownOperations, type Witness } from './search.ts';

/** A line of the ledger as it is kept. */
export type LedgerEntry = {
  /** The file in `properties/witnesses/`. */
  readonly file: string;
  readonly pair: LedgerPair;
  readonly view: Witness['view'];
  readonly kind: string;
  /** Where no scenario of this kind is shorter. */
  readonly scope: string;
  readonly scenario: Scenario;
};

const folder = dataFolder('witnesses/');

const decisionNames = Object.keys(decisionCatalogue) as [DecisionName, ...DecisionName[]];

const indexSchema = z.object({
  format: z.literal('ioeventfd-check-ledger/1'),
  entries: z.array(
    z.object({
      file: z.string(),
      profile: z.enum(profileNames as [Scenario['profile'] & string]),
      decisions: z.array(z.enum(decisionNames)),
      view: z.enum(['host', 'guest']),
      kind: z.string(),
      scope: z.string(),
    }),
  ),
});

/** The names of both sides, as every command takes them. */
export function dispatchersOf(pair: LedgerPair): readonly [string, string] {
  const { decisions = {} } = changedHeader({}, pair);
  return [`model@${pair.profile}`, `model@${pair.profile}${decisionsText(decisions)}`];
}

/** The ledger that this package ships. */
export function shippedLedger(): readonly LedgerEntry[] {
  const index = indexSchema.parse(JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')));
  return index.entries.map(({ file, profile, decisions, ...others }) => ({
    file,
    pair: { profile, decisions },
    ...others,
    scenario: readScenario(readFileSync(new URL(file, folder), 'utf8'), file),
  }));
}

/** What the lines show that no scope does. */
export function shippedBesideScopes(): readonly UnnamedDifference[] {
  return shippedLedger()
    .filter(({ scope }) => scope === ownOperations)
    .map(({ pair, view, kind, scenario: { title: _title, found: _found, ...scenario } }) => {
      return { key: keyOf({ pair, view, kind }), pair, view, kind, scenario };
    });
}

/** Writes a ledger anew into `properties/witnesses/`. */
export function writeLedger(witnesses: readonly Witness[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entries = [];
  for (const witness of witnesses) {
    const { pair, view, kind, scope } = witness;
    const file = fileOf(witness);
    writeFileSync(new URL(file, folder), writeScenario(scenarioOf(witness)));
    entries.push({ file, profile: pair.profile, decisions: pair.decisions, view, kind, scope });
  }
  const index = { format: 'ioeventfd-check-ledger/1', entries };
  writeFileSync(new URL('index.json', folder), `${JSON.stringify(index, null, 2)}\n`);
}

function fileOf({ pair, view, kind }: Witness): string {
  const words = [
    pair.profile,
    ...decisionsText(changedHeader({}, pair).decisions ?? {}).split(/[+=]/),
    view,
    kind,
  ];
  return `${words.join(' ').replace(/[^A-Za-z0-9.]+/g, '-')}.json`;
}

/** A line's scenario, with what both sides make of its last operation. */
export function scenarioOf({ pair, kind, header, operations }: Witness): Scenario {
  const scenario: Scenario = { ...header, profile: pair.profile, operations };
  const dispatchers = dispatchersOf(pair);
  const operation = operations.length - 1;
  const effects = dispatchers.map((name) => runScenario(dispatcherNamed(name), scenario)[operation] ?? []);
  const clause = pair.decisions.flatMap((decision) => knowledge[decision].clauses)[0];
  return {
    title: `${dispatchers.join(' and ')}: ${kind}`,
    ...scenario,
    found: {
      property: 'ledger',
      ...(clause !== undefined && { clause }),
      dispatchers,
      operation,
      effects,
      originalLength: operations.length,
    },
  };
}
