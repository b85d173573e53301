/** Changes to what a profile decides, as texts: `visibility=first-byte+host-changes=merge`. */
import { InputError, printable, quote } from '../../format/errors.ts';
import { type DecisionName, type Decisions, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { profiles } from '../../model/vocabulary/profiles.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';

/** A decision as it is typed, what it decides, and its values with an explanation each. */
export type TypedDecision = {
  readonly name: string;
  readonly key: DecisionName;
  readonly question: string;
  readonly values: Readonly<Record<string, string>>;
};

/** All decisions, in the order of the catalogue; names in kebab case. */
export const typedDecisions: readonly TypedDecision[] = Object.entries(decisionCatalogue).map(
  ([key, { question, values }]) => ({
    name: key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    key: key as DecisionName,
    question,
    values,
  }),
);

/**
 * Reads changes, `DECISION=VALUE` each.
 *
 * @throws InputError for a decision or a value that does not exist, and for a decision that is given twice
 */
export function readDecisions(changes: readonly string[]): Partial<Decisions> {
  const read: Partial<Record<DecisionName, string>> = {};
  for (const change of changes) {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(change) ?? [];
    const decision = typedDecisions.find((one) => one.name === name);
    if (decision === undefined) {
      const names = typedDecisions.map((one) => one.name);
      throw new InputError(`no decision is called ${quote(name)}: there are ${names.join(', ')}`);
    }
    const values = Object.keys(decision.values);
    if (value === undefined) {
      throw new InputError(
        `decision ${name}: which value? Write ${name}=${values[0]}; there are ${values.join(', ')}`,
      );
    }
    if (!values.includes(value)) {
      throw new InputError(`decision ${name} has no value ${quote(value)}: there are ${values.join(', ')}`);
    }
    if (read[decision.key] !== undefined) throw new InputError(`decision ${printable(name)} is given twice`);
    read[decision.key] = value;
  }
  // Each value was found in the catalogue.
  return read as Partial<Decisions>;
}

/**
 * Random changes to what a profile decides, always the same for the same number (32 bits): some three of eight decisions get a value
 * that is drawn, which may be the profile's own.
 */
export function drawnDecisions(profile: Profile, random: number): Partial<Decisions> {
  let state = random;
  const below = (count: number): number => {
    state = (Math.imul(state, 0x19_660d) + 0x3c6e_f35f) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const changes = typedDecisions.flatMap(({ key, values }) => {
    const names = Object.keys(values);
    const value = names[below(names.length)];
    return below(8) < 3 && value !== profiles[profile][key] ? [[key, value]] : [];
  });
  return Object.fromEntries(changes);
}

/** Whether a dispatcher's name, such as `model@tcg+data=as-given`, changes decisions. */
export function changesDecisions(name: string): boolean {
  return /@[^@+]+\+[^@]*$/.test(name);
}

/** The text that `readDecisions` reads, with a plus before each change; empty where nothing is changed. */
export function decisionsText(decisions: Partial<Decisions>): string {
  return typedDecisions
    .filter(({ key }) => decisions[key] !== undefined)
    .map(({ name, key }) => `+${name}=${decisions[key]}`)
    .join('');
}
