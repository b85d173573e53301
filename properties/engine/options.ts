/** What `check` is asked to do: options, their defaults, and what is said of a wrong one. */
import * as z from 'zod/mini';
import { InputError, printable, show } from '../../format/errors.ts';
import { type AnyDispatcher, isOutside } from '../../model/vocabulary/outside.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../compare/finding.ts';
import type { AnyReference } from '../outside/load.ts';
import { defaultLimits, type RunLimits } from '../watch/limits.ts';
import type { Shard } from './batch-plan.ts';
import type { CorpusOptions } from './corpus.ts';
import { knownProfile } from './dispatchers.ts';
import type { Regression } from './regressions.ts';
import type { CheckReport } from './report.ts';

export type CheckOptions = {
  /** What is expected, as a rule `model`. */
  readonly a: AnyReference;
  readonly b: AnyReference;
  /** The profiles that scenarios are generated for, in turn. If left out, that of `a` where it has one, else all. */
  readonly profiles?: readonly Profile[];
  /** Random scenarios to run, in all shards together; 30,000 if left out. Ignored where `seconds` is given. */
  readonly runs?: number;
  /** Run until this many seconds have passed, instead. */
  readonly seconds?: number;
  /** A whole number below 2^32: the same seed, the same scenarios. A random one if left out; the report names it. */
  readonly seed?: number;
  /** Scenarios that run first, as given. */
  readonly regressions?: readonly Regression[];
  /** Processes; 1 if left out. Ignored where a dispatcher is given by value: that runs in this thread alone. */
  readonly workers?: number;
  /**
   * What one scenario may take; 10 seconds of processor time and 1,024 MiB if left out. One that takes more is a finding. A dispatcher
   * that is given by value runs in the calling thread, where nothing can end it: it has no limits.
   */
  readonly limits?: Partial<RunLimits>;
  /** The path of the QEMU that `qemu` stands for; arguments may follow. `qemu-system-x86_64`, if left out. */
  readonly qemu?: string;
  /** Of the random scenarios, the least share that a dispatcher outside must support (0 to 1); a half if left out. */
  readonly minimumSupported?: number;
  /** What a process runs, compiled; for tests. */
  readonly processEntry?: URL;
  /** Runs only every `count`-th batch, and the regressions in the first shard. Needs a seed. */
  readonly shard?: Shard;
  /** Scenarios that reached something new in earlier runs: they are varied first, and what else reaches something new is told. */
  readonly corpus?: CorpusOptions;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Told what was found first, shrunk, before a shorter scenario is looked for, and the report of a run that ends here:
   * whoever keeps them loses nothing.
   */
  readonly onFirst?: (first: Finding, soFar: CheckReport) => void;
  /** Ends the run at the next opportunity (within some milliseconds), with what was found so far. */
  readonly abort?: AbortSignal;
};

export type Progress = {
  readonly scenarios: number;
  readonly operations: number;
  readonly milliseconds: number;
  /** The report of a run that ends here. */
  readonly soFar: () => CheckReport;
};

/** Random scenarios of a run that does not say how many: some 10 seconds of work on one core. */
const defaultRuns = 30_000;

/** Options with their defaults. `a` and `b` are still as given. */
export type CompleteOptions = CheckOptions &
  Required<
    Pick<CheckOptions, 'profiles' | 'runs' | 'seed' | 'regressions' | 'workers' | 'minimumSupported'>
  > & {
    readonly limits: RunLimits;
  };

/** @throws InputError where an option is missing or wrong, in one line that names it */
export function requireOptions(options: CheckOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new InputError('check: expected an object with the dispatchers a and b');
  }
  const checked = optionsShape.safeParse(options);
  if (!checked.success) throw complaint(options, checked.error.issues[0]);
  const { profiles, shard, seed } = options;
  if (profiles?.length === 0) throw new InputError('profiles: empty: give at least one, or leave it out');
  for (const profile of profiles ?? []) knownProfile(profile, 'profiles');
  if (shard !== undefined && shard.index > shard.count) {
    throw new InputError(`shard: index ${shard.index} is above count ${shard.count}`);
  }
  if (shard !== undefined && seed === undefined) {
    throw new InputError('shard: the parts of a run need one seed: give seed too');
  }
}

