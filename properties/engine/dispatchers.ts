/**
 * Dispatchers by reference: a value, one of this package's names (`model`, `impl@tcg`, `mutant:off-by-one-end`), or the path of a
 * module that exports one (`./mine.js`, `./mine.js@kvm`). `kvm`, `qemu` and `exec:COMMAND` live outside: they are opened by
 * outside/load.ts. After a profile, decisions can be changed
 * (`model@tcg+visibility=first-byte`). This is the only place that takes such a text apart.
 */
import { InputError, messageOf, printable, quote } from '../../format/errors.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { mutantNamed, mutants } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import { isProfile, profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Profile, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { decisionsText, readDecisions, typedDecisions } from './decisions.ts';
import { defaultExportOf } from './module-export.ts';

/**
 * A dispatcher as a caller gives it.
 * - A `Dispatcher` value always runs in the calling thread. Its name is for reports only.
 * - A string is a name of this package, or the path or `file:` URL of a module whose default export is a `Dispatcher`. Either
 *   may end with `@PROFILE`, and with `+DECISION=VALUE`, once or more, after it. Worker threads load it themselves. Relative paths start from the working directory.
 */
export type DispatcherReference = Dispatcher | string;

/** A reference's text, taken apart. */
export type ReferenceParts = {
  /** The name or the path, without the profile. */
  readonly plain: string;
  readonly profile: Profile | undefined;
  /** Changes to what the profile decides; undefined where there are none. */
  readonly decisions: Partial<Decisions> | undefined;
};

const dispatchers: readonly Dispatcher[] = [modelDispatcher, optimizedDispatcher];

const mutantPrefix = 'mutant:';

/** Before the command of a dispatcher that is a program. */
const programPrefix = 'exec:';

/** Systems outside that have a name of their own; how each is opened says outside/systems.ts. */
export const systemNames = ['kvm', 'qemu'] as const;
export type SystemName = (typeof systemNames)[number];

const moduleExtension = /\.[cm]?[jt]s$/;

/** Dispatchers that are another one under a name or profile of their own, with that other one. */
const originals = new WeakMap<Dispatcher, Dispatcher>();

/** Whether a text is the path of a module: it has a slash or the ending of a script. Other texts are names. */
export function isModulePath(text: string): boolean {
  if (isProgram(text)) return false;
  return (
    /[\\/]/.test(text) || moduleExtension.test(text.replace(/@[^@]*$/, '')) || moduleExtension.test(text)
  );
}

/** Whether a text stands for a program outside, `exec:COMMAND`. */
export function isProgram(text: string): boolean {
  return text.startsWith(programPrefix);
}

/** The system that a name without its profile stands for. */
export function systemOf(plain: string): SystemName | undefined {
  return systemNames.find((name) => name === plain);
}

/** Whether a reference stands for what lives outside this process: a program, or a system with a name. */
export function livesOutside(reference: DispatcherReference): reference is string {
  if (typeof reference !== 'string') return false;
  return isProgram(reference) || systemOf(reference.replace(/@.*$/s, '')) !== undefined;
}

/** Whether a reference runs code of its own: a module, or a program. A file that names one does not get it run. */
export function runsOtherCode(text: string): boolean {
  return isModulePath(text) || isProgram(text);
}

/** The command of a program. */
export function commandOf(plain: string): string {
  return plain.slice(programPrefix.length);
}

/**
 * Takes `NAME@PROFILE+DECISION=VALUE` apart. An `@` inside a module's path (`./node_modules/@me/mine.js`) belongs to the path.
 *
 * @throws InputError when there is no such profile, decision or value
 */
export function partsOfReference(text: string): ReferenceParts {
  const at = text.lastIndexOf('@');
  const [before, after] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const [profile = '', ...changes] = after.split('+');
  // An `@` anywhere else in a command is a part of it.
  if (isProgram(text) && (at < 0 || !isProfile(profile))) {
    return { plain: text, profile: undefined, decisions: undefined };
  }
  const isInPath = isModulePath(text) && !moduleExtension.test(before) && !isProfile(profile);
  if (at < 0 || isInPath || /[\\/]/.test(after)) {
    return { plain: text, profile: undefined, decisions: undefined };
  }
  if (!isProfile(profile)) {
    throw new InputError(`no profile is called ${quote(profile)}: there are ${profileNames.join(', ')}`);
  }
  return { plain: before, profile, decisions: changes.length === 0 ? undefined : readDecisions(changes) };
}

