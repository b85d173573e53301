/** The verdict on a scenario, which has to stay while operations are left out and values are changed. */
import type { AnyDispatcher } from '../../../model/vocabulary/outside.ts';
import type { EffectLists, Scenario } from '../../../model/vocabulary/vocabulary.ts';
import { differenceOf } from '../../../properties/compare/compare.ts';
import { answerName, repeatabilityName, terminationName } from '../../../properties/compare/property.ts';
import type { Shown } from '../shown.ts';
import type { Asking } from './asking.ts';

/** A scenario made of another; `places` says for each operation which one of the other it stands for. */
export type Varied = { readonly scenario: Scenario; readonly places: readonly number[] };

export type Verdict = {
  /** What stays, in words. */
  readonly text: string;
  /** What comes after this operation cannot matter. */
  readonly last: number;
  readonly stays: (varied: Varied) => Promise<boolean>;
};

/** What a verdict is looked for in. */
export type Judged = {
  readonly scenario: Scenario;
  readonly shown: Shown;
  /** The operation at which two sides differ first. */
  readonly difference?: number | undefined;
  /** What the file expects counts, whether the sides differ or not. */
  readonly prefersExpected?: boolean;
};

/** Properties of which there is nothing to try again. */
const untried: readonly string[] = [terminationName, answerName, repeatabilityName];

/** The verdict; or in words why there is none to try. */
export async function verdictOf(judged: Judged, asking: Asking): Promise<Verdict | string> {
  const { scenario, shown, difference } = judged;
  const property = scenario.found?.property ?? 'lockstep';
  if (untried.includes(property)) return `it was found for "${property}", which is not tried again`;
  const [a, b] = shown;
  const expects = (scenario.expect ?? []).length > 0;
  if (b !== undefined && !(expects && judged.prefersExpected === true)) {
    if (difference !== undefined) return differing('lockstep', [a, b], scenario, difference, asking);
    // Such as "splitting": the effects of the scenario itself are the same.
    if (property !== 'lockstep') {
      const failing = await differing(property, [a, b], scenario, scenario.operations.length - 1, asking);
      if (typeof failing !== 'string') return failing;
    }
  }
  if (expects) return expected(judged, asking);
  return b === undefined
    ? 'the file expects nothing, and there is no second side to differ from'
    : 'the sides do not differ, and the file expects nothing';
}

async function differing(
  property: string,
  pair: readonly [AnyDispatcher, AnyDispatcher],
  scenario: Scenario,
  last: number,
  asking: Asking,
): Promise<Verdict | string> {
  const [a, b] = pair;
  const kind = await asking.kindOf(property, pair, scenario);
  if (kind === undefined) return 'run again, the sides do not differ';
  const text =
    property === 'lockstep'
      ? `${a.name} and ${b.name} differ in the same way`
      : `"${property}" fails in the same way`;
  return {
    text,
    last,
    stays: async ({ scenario: varied }) => (await asking.kindOf(property, pair, varied)) === kind,
  };
}

/** What is done at the operations for which the file expects something; whether that is what it expects is seen in the page. */
async function expected({ scenario, shown }: Judged, asking: Asking): Promise<Verdict | string> {
  const places = [...new Set((scenario.expect ?? []).map(({ operation }) => operation))];
  const wanted: (readonly [AnyDispatcher, EffectLists])[] = [];
  for (const dispatcher of new Set<AnyDispatcher>(shown)) {
    const effects = await asking.effectsOf(dispatcher, scenario);
    if (effects === undefined) return `${dispatcher.name} did not come to its end`;
    wanted.push([dispatcher, places.map((place) => effects[place] ?? [])]);
  }
  const isMet = wanted.every(([, effects]) =>
    places.every((place, index) =>
      (scenario.expect ?? []).every(
        (one) => one.operation !== place || differenceOf(one.effects, effects[index] ?? []) < 0,
      ),
    ),
  );
  const names = shown.map(({ name }) => name).join(' and ');
  const does = shown.length === 1 ? 'does' : 'do';
  return {
    text: isMet
      ? `${names} ${does} what the file expects`
      : `${names} ${does} the same where the file expects something`,
    last: Math.max(...places),
    stays: async (varied) => {
      const at = places.map((place) => varied.places.indexOf(place));
      if (at.includes(-1)) return false;
      for (const [dispatcher, effects] of wanted) {
        const done = await asking.effectsOf(dispatcher, varied.scenario);
        if (done === undefined) return false;
        if (!at.every((index, order) => differenceOf(effects[order] ?? [], done[index] ?? []) < 0))
          return false;
      }
      return true;
    },
  };
}
