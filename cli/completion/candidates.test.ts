import { describe, expect, it } from 'vitest';
import { mutants } from '../../impl/mutants/index.ts';
import { scopeNames } from '../../properties/explore/scope/load.ts';
import { createParser } from '../parser.ts';
import { complete } from './candidates.ts';

const mutantNames = mutants.map(({ name }) => name);

/** What may follow a line, its words apart by single spaces. */
const following = (line: string) =>
  complete(
    createParser(() => {}),
    line.split(' '),
  );

describe('after', () => {
  it.each([
    ['re', ['replay']],
    ['check --runs 5 --json --re', ['--regressions', '--reporter']],
    ['check --profile ', ['contract', 'tcg', 'tcg-7.2', 'kvm']],
    ['check --profile=t', ['--profile=tcg', '--profile=tcg-7.2']],
    ['check --reporter j', ['junit']],
    ['check model im', ['impl', 'impl@contract', 'impl@tcg', 'impl@tcg-7.2', 'impl@kvm']],
    ['check --json --seed 4 mut', ['mutant:']],
    ['check --no-such-option mut', ['mutant:']],
    ['check -- mut', ['mutant:']],
    ['check mutant:', mutantNames.map((name) => `mutant:${name}`)],
    ['check mutant:deletion-ignores-data@k', ['mutant:deletion-ignores-data@kvm']],
    ['run scenario.json --on model', ['model', 'model@contract', 'model@tcg', 'model@tcg-7.2', 'model@kvm']],
    ['replay scenario.json --on imp', ['impl,', 'impl@contract,', 'impl@tcg,', 'impl@tcg-7.2,', 'impl@kvm,']],
    [
      'shrink a.json --on model,impl',
      ['', '@contract', '@tcg', '@tcg-7.2', '@kvm'].map((end) => `model,impl${end}`),
    ],
    ['check model@tcg+vis', ['model@tcg+visibility=']],
    [
      'check model mutant:deletion-ignores-data@kvm+host-',
      ['mutant:deletion-ignores-data@kvm+host-changes='],
    ],
    ['check model@tcg-7.2+data=', ['model@tcg-7.2+data=as-given', 'model@tcg-7.2+data=swapped']],
    ['check model@tcg+data=as-given+d', []],
    ['replay a.json --on model@kvm+root=o', ['model@kvm+root=own,']],
    ['shrink a.json --on model,impl@kvm+root=s', ['model,impl@kvm+root=shared']],
    ['replay a.json --on model@kvm+roo', ['model@kvm+root=']],
    ['explore --scope ', scopeNames()],
    ['mutants deletion-ignores-data ', mutantNames],
    ['help me', ['merge']],
    ['completion ', ['bash', 'zsh', 'fish']],
    // A value that only the user knows; an argument too many; no such command.
    ['check --seed ', []],
    ['check model impl ', []],
    ['frobnicate --', ['--version', '--help']],
  ])('%s', async (line, values) => {
    const { candidates, paths } = await following(line);
    expect(candidates.map(({ value }) => value)).toEqual(values);
    expect(paths).toBeUndefined();
  });

  it.each([
    ['replay ', 'files'],
    ['merge report-1.json rep', 'files'],
    ['shrink a.json -o ', 'files'],
    ['check --regressions ', 'files'],
    ['check --save ', 'directories'],
    ['check model ./mi', 'files'],
    ['explore --scope ./my', 'files'],
  ])('%s: %s', async (line, paths) => {
    expect(await following(line)).toEqual({ candidates: [], paths });
  });

  it('nothing: every command but those that are hidden, each with what it does', async () => {
    const parser = createParser(() => {});
    const { candidates } = await complete(parser, ['']);
    const names = parser.commands.map((command) => command.name()).filter((name) => name !== 'complete');
    expect(candidates.map(({ value }) => value)).toEqual([...names, 'help']);
    expect(candidates.filter(({ description }) => description === '')).toEqual([]);
  });

  it('a dash: every option of the command but those that are hidden', async () => {
    for (const command of createParser(() => {}).commands) {
      if (command.name() === 'complete') continue;
      const { candidates } = await following(`${command.name()} -`);
      const long = command.options.map((option) => option.long);
      expect(candidates.map(({ value }) => value)).toEqual([...long, '--help']);
    }
  });

  it('an option or argument that takes a value, there is something, or a reason why not', async () => {
    // Numbers, which only the user knows.
    const numbers = [
      '--runs',
      '--time',
      '--seed',
      '--seeds',
      '--workers',
      '--memory',
      '--shard',
      '--states',
      '--limit-time',
      '--limit-memory',
      '--minimum-supported',
      '--walk-steps',
    ];
    for (const command of createParser(() => {}).commands) {
      const taking = command.options.filter(
        ({ required, long }) => required && !numbers.includes(String(long)),
      );
      for (const { long } of taking) {
        const { candidates, paths } = await following(`${command.name()} ${long} `);
        expect([command.name(), long, paths ?? candidates.length > 0]).not.toContain(false);
      }
    }
  });
});
