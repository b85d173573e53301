/** What may come next in a command line: commands, options, and values of options and arguments. */
import type { Argument, Command, Option } from 'commander';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import { typedDecisions } from '../../properties/engine/decisions.ts';

/** A word that may come next. One that ends with a colon, a comma or an equals sign is not complete yet. */
export type Candidate = { readonly value: string; readonly description: string };

export type Completion = {
  readonly candidates: readonly Candidate[];
  /** Names of files may come next too. The shell knows them. */
  readonly paths?: 'files' | 'directories';
};

/** What a placeholder of the help stands for. */
type Kind = 'dispatcher' | 'pair' | 'scope' | 'mutant' | 'caller' | 'command' | 'files' | 'directories';

/** Arguments by their placeholder, options with it. Where neither is here, nothing is proposed. */
const kinds: Readonly<Record<string, Kind>> = {
  A: 'dispatcher',
  B: 'dispatcher',
  name: 'dispatcher',
  dispatcher: 'dispatcher',
  '--against name': 'dispatcher',
  '--known file': 'files',
  '--on name': 'dispatcher',
  '--on A,B': 'pair',
  '--scope name': 'scope',
  mutant: 'mutant',
  callers: 'caller',
  command: 'command',
  file: 'files',
  files: 'files',
  dir: 'directories',
  report: 'files',
  '--output file': 'files',
  '--regressions path': 'files',
  '--save dir': 'directories',
  '--corpus dir': 'directories',
  '--html dir': 'directories',
  '--qemu path': 'files',
};

/** What may come next. The last of the words is the one that is being typed, from its start to the cursor. */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const { command, positional, pending, onlyArguments } = read(program, words.slice(0, -1));
  if (pending !== undefined) return startingWith(current, await valuesOf(program, pending, current));
  const [, flag, start] = onlyArguments ? [] : (/^(--[\w-]+)=(.*)$/s.exec(current) ?? []);
  if (flag !== undefined && start !== undefined) {
    const option = optionNamed(command, flag);
    if (option === undefined) return { candidates: [] };
    const { candidates } = startingWith(start, await valuesOf(program, option, start));
    return { candidates: candidates.map((one) => ({ ...one, value: `${flag}=${one.value}` })) };
  }
  if (current.startsWith('-') && !onlyArguments) {
    return startingWith(current, { candidates: optionsOf(command) });
  }
  if (command === program) return startingWith(current, { candidates: commandsOf(program) });
  const argument = argumentAt(command, positional);
  return argument === undefined
    ? { candidates: [] }
    : startingWith(current, await valuesOf(program, argument, current));
}

/** The command so far, how many arguments it has, and the option whose value comes next. */
type Reading = {
  readonly command: Command;
  readonly positional: number;
  readonly pending: Option | undefined;
  /** After `--`, what begins with a dash is an argument too. */
  readonly onlyArguments: boolean;
};

function read(program: Command, words: readonly string[]): Reading {
  let command = program;
  let positional = 0;
  let pending: Option | undefined;
  let onlyArguments = false;
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (word === '--') {
      onlyArguments = true;
    } else if (!onlyArguments && /^-./s.test(word)) {
      const option = optionNamed(command, word);
      if (option !== undefined && (option.required || option.optional)) pending = option;
    } else if (command === program) {
      command = commandNamed(program, word) ?? program;
    } else {
      positional++;
    }
  }
  return { command, positional, pending, onlyArguments };
}

function visibleCommands(program: Command): Command[] {
  return program.createHelp().visibleCommands(program);
}

function commandNamed(program: Command, name: string): Command | undefined {
  return visibleCommands(program).find((command) => command.name() === name);
}

function visibleOptions(command: Command): Option[] {
  return command.createHelp().visibleOptions(command);
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return visibleOptions(command).find(({ long, short }) => flag === long || flag === short);
}

/** The last argument of some commands takes all that follow. */
function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

function commandsOf(program: Command): Candidate[] {
  return visibleCommands(program).map((command) => ({
    value: command.name(),
    description: command.summary() || command.description(),
  }));
}

function optionsOf(command: Command): Candidate[] {
  return visibleOptions(command).map(({ long, short, description }) => ({
    value: long ?? short ?? '',
    description,
  }));
}

