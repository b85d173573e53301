import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../format/errors.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { Dispatcher, Profile } from '../../model/vocabulary/vocabulary.ts';
import { check } from './check.ts';
import { changesDecisions } from './decisions.ts';
import {
  type DispatcherReference,
  dispatcherNamed,
  loadDispatcher,
  originalOf,
  partsOfReference,
  underProfile,
} from './dispatchers.ts';

const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-dispatcher-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a module; its path. */
function moduleOf(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** A dispatcher that never does anything: wrong at the first write. */
const silent = "{ name: 'impl', open: () => ({ apply: () => [] }) }";

/** As `silent`, with the name of one that is right. */
const silentImpl: Dispatcher = { name: 'impl', open: () => ({ apply: () => [] }) };

describe('a reference', () => {
  it.each<[string, string, Profile | undefined]>([
    ['model', 'model', undefined],
    ['model@tcg', 'model', 'tcg'],
    ['mutant:off-by-one-end@kvm', 'mutant:off-by-one-end', 'kvm'],
    ['./mine.js', './mine.js', undefined],
    ['./mine.js@kvm', './mine.js', 'kvm'],
    ['node_modules/@me/mine.mjs', 'node_modules/@me/mine.mjs', undefined],
    ['node_modules/@me/mine.mjs@contract', 'node_modules/@me/mine.mjs', 'contract'],
    ['./mine@2.js', './mine@2.js', undefined],
    ['file:///tmp/a@b/mine.js@tcg', 'file:///tmp/a@b/mine.js', 'tcg'],
  ])('%s is taken apart', (text, plain, profile) => {
    expect(partsOfReference(text)).toEqual({ plain, profile });
  });

  it.each(['model@qemu', './mine.js@qemu', 'model@', 'model@toString'])(
    'of an unknown profile is an error that names the known ones: %s',
    (text) => {
      expect(() => partsOfReference(text)).toThrow(InputError);
      expect(() => partsOfReference(text)).toThrow('there are contract, tcg, tcg-7.2, kvm');
    },
  );

  it.each<[string, Partial<Decisions>]>([
    ['model@tcg+visibility=first-byte', { visibility: 'first-byte' }],
    [
      'mutant:off-by-one-end@kvm+host-changes=deletions-first+root=own',
      { hostChanges: 'deletions-first', root: 'own' },
    ],
    ['impl@tcg-7.2+cpu-store=aligned-pieces', { cpuStore: 'aligned-pieces' }],
    ['./mine@2.js@contract+size-zero-identity=any-size', { sizeZeroIdentity: 'any-size' }],
  ])('%s changes decisions of a profile', (text, decisions) => {
    expect(partsOfReference(text).decisions).toEqual(decisions);
    expect(changesDecisions(text)).toBe(true);
  });

  it.each([
    ['model@tcg+', 'no decision is called "": there are match, visibility, host-changes, size-zero-identity'],
    ['model@tcg+vis=first-byte', 'no decision is called "vis": there are match, visibility,'],
    ['model@tcg+hostChanges=merge', 'no decision is called "hostChanges": there are match,'],
    ['model@tcg+visibility', 'decision visibility: which value? Write visibility=first-byte'],
    ['model@tcg+visibility=', 'decision visibility has no value "": there are first-byte, any-byte'],
    ['model@tcg+visibility=toString', 'has no value "toString": there are first-byte, any-byte'],
    ['impl@kvm+data=swapped+data=swapped', 'decision data is given twice'],
    ['model@xen+data=swapped', 'no profile is called "xen"'],
    ['model+data=swapped', 'a decision changes a profile: write model@PROFILE+data=swapped'],
  ])('that changes what does not exist is an error that says what there is: %s', async (text, reason) => {
    await expect(loadDispatcher(text)).rejects.toThrow(InputError);
    await expect(loadDispatcher(text)).rejects.toThrow(reason);
  });

  it('with changed decisions finds the same dispatcher again by the name that it gives', async () => {
    const name = 'model@kvm+host=ideal+visibility=first-byte';
    const dispatcher = await loadDispatcher(name);
    expect(dispatcher).toMatchObject({
      profile: 'kvm',
      decisions: { host: 'ideal', visibility: 'first-byte' },
    });
    expect(originalOf(dispatcher)).toBe(modelDispatcher);
    expect(await loadDispatcher(dispatcher.name)).toMatchObject({ decisions: dispatcher.decisions });
  });

  it('gives a module the changed decisions in the header', async () => {
    const path = moduleOf(
      'echo.mjs',
      `export default { name: 'echo', open: ({ profile, decisions }) => ({ apply: () => [{ error: profile, message: decisions.data }] }) };`,
    );
    const dispatcher = await loadDispatcher(`${path}@tcg+data=as-given`);
    expect(dispatcher.open({ profile: 'kvm' }).apply({ op: 'commit' })).toEqual([
      { error: 'tcg', message: 'as-given' },
    ]);
  });

  it('finds a module by its path or URL, and calls it what the reference says', async () => {
    const path = moduleOf('mine.mjs', `export default ${silent};`);
    for (const reference of [path, pathToFileURL(path).href, `${path}@tcg`]) {
      const dispatcher = await loadDispatcher(reference);
      expect(dispatcher.name).toBe(reference);
      expect(dispatcher.profile).toBe(reference.endsWith('@tcg') ? 'tcg' : undefined);
      expect(dispatcher.open({}).apply({ op: 'commit' })).toEqual([]);
    }
  });

  it.each<[string, string | undefined, string]>([
    ['missing.mjs', undefined, 'no such module'],
    ['no-default.mjs', 'export const a = 1;', 'no default export: expected a dispatcher there'],
    ['a-function.mjs', 'export default () => 1;', 'its default export is no dispatcher'],
    ['no-open.mjs', "export default { name: 'mine' };", 'its default export is no dispatcher'],
    ['throws.mjs', "throw new Error('not\\nnow');", 'cannot be loaded: not'],
    ['syntax.mjs', 'export default {', 'cannot be loaded: '],
    ['imports.mjs', "import './nowhere.mjs'; export default 1;", 'cannot be loaded: '],
    ['decisions.mjs', `export default { ...${silent}, decisions: { data: 'swapped' } };`, 'give profile too'],
    [
      'decision.mjs',
      `export default { ...${silent}, profile: 'tcg', decisions: { date: 'swapped' } };`,
      'decisions: there is no "date"',
    ],
    [
      'profile.mjs',
      `export default { ...${silent}, profile: 'xen' };`,
      'there are contract, tcg, tcg-7.2, kvm',
    ],
  ])('to a module that is none is an error of one line: %s', async (name, text, reason) => {
    const path = text === undefined ? join(directory, name) : moduleOf(name, text);
    const error = await loadDispatcher(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(`${path}: `);
    expect(String(error)).toContain(reason);
    expect(String(error)).not.toContain('\n');
  });

  it('to a directory is an error', async () => {
    mkdirSync(join(directory, 'sub'));
    await expect(loadDispatcher(join(directory, 'sub'))).rejects.toThrow('not a file: expected a module');
  });

  it.each<[unknown]>([[undefined], [null], [1], [{}], [{ name: 'x' }], [{ open: () => {} }]])(
    'that is no dispatcher and no text is an error that says which: %j',
    async (value) => {
      const loaded = loadDispatcher(value as DispatcherReference, 'b');
      await expect(loaded).rejects.toThrow(InputError);
      await expect(loaded).rejects.toThrow(/^b: expected a dispatcher/);
    },
  );
});

describe('a value', () => {
  it('is itself, whatever its name', async () => {
    expect(await loadDispatcher(optimizedDispatcher)).toBe(optimizedDispatcher);
    const mine = { ...silentImpl, name: 'mine' };
    expect(await loadDispatcher(mine)).toBe(mine);
  });

  it('with the name of another dispatcher is told apart from it', async () => {
    const loaded = await loadDispatcher(silentImpl);
    expect(loaded.name).toBe('impl (by value)');
    expect(originalOf(loaded)).toBe(silentImpl);
    expect(() => dispatcherNamed(loaded.name)).toThrow(InputError);
  });

  it('under a profile has it as data', () => {
    const strict = underProfile(modelDispatcher, 'kvm');
    expect(strict).toMatchObject({ name: 'model@kvm', profile: 'kvm' });
    expect(originalOf(strict)).toBe(modelDispatcher);
    expect(() => underProfile(modelDispatcher, 'xen' as Profile)).toThrow(
      'there are contract, tcg, tcg-7.2, kvm',
    );
  });
});

describe('check with workers', () => {
  const options = { runs: 300, seed: 3, workers: 2 } as const;

  it('finds a broken dispatcher that has the name of one that is right', async () => {
    const report = await check({ ...options, a: 'model', b: silentImpl });
    expect(report.finding?.scenario.found?.dispatchers).toEqual(['model', 'impl (by value)']);
    expect([report.dispatchers[1], report.workers]).toEqual(['impl (by value)', 1]);
  });

  it('takes a value with a name that nobody knows, and says that no workers ran', async () => {
    const mine = { ...optimizedDispatcher, name: 'mine' };
    const report = await check({ ...options, a: 'model', b: mine });
    expect(report.finding).toBeUndefined();
    expect([report.dispatchers[1], report.workers, report.scenarios]).toEqual(['mine', 1, 300]);
  });
});

it.each([modelDispatcher, optimizedDispatcher])('$name opens no unknown profile', (dispatcher) => {
  const profile = 'toString' as Profile;
  expect(() => dispatcher.open({ profile })).toThrow(
    'unknown profile "toString": expected contract, tcg, tcg-7.2, kvm',
  );
});