/**
 * The dispatcher of this package with a name such as `impl` or `model@tcg`. A profile in the name wins over the scenario's own.
 *
 * @throws InputError when there is no such dispatcher, profile, decision or value
 */
export function dispatcherNamed(name: string): Dispatcher {
  const { plain, profile, decisions } = partsOfReference(name);
  if (isProgram(plain) || systemOf(plain) !== undefined) {
    const what = isProgram(plain) ? 'a program' : 'it';
    throw new InputError(
      `${printable(name)}: ${what} lives outside; only dispatchers inside can be used here`,
    );
  }
  const found = plain.startsWith(mutantPrefix)
    ? mutantOf(plain.slice(mutantPrefix.length))
    : [...dispatchers, ...dispatchers.flatMap(({ variants = [] }) => variants)].find(
        (dispatcher) => dispatcher.name === plain,
      );
  if (found === undefined) {
    requireProfileBefore(plain);
    throw new InputError(
      `no dispatcher is called ${quote(plain)}: there are ${dispatcherNames().join(', ')}, ${systemNames.join(', ')}, paths of modules such as ./mine.js, and programs, exec:COMMAND`,
    );
  }
  return profile === undefined ? found : underProfile(found, profile, decisions);
}

/** @throws InputError for `model+visibility=first-byte`: which profile is changed? */
function requireProfileBefore(name: string): void {
  const [plain = '', change] = name.split('+');
  if (change === undefined || !typedDecisions.some((one) => change.startsWith(one.name))) return;
  throw new InputError(
    `${printable(name)}: a decision changes a profile: write ${printable(plain)}@PROFILE+${printable(change)}`,
  );
}

/** @throws InputError when there is none of this name */
function mutantOf(name: string): Dispatcher {
  const [plain = '', variant] = name.split(':');
  const mutant = mutantNamed(plain);
  if (mutant !== undefined)
    return variant === undefined ? mutant.dispatcher : variantNamed(mutant.dispatcher, variant);
  const alike = mutants
    .filter((other) => name !== '' && other.name.includes(name))
    .map((other) => other.name);
  const hint = alike.length > 0 ? `: is it ${alike.slice(0, 3).join(', ')}?` : `, of ${mutants.length}`;
  throw new InputError(`no mutant is called ${quote(name)}${hint}`);
}

/** @throws InputError when the dispatcher has no variant of this name */
function variantNamed(dispatcher: Dispatcher, variant: string): Dispatcher {
  const { name, variants = [] } = dispatcher;
  const found = variants.find((one) => variantName(one) === variant);
  if (found !== undefined) return found;
  const known = variants.length === 0 ? 'it has none' : `it has ${variants.map(variantName).join(', ')}`;
  throw new InputError(`${printable(name)} has no variant ${quote(variant)}: ${known}`);
}

/** What tells a variant from its dispatcher: its name behind the last colon, or all of it. */
function variantName({ name }: Dispatcher): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** The names that exist, without profiles; all mutants in one. */
export function dispatcherNames(): string[] {
  const variants = dispatchers.flatMap(({ variants = [] }) => variants);
  return [...[...dispatchers, ...variants].map((dispatcher) => dispatcher.name), `${mutantPrefix}NAME`];
}

/**
 * The dispatcher of a reference. One that comes from a module is called what the reference says, so that its name in a
 * report or a saved scenario finds it again. A value whose name would find another dispatcher is called `NAME (by value)`.
 *
 * @param role how error messages call it, such as `a`
 * @throws InputError when there is none, or when what was given or exported is no dispatcher
 */
export async function loadDispatcher(
  reference: DispatcherReference,
  role = 'dispatcher',
): Promise<Dispatcher> {
  if (typeof reference === 'string') {
    return isModulePath(reference) ? dispatcherFromModule(reference) : dispatcherNamed(reference);
  }
  if (!isDispatcher(reference)) {
    throw new InputError(
      `${role}: expected a dispatcher (an object with a name and open) or a reference to one`,
    );
  }
  if (reference.profile !== undefined) knownProfile(reference.profile, `${role}: profile`);
  requireDecisions(reference, role);
  return findsAnother(reference) ? calledLike(reference, `${reference.name} (by value)`) : reference;
}

/** Whether threads can load both: neither is a value. */
export function areForThreads(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string';
}

/** The same dispatcher, under this profile whatever the scenario says, with these decisions changed. */
export function underProfile(
  dispatcher: Dispatcher,
  profile: Profile,
  decisions: Partial<Decisions> = {},
): Dispatcher {
  const name = `${dispatcher.name}@${profile}${decisionsText(decisions)}`;
  const isChanged = Object.keys(decisions).length > 0;
  return derived(dispatcher, name, knownProfile(profile, 'profile'), isChanged ? decisions : undefined);
}