/**
 * Options with their defaults. A dispatcher `a` under one profile is compared on scenarios of that profile.
 *
 * @param kept the profiles that dispatchers outside keep; all, if left out
 */
export function withDefaults(
  options: CheckOptions,
  profileOfA: Profile | undefined,
  kept: readonly Profile[] = profileNames,
): CompleteOptions {
  return {
    ...options,
    profiles: options.profiles ?? (profileOfA === undefined ? kept : [profileOfA]),
    minimumSupported: options.minimumSupported ?? 0.5,
    runs: options.runs ?? defaultRuns,
    seed: options.seed ?? Math.floor(Math.random() * 2 ** 32),
    regressions: options.regressions ?? [],
    workers: options.workers ?? 1,
    limits: { ...defaultLimits, ...options.limits },
  };
}

/** @throws InputError where a dispatcher outside keeps none of the run's profiles, or not all of them */
export function requireProfiles(profiles: readonly Profile[], dispatchers: readonly AnyDispatcher[]): void {
  for (const { name, profile: own, abilities } of dispatchers.filter(isOutside)) {
    const kept = abilities.profiles.join(', ');
    const wanted = own === undefined ? profiles : [own];
    const other = wanted.find((profile) => !abilities.profiles.includes(profile));
    if (other !== undefined) {
      throw new InputError(`${printable(name)}: it keeps ${kept}, by its hello, and not ${other}`);
    }
  }
  if (profiles.length === 0) throw new InputError('the two dispatchers keep no profile in common');
}

const wholeNumber = (from: number, to: number) => {
  const error = `expected a whole number from ${from} to ${to}`;
  return z.int({ error }).check(z.gte(from, { error }), z.lte(to, { error }));
};

const callback = z.custom((value) => typeof value === 'function', { error: 'expected a function' });

const scenario = z.custom<Scenario>(
  (value) => Array.isArray((value as Partial<Scenario> | null | undefined)?.operations),
  { error: 'expected a scenario' },
);

const shareText = 'expected a number from 0 to 1';

const optionsShape = z.looseObject({
  profiles: z.optional(z.array(z.any(), { error: 'expected a list of profiles' })),
  runs: z.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  seconds: z.optional(z.number({ error: secondsText() }).check(z.gt(0, { error: secondsText() }))),
  seed: z.optional(wholeNumber(0, 0xffff_ffff)),
  regressions: z.optional(
    z.array(
      z.looseObject(
        { source: z.string({ error: 'expected a text' }), scenario },
        { error: 'expected an object with source and scenario' },
      ),
      { error: 'expected a list of scenarios, each with its source' },
    ),
  ),
  workers: z.optional(wholeNumber(1, 1024)),
  limits: z.optional(
    z.looseObject(
      {
        seconds: z.optional(z.number({ error: secondsText() }).check(z.gt(0, { error: secondsText() }))),
        mebibytes: z.optional(wholeNumber(64, 1 << 20)),
      },
      { error: 'expected an object with seconds or mebibytes' },
    ),
  ),
  minimumSupported: z.optional(
    z.number({ error: shareText }).check(z.gte(0, { error: shareText }), z.lte(1, { error: shareText })),
  ),
  processEntry: z.optional(z.instanceof(URL, { error: 'expected a URL' })),
  shard: z.optional(
    z.looseObject(
      { index: wholeNumber(1, 1_000_000), count: wholeNumber(1, 1_000_000) },
      { error: 'expected an object with index and count' },
    ),
  ),
  corpus: z.optional(
    z.looseObject(
      {
        scenarios: z.array(scenario, { error: 'expected a list of scenarios' }),
        onKept: z.optional(callback),
      },
      { error: 'expected an object with scenarios' },
    ),
  ),
  onProgress: z.optional(callback),
  onFirst: z.optional(callback),
  abort: z.optional(z.instanceof(AbortSignal, { error: 'expected an AbortSignal' })),
});

function secondsText(): string {
  return 'expected a number of seconds above 0';
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string } | undefined;

function complaint(options: CheckOptions, issue: Issue): InputError {
  const path = issue?.path ?? [];
  let value: unknown = options;
  for (const step of path) value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[step];
  return new InputError(
    `${path.map(String).join('.')}: ${issue?.message}, got ${typeof value === 'number' ? value : show(value)}`,
  );
}
