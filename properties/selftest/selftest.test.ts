/** Tests of the kernel as C programs: they are compiled and run, where there are a compiler and a kernel to run them on. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../../impl/kvm/testing/here.ts';
import { kernelMutants } from '../../impl/mutants/kernel/bus.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../compare/lockstep.ts';
import { dispatcherNamed, underProfile } from '../engine/dispatchers.ts';
import { kernelTestOf } from './finding.ts';
import { programText } from './program.ts';
import { stepsOf } from './steps.ts';
import { suiteOf } from './suite.ts';

const kvm = underProfile(modelDispatcher, 'kvm');
const contract = underProfile(modelDispatcher, 'contract');

const compiler = spawnSync('cc', ['--version']).status === 0 ? undefined : 'there is no cc';
const why = missing ?? compiler;

/** Two halves, then the whole: a store to the whole finds nothing. */
const dead: readonly Operation[] = [
  { op: 'create', region: 'd', kind: 'io', size: 0x1000n, valid: { max: 8 }, impl: { max: 8 } },
  { op: 'map', region: 'd', container: 'memory', offset: 0x1000n },
  { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'low' },
  { op: 'add-eventfd', region: 'd', offset: 4n, size: 4, notifier: 'high' },
  { op: 'add-eventfd', region: 'd', offset: 0n, size: 8, notifier: 'both' },
  { op: 'write', space: 'memory', address: 0x1000n, size: 8, data: 1n },
];

const ram = (size = 0x1000n, offset = 0x2000n): readonly Operation[] => [
  { op: 'create', region: 'r', kind: 'ram', size },
  { op: 'map', region: 'r', container: 'memory', offset },
];

