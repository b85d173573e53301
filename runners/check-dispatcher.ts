/** The tests of a dispatcher, for any runner: a name and a function each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, printable } from '../format/errors.ts';
import { readScenario } from '../format/index.ts';
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { findingOf } from '../properties/compare/finding.ts';
import { brokenInvariant } from '../properties/compare/invariants.ts';
import { lockstep } from '../properties/compare/lockstep.ts';
import { type Failure, invariantsName, type Property } from '../properties/compare/property.ts';
import { loadDispatcher } from '../properties/engine/dispatchers.ts';
import { failureOf, tryProperty } from '../properties/engine/try-property.ts';
import { namedScenarios } from '../properties/named-scenarios.ts';
import { dataFolder } from '../properties/package-data.ts';
import { properties } from '../properties/properties/index.ts';
import { unmetExpectation } from './expectations.ts';
import { errorFor } from './failure-text.ts';
import { type CompleteDispatcherOptions, type DispatcherOptions, withDispatcherDefaults } from './options.ts';
import { failingAtRandom } from './random.ts';

/** One test. `run` resolves where it passes, and rejects with a report where it does not. */
export type DispatcherTest = {
  /** What it is one of: `random scenarios`, `properties`, `named scenarios` or `regressions`. */
  readonly group: string;
  readonly name: string;
  /** Why it does not run on this dispatcher; undefined where it does. */
  readonly skip: string | undefined;
  readonly run: () => Promise<void>;
};

/**
 * The tests of a dispatcher: it agrees with another one on random scenarios of each profile, has each property, gives what each named
 * scenario expects, and differs on no regression, neither of this package nor of `options.regressions`.
 *
 * ```ts
 * for (const { group, name, skip, run } of checkDispatcher(mine)) test(`${group}: ${name}`, { skip }, run); // node:test
 * ```
 *
 * @param dispatcher the dispatcher, one of this package's names, or the path of a module whose default export is one
 * @throws InputError where an option is wrong, or a saved scenario cannot be read
 */
export function checkDispatcher(
  dispatcher: Dispatcher | string,
  options: DispatcherOptions = {},
): readonly DispatcherTest[] {
  const suite = new Suite(dispatcher, withDispatcherDefaults(dispatcher, options));
  return [...suite.random(), ...suite.properties(), ...suite.named(), ...suite.regressions()];
}

class Suite {
  readonly #options: CompleteDispatcherOptions;
  readonly #load: () => Promise<readonly [Dispatcher, Dispatcher]>;

  constructor(dispatcher: Dispatcher | string, options: CompleteDispatcherOptions) {
    this.#options = options;
    let pair: Promise<readonly [Dispatcher, Dispatcher]> | undefined;
    this.#load = () => {
      pair ??= Promise.all([
        loadDispatcher(options.against, 'against'),
        loadDispatcher(dispatcher, 'dispatcher'),
      ]);
      return pair;
    };
  }

  random(): DispatcherTest[] {
    const { profiles, against } = this.#options;
    const name = typeof against === 'string' ? against : against.name;
    return profiles.map((profile) =>
      this.#test('random scenarios', `agrees with ${name}, ${profile}`, () =>
        this.#atRandom((pair, scenario) => lockstep(...pair, scenario), { profiles: [profile] }),
      ),
    );
  }

  properties(): DispatcherTest[] {
    return [
      ...properties.map((property) => this.#property(property)),
      this.#test('properties', invariantsName, () =>
        this.#atRandom(([, dispatcher], scenario) => brokenInvariant(dispatcher, scenario)),
      ),
    ];
  }

  #property(property: Property): DispatcherTest {
    const profiles = this.#options.profiles.filter((profile) => property.profiles.includes(profile));
    const skip = profiles.length > 0 ? undefined : `promised under ${property.profiles.join(', ')} only`;
    const run = () =>
      this.#atRandom(
        ([, dispatcher], scenario) => {
          const verdict = tryProperty(property, dispatcher, scenario);
          return typeof verdict === 'object' ? verdict : undefined;
        },
        { profiles },
      );
    return this.#test('properties', `${property.name}: ${property.statement}`, run, skip);
  }

  named(): DispatcherTest[] {
    return namedScenarios()
      .filter(({ scenario }) => this.#follows(scenario))
      .map(({ file, scenario }) => this.#saved('named scenarios', file.replace(/\.json$/, ''), scenario));
  }

  regressions(): DispatcherTest[] {
    const { regressions } = this.#options;
    const ours = scenariosIn(fileURLToPath(dataFolder('regressions/'))).filter(({ scenario }) =>
      this.#follows(scenario),
    );
    const theirs = regressions === undefined ? [] : scenariosIn(regressions, true);
    return [...ours, ...theirs].map(({ name, scenario }) => this.#saved('regressions', name, scenario));
  }

  #follows({ profile = 'contract' }: Scenario): boolean {
    return this.#options.profiles.includes(profile);
  }

  #saved(group: string, name: string, scenario: Scenario): DispatcherTest {
    const reason = this.#options.unsupported(scenario);
    return this.#test(
      group,
      name,
      async () => {
        const pair = await this.#load();
        const failure = failureOfSaved(pair, scenario);
        if (failure === undefined) return;
        const failing = { scenario, failure, originalLength: scenario.operations.length };
        throw errorFor(findingOf(failing, [pair[0].name, pair[1].name], name), pair, undefined);
      },
      reason && `not supported: ${reason}`,
    );
  }

  async #atRandom(
    fails: (pair: readonly [Dispatcher, Dispatcher], scenario: Scenario) => Failure | undefined,
    more: Partial<CompleteDispatcherOptions> = {},
  ): Promise<void> {
    const pair = await this.#load();
    const options = { ...this.#options, ...more };
    const failing = failingAtRandom((scenario) => fails(pair, scenario), options);
    if (failing === undefined) return;
    const names = [pair[0].name, pair[1].name] as const;
    throw errorFor(findingOf(failing, names, failing.parameters), pair, options.regressions);
  }

  #test(group: string, name: string, run: () => Promise<void>, skip?: string): DispatcherTest {
    return { group, name, skip, run };
  }
}

/** How a saved scenario fails: the two differ, what it once showed still does not hold, or an expectation is not met. */
function failureOfSaved(pair: readonly [Dispatcher, Dispatcher], scenario: Scenario): Failure | undefined {
  const { found, ...plain } = scenario;
  return (
    failureOf('lockstep', pair, plain) ??
    failureOf(found?.property, pair, plain) ??
    unmetExpectation(pair[1], plain)
  );
}

/** The scenarios of a directory, by file name; none where it is allowed to be missing, and is. */
function scenariosIn(
  directory: string,
  mayBeMissing = false,
): readonly { readonly name: string; readonly scenario: Scenario }[] {
  return namesIn(directory, mayBeMissing).map((file) => {
    const path = join(directory, file);
    return { name: file.replace(/\.json$/, ''), scenario: readScenario(readFileSync(path, 'utf8'), path) };
  });
}

function namesIn(directory: string, mayBeMissing: boolean): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (mayBeMissing && code === 'ENOENT') return [];
    throw new InputError(`${printable(directory)}: ${printable(message)}`);
  }
}