async function valuesOf(program: Command, taker: Option | Argument, current: string): Promise<Completion> {
  if (taker.argChoices !== undefined) return { candidates: taker.argChoices.map(named) };
  const kind = kindOf(taker);
  switch (kind) {
    case undefined:
      return { candidates: [] };
    case 'dispatcher':
      return dispatchers(current);
    case 'pair':
      return pairs(current);
    case 'scope': {
      const { scopeNames } = await import('../../properties/explore/scope/load.ts');
      return { candidates: scopeNames().map(named), ...modulePaths(current) };
    }
    case 'mutant': {
      const { mutants } = await import('../../impl/mutants/index.ts');
      return { candidates: mutants.map(({ name, story }) => ({ value: name, description: story })) };
    }
    case 'caller': {
      const { mistakenCallers, qemuCallers } = await import('../../model/callers/index.ts');
      const all = [...qemuCallers, ...mistakenCallers];
      const candidates = all.map(({ name, title }) => ({ value: name, description: title }));
      return { candidates, ...modulePaths(current) };
    }
    case 'command':
      return { candidates: commandsOf(program).filter(({ value }) => value !== 'help') };
    case 'files':
    case 'directories':
      return { candidates: [], paths: kind };
  }
}

function kindOf(taker: Option | Argument): Kind | undefined {
  if (!('flags' in taker)) return kinds[taker.name()];
  const placeholder = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(taker.flags)?.[1];
  return kinds[`${taker.long} ${placeholder}`];
}

/** All mutants only where one is being named: there are more than a hundred. */
async function dispatchers(current: string): Promise<Completion> {
  const changes = decisions(current);
  if (changes !== undefined) return { candidates: changes };
  const named = ['model', 'impl'].flatMap((name) => [name, ...profileNames.map((one) => `${name}@${one}`)]);
  const candidates = named.map((value) => ({ value, description: '' }));
  if (!current.startsWith('mutant:')) {
    const description = 'that dispatcher, broken in one place';
    const others = [
      { value: 'mutant:', description },
      { value: 'kvm', description: 'the running Linux kernel' },
    ];
    return { candidates: [...candidates, ...others], ...modulePaths(current) };
  }
  const { mutants } = await import('../../impl/mutants/index.ts');
  const isWithProfile = current.includes('@');
  return {
    candidates: mutants.flatMap(({ name, story }) => {
      const values = isWithProfile ? profileNames.map((profile) => `${name}@${profile}`) : [name];
      return values.map((value) => ({ value: `mutant:${value}`, description: story }));
    }),
  };
}

/** Decisions to change, or values of one, for `NAME@PROFILE+`; nothing where no plus is typed. */
function decisions(current: string): readonly Candidate[] | undefined {
  const [, start, given, change] = /^([^@]*@[^+]+((?:\+[^+]*)*)\+)([^+]*)$/s.exec(current) ?? [];
  if (start === undefined || given === undefined || change === undefined) return undefined;
  const [name, value] = change.split('=');
  if (value === undefined) {
    return typedDecisions
      .filter((one) => !given.split('+').some((other) => other.startsWith(`${one.name}=`)))
      .map((one) => ({ value: `${start}${one.name}=`, description: one.question }));
  }
  const decision = typedDecisions.find((one) => one.name === name);
  return Object.entries(decision?.values ?? {}).map(([text, description]) => ({
    value: `${start}${name}=${text}`,
    description,
  }));
}

/** `A,B`: first A with a comma, then both. */
async function pairs(current: string): Promise<Completion> {
  const comma = current.indexOf(',');
  const { candidates } = await dispatchers(current.slice(comma + 1));
  const first = current.slice(0, comma + 1);
  const pair = ({ value, description }: Candidate): Candidate => ({
    value: comma >= 0 ? first + value : /[:=]$/.test(value) ? value : `${value},`,
    description,
  });
  return { candidates: candidates.map(pair) };
}

/** What has a dot or a slash in it, before a profile, is a path. */
function modulePaths(current: string): { readonly paths?: 'files' } {
  return /^[^@]*[./]/.test(current) ? { paths: 'files' } : {};
}

function named(value: string): Candidate {
  return { value, description: '' };
}

function startingWith(current: string, { candidates, ...rest }: Completion): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), ...rest };
}