describe('steps of a scenario', () => {
  it('RAM is memory of the guest', () => {
    const operations: readonly Operation[] = [
      ...dead.slice(0, 2),
      ...ram(),
      { op: 'add-eventfd', region: 'd', offset: 0xffcn, size: 4, notifier: 'edge' },
      { op: 'write', space: 'memory', address: 0x1ffcn, size: 8, data: 1n },
      { op: 'write', space: 'memory', address: 0x2000n, size: 4, data: 1n },
    ];
    expect(stepsOf({ profile: 'kvm', operations }, kvm)).toMatchObject([
      { kind: 'memory', address: 0x2000n, pages: 1 },
      { kind: 'assign', answer: undefined },
      { kind: 'store', address: 0x1ffcn, signals: ['edge'] },
      { kind: 'store', address: 0x2000n, signals: [] },
    ]);
  });

  it('are what the host is asked and what the CPU stores', () => {
    const steps = stepsOf({ profile: 'kvm', operations: dead }, kvm);
    const asked = (address: bigint, length: number, notifier: string) => ({
      kind: 'assign',
      asked: { bus: 'memory', address, length, data: undefined, notifier },
      answer: undefined,
    });
    expect(steps).toEqual([
      asked(0x1000n, 4, 'low'),
      asked(0x1004n, 4, 'high'),
      asked(0x1000n, 8, 'both'),
      { kind: 'store', bus: 'memory', address: 0x1000n, size: 8, data: 1n, signals: [] },
    ]);
    expect(stepsOf({ operations: dead }, contract).at(-1)).toMatchObject({ signals: ['both'] });
  });

  it('calls that user space would not make are made', () => {
    const operations: readonly Operation[] = [
      ...dead.slice(0, 2),
      { op: 'add-eventfd', region: 'd', offset: 0n, size: 0, data: 1n, notifier: 'a' },
      { op: 'del-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'a' },
    ];
    expect(stepsOf({ profile: 'kvm', operations }, kvm)).toMatchObject([
      { kind: 'assign', answer: 'EINVAL' },
      { kind: 'deassign', answer: 'ENOENT' },
    ]);
  });

  it.each<[string, Partial<Scenario>]>([
    ["nothing in it is the kernel's", { operations: dead.slice(0, 2) }],
    ['RAM that is not some whole pages', { operations: [...dead, ...ram(0x800n)] }],
    ['RAM under or over a device', { operations: [...dead, ...ram(0x1000n, 0x1000n)] }],
    ['RAM that comes and goes', { operations: [...dead, ...ram(), { op: 'disable', region: 'r' }] }],
    ['a host that refuses at will', { host: { refuse: 'all' } }],
    ['a host with a limit of its own', { host: { limit: 3 } }],
    ['a big-endian guest', { target: 'big' }],
  ])('says why there are none: %s', (reason, rest) => {
    expect(stepsOf({ profile: 'kvm', operations: dead, ...rest }, kvm)).toBe(reason);
  });
});

describe('the suite', () => {
  const suite = suiteOf(kvm);

  it('has a program for each rule, each with something to test, and no two of one name', () => {
    expect(suite.filter(({ cases }) => cases.every(({ steps }) => steps.length === 0))).toEqual([]);
    expect(new Set(suite.map(({ name }) => name)).size).toBe(suite.length);
  });

  it('would fail on a kernel with any of the seeded bugs that a directed test can show', () => {
    const text = JSON.stringify(suite, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    const unnoticed = kernelMutants.filter(({ dispatcher }) => {
      const other = suiteOf(underProfile(dispatcher, 'kvm'));
      return (
        text === JSON.stringify(other, (_, value) => (typeof value === 'bigint' ? String(value) : value))
      );
    });
    expect(unnoticed.map(({ name }) => name)).toEqual([]);
  });
});

describe('a difference', () => {
  const found = (a: string) => {
    const scenario = { operations: dead };
    const failure = lockstep(dispatcherNamed(a), kvm, scenario);
    if (failure === undefined) throw new Error('they agree');
    return { scenario, failure, origin: 'seed 1, scenario 2' };
  };

  it('is a program only where the kernel has a part in it', () => {
    expect(kernelTestOf(found('model@contract'), ['model@contract', 'kvm'])).toContain('signals both');
    expect(kernelTestOf(found('model@contract'), ['model@contract', 'model@kvm'])).toBeUndefined();
  });

  it('whatever its text is, ends no comment and no string', () => {
    const finding = found('model@contract');
    const failure = { ...finding.failure, message: 'a */ "b" ??/ \\ é\n#error' };
    const text = kernelTestOf({ ...finding, failure }, ['model@contract', 'kvm']) ?? '';
    expect(text.split('*/')[0]).toContain('a * / "b" ??/ \\ ??#error');
    expect(text).toContain('begin("a */ \\"b\\" ?\\?/ \\\\ ?\\?#error")');
  });
});

describe.skipIf(why !== undefined)(
  `on the running kernel${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let directory: string;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-'));
    });
    afterAll(() => rmSync(directory, { recursive: true }));

    /** Compiles a program with every warning an error, and runs it. */
    function runs(name: string, text: string) {
      const [source, program] = [join(directory, `${name}.c`), join(directory, name)];
      writeFileSync(source, text);
      const compiled = spawnSync('cc', ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-o', program, source], {
        encoding: 'utf8',
      });
      expect([compiled.stderr, compiled.status]).toEqual(['', 0]);
      const { status, stdout } = spawnSync(program, { encoding: 'utf8' });
      const lines = stdout.split('\n');
      const wrong = lines.filter((line) => line.startsWith('not ok'));
      const plan = Number(lines.find((line) => line.startsWith('1..'))?.slice(3));
      const told = lines.filter((line) => /^(not )?ok \d+ - /.test(line)).length;
      return { status, first: lines[0], isWhole: plan === told, wrong };
    }

    it.each(suiteOf(kvm).map((rule) => [rule.name, rule] as const))(
      '%s is as the model expects it',
      (name, rule) => {
        const text = programText({ title: rule.title, cases: rule.cases });
        expect(runs(name, text)).toEqual({ status: 0, first: 'TAP version 13', isWhole: true, wrong: [] });
      },
    );

    it('two signals in another order than expected fail', () => {
      const word = (address: bigint, notifier: string) =>
        ({ bus: 'memory', address, length: 4, notifier }) as const;
      const steps = (...signals: string[]) => [
        { kind: 'assign', asked: word(0x1ffcn, 'z'), answer: undefined } as const,
        { kind: 'assign', asked: word(0x2000n, 'a'), answer: undefined } as const,
        { kind: 'store', bus: 'memory', address: 0x1ffcn, size: 8, data: 0n, signals } as const,
      ];
      const cases = [
        { title: 'as they come', steps: steps('z', 'a') },
        { title: 'the other way round', steps: steps('a', 'z') },
      ];
      expect(runs('order', programText({ title: 'order', cases }))).toMatchObject({
        isWhole: true,
        wrong: ['not ok 6 - store 8 bytes 0x0 to memory 0x1ffc: signals a, then z'],
      });
    });

    it('what is promised and not kept fails, and the line says what happened', () => {
      const scenario = { operations: dead };
      const failure = lockstep(contract, kvm, scenario);
      if (failure === undefined) throw new Error('they agree');
      const finding = { scenario, failure, origin: 'seed 1, scenario 2' };
      const text = kernelTestOf(finding, ['model@contract', 'kvm']) ?? '';
      expect(runs('promised', text)).toMatchObject({
        status: 1,
        isWhole: true,
        wrong: ['not ok 4 - store 8 bytes 0x1 to memory 0x1000: signals both'],
      });
    });
  },
);
