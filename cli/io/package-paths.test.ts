import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TestCommand } from '../testing/command.ts';
import { filesOf } from './package-paths.ts';

let directory: string;
const before = process.cwd();
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-paths-'));
  process.chdir(directory);
  mkdirSync('own/inner', { recursive: true });
  for (const name of ['b.json', 'a.json', '.hidden.json', 'odd[1]+.json', 'inner/c.json']) {
    writeFileSync(join('own', name), '');
  }
});
afterAll(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

const home = inject('builtPackage');
const question = 'properties/scenarios/c1-contract-the-question-of-2016.json';

/** The files, by their whole paths: a path from the working directory may be the shorter one. */
const wholePaths = (path: string) => filesOf(path).map((file) => resolve(file));

describe('a path in a directory that has no copy of the package', () => {
  it.each([question, `./${question}`])('is looked up in the package: %s', (path) => {
    expect(wholePaths(path)).toEqual([join(home, question)]);
  });

  it('and so is a pattern that the shell left as it is', () => {
    const all = wholePaths('properties/scenarios/c1-*.json');
    expect(all).toContain(join(home, question));
    expect(all.every((file) => file.startsWith(join(home, 'properties/scenarios/c1-')))).toBe(true);
    expect(filesOf('properties/*/c1-*.json')).toEqual(['properties/*/c1-*.json']);
    expect(wholePaths('properties/regressions')).toEqual([join(home, 'properties/regressions')]);
  });

  it.each([
    '-',
    'absent.json',
    'properties/scenarios/absent.json',
    'properties/scenarios/absent-*.json',
    'properties/scenarios/../../package.json',
    'properties/index.ts',
    'format/scenario.schema.json',
    'own/*.jsonl',
    '/absent/*/*.json',
    '',
  ])('stays what it is where there is nothing: "%s"', (path) => {
    expect(filesOf(path)).toEqual([path]);
  });

  it('matches as in a shell: by name, without hidden files, and nothing else is special', () => {
    expect(filesOf('own/*.json')).toEqual(['own/a.json', 'own/b.json', 'own/odd[1]+.json']);
    expect(filesOf('own/?.json')).toEqual(['own/a.json', 'own/b.json']);
    expect(filesOf('*/inn*/*')).toEqual(['own/inner/c.json']);
    expect(filesOf('own/odd[1]+.js*')).toEqual(['own/odd[1]+.json']);
    expect(filesOf(join(directory, 'own/.h*'))).toEqual([join(directory, 'own/.hidden.json')]);
  });
});

it('run and explain name each file of a pattern, replay takes all of them', async () => {
  const command = new TestCommand();
  const pattern = 'properties/scenarios/c1-*.json';
  for (const name of ['run', 'explain']) {
    const { status, out } = await command.run([name, pattern]);
    expect([status, out.includes('properties/scenarios/c1-contract-the-question-of-2016.json\n')]).toEqual([
      0,
      true,
    ]);
  }
  const { status, out } = await command.run(['replay', pattern]);
  expect([status, /\n(\d+) scenarios: \1 agree\n$/.test(out)]).toEqual([0, true]);
  command.remove();
});

it('a file that exists here is meant, even if the package has one of that name', () => {
  mkdirSync('properties/scenarios', { recursive: true });
  writeFileSync(question, '');
  expect(filesOf(question)).toEqual([question]);
  expect(filesOf('properties/scenarios/*.json')).toEqual([question]);
});
