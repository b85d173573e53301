/** Where findings can be saved, and what is left where they cannot. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../format/errors.ts';
import type { Finding } from '../../properties/compare/finding.ts';
import { ivshmem } from '../testing/scenarios.ts';
import { requireDirectory, saveFinding } from './findings.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-save-'));
  writeFileSync(join(directory, 'file'), '');
  symlinkSync('loop', join(directory, 'loop'));
  symlinkSync('nothing', join(directory, 'dangling'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const pair = ['model', 'impl'] as const;

const finding: Finding = {
  failure: {
    ...{ property: 'lockstep', clause: 'D1', operation: 0, effect: 0, kind: 'k', message: 'm' },
    sides: [
      { name: 'model', effects: [] },
      { name: 'impl', effects: [] },
    ],
  },
  scenario: ivshmem,
  originalLength: 8,
  origin: 'seed 1, scenario 1',
};

/** The reason why findings cannot be saved there; nothing where they can. */
function reasonAt(path: string): string | undefined {
  try {
    requireDirectory(path);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message.slice(`--save ${path}: `.length);
  }
}

describe('a place for findings is tried before the run', () => {
  it.each([
    ['file', 'expected a directory, it is a file'],
    ['file/below', 'expected a directory, a part of the path is a file'],
    ['loop', 'too many symbolic links'],
    ['loop/below', 'too many symbolic links'],
    ['dangling', 'expected a directory, it is a link to nothing'],
    ['x'.repeat(300), 'the name is too long'],
  ])('%s', (name, reason) => {
    expect(reasonAt(join(directory, name))).toBe(reason);
  });

  it('refuses a file system that takes no files', () => {
    expect(reasonAt('/proc/x')).toMatch(/^(no files can be made there|permission denied)$/);
    expect(reasonAt('/proc/x/y')).toMatch(/^(no files can be made there|permission denied)$/);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a directory that one may not write to', () => {
    const closed = join(directory, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(reasonAt(closed)).toBe('permission denied');
    expect(reasonAt(join(closed, 'below'))).toBe('permission denied');
  });

  it('leaves nothing behind where it can be made', () => {
    const before = readdirSync(directory);
    expect(reasonAt(join(directory, 'a', 'b'))).toBeUndefined();
    expect(readdirSync(directory)).toEqual(before);
  });
});

describe('a save', () => {
  it('makes the directory, and leaves one whole file', () => {
    const place = join(directory, 'new', 'place');
    const saved = saveFinding(finding, place, pair, 'ioeventfd-check');
    expect(saved).toMatchObject({ file: expect.stringMatching(/lockstep-D1-[0-9a-f]{8}\.json$/) });
    expect(readdirSync(place)).toHaveLength(1);
  });

  it('that fails gives the text back, and leaves no part of it', () => {
    const place = join(directory, 'taken');
    const first = saveFinding(finding, place, pair, 'ioeventfd-check');
    if (!('file' in first)) throw new Error(first.reason);
    rmSync(first.file);
    // A directory of this name cannot be replaced by a file.
    mkdirSync(first.file);
    const saved = saveFinding(finding, place, pair, 'ioeventfd-check');
    expect(saved).toMatchObject({ text: expect.stringContaining('"bar0"'), reason: expect.any(String) });
    expect(readdirSync(place)).toHaveLength(1);
  });

  it('to a place that has become impossible returns', () => {
    expect(saveFinding(finding, '/proc/x', pair, 'ioeventfd-check')).toMatchObject({
      reason: expect.any(String),
    });
    expect(saveFinding(finding, join(directory, 'loop'), pair, 'ioeventfd-check')).toMatchObject({
      reason: 'too many symbolic links',
    });
  });
});

/** A file system with no space left; nothing, where this user cannot make one. */
function fullDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'ioeventfd-check-full-'));
  const options = { stdio: 'ignore' } as const;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', path], options).status === 0;
  if (mounted) return path;
  rmdirSync(path);
  return undefined;
}

describe('a full disk', () => {
  let full: string | undefined;
  beforeAll(() => {
    full = fullDisk();
    if (full !== undefined) writeFileSync(join(full, 'other'), Buffer.alloc(8192));
  });
  afterAll(() => {
    if (full === undefined) return;
    spawnSync('umount', [full]);
    rmdirSync(full);
  });

  it('is found out before a long run, and no part of a save stays', ({ skip }) => {
    if (full === undefined) return skip('this user cannot mount a file system');
    const message = `--save ${full}: no space is left on the device`;
    expect(() => requireDirectory(full ?? '')).toThrow(new InputError(message));
    const saved = saveFinding(finding, full, pair, 'ioeventfd-check');
    expect(saved).toMatchObject({ reason: 'no space is left on the device' });
    expect(readdirSync(full)).toEqual(['other']);
  });
});

it('an empty name is no directory', () => {
  expect(() => requireDirectory('')).toThrow('--save : expected the name of a directory');
});