/** The dispatcher that was given another name or profile here; itself, where it was not. */
export function originalOf(dispatcher: Dispatcher): Dispatcher {
  return originals.get(dispatcher) ?? dispatcher;
}

/** @throws InputError for an unknown profile; `where` says whose it is */
export function knownProfile(name: unknown, where: string): Profile {
  if (isProfile(name)) return name;
  const given = typeof name === 'string' ? quote(name) : String(name);
  throw new InputError(`${where}: no profile is called ${given}: there are ${profileNames.join(', ')}`);
}

function calledLike(dispatcher: Dispatcher, name: string): Dispatcher {
  return derived(dispatcher, name, dispatcher.profile, dispatcher.decisions);
}

function derived(
  dispatcher: Dispatcher,
  name: string,
  profile: Profile | undefined,
  decisions: Partial<Decisions> | undefined,
): Dispatcher {
  const { variants, followsDecisions, inside } = dispatcher;
  const decided = (header: ScenarioHeader) => (profile === undefined ? header : { ...header, ...own });
  const own = {
    ...(profile !== undefined && { profile }),
    ...(decisions !== undefined && { decisions }),
  };
  const { plain, after } = nameAndProfile(name);
  const made: Dispatcher = {
    name,
    ...own,
    ...(followsDecisions !== undefined && { followsDecisions }),
    ...(inside !== undefined && {
      inside: { ...inside, open: (header, tell) => inside.open(decided(header), tell) },
    }),
    ...(variants !== undefined && {
      variants: variants.map((one) =>
        derived(one, `${plain}:${variantName(one)}${after}`, profile, decisions),
      ),
    }),
    open: (header) => dispatcher.open(decided(header)),
  };
  originals.set(made, originalOf(dispatcher));
  return made;
}

/** A name, and what stands behind it: a profile with its changes. */
function nameAndProfile(name: string): { readonly plain: string; readonly after: string } {
  const [, plain = name, after = ''] = /^(.*?)(@[^@/]*)?$/s.exec(name) ?? [];
  return { plain, after };
}

/** Whether a value's name, taken for a reference, would find another dispatcher. */
function findsAnother(value: Dispatcher): boolean {
  if (livesOutside(value.name)) return true;
  if (isModulePath(value.name)) return !originals.has(value);
  try {
    return originalOf(dispatcherNamed(value.name)) !== originalOf(value);
  } catch {
    return false;
  }
}

/** A variant of a module's dispatcher: `./mine.js:small`. */
const moduleVariant = /^(.*\.[cm]?[jt]s):([\w.-]+)$/;

async function dispatcherFromModule(reference: string): Promise<Dispatcher> {
  const { plain: text, profile, decisions } = partsOfReference(reference);
  const [, plain = text, variant] = moduleVariant.exec(text) ?? [];
  if (variant !== undefined) {
    return variantNamed(await dispatcherFromModule(plain + reference.slice(text.length)), variant);
  }
  const exported = await defaultExportOf(plain, 'a dispatcher');
  if (!isDispatcher(exported)) {
    throw new InputError(
      `${printable(plain)}: its default export is no dispatcher: expected an object with a name and open(header)`,
    );
  }
  const own = exported.profile === undefined ? undefined : knownProfile(exported.profile, printable(plain));
  requireDecisions(exported, printable(plain));
  return profile === undefined
    ? derived(exported, reference, own, exported.decisions)
    : derived(exported, reference, profile, decisions);
}

/** @throws InputError for decisions that do not exist, or that have no profile to change; `where` says whose they are */
function requireDecisions({ profile, decisions }: Dispatcher, where: string): void {
  if (decisions === undefined) return;
  if (profile === undefined)
    throw new InputError(`${where}: decisions: they change a profile: give profile too`);
  const unknown = Object.keys(decisions).find((key) => !typedDecisions.some((one) => one.key === key));
  try {
    if (unknown !== undefined) throw new InputError(`there is no ${quote(unknown)}`);
    readDecisions(decisionsText(decisions).split('+').slice(1));
  } catch (error) {
    throw new InputError(`${where}: decisions: ${messageOf(error)}`);
  }
}

function isDispatcher(value: unknown): value is Dispatcher {
  if (typeof value !== 'object' || value === null) return false;
  const { name, open } = value as Partial<Dispatcher>;
  return typeof name === 'string' && typeof open === 'function';
}
