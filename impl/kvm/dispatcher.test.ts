/** The running kernel as a dispatcher of scenarios. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { KernelDispatcher } from './dispatcher.ts';
import { Driver } from './driver.ts';
import type { Machine } from './machine.ts';
import type { Notifiers } from './notifiers.ts';
import { takersOf } from './store-effects.ts';
import { describeOnKernel, openDescriptors } from './testing/here.ts';

const device: readonly Operation[] = [
  { op: 'create', region: 'm', kind: 'io', size: 1n << 64n, valid: { max: 8 } },
  { op: 'map', region: 'm', container: 'memory', offset: 0n },
];
const word = (
  offset: bigint,
  size: 0 | 1 | 2 | 4 | 8,
  notifier: string,
  op: 'add-eventfd' | 'del-eventfd' = 'add-eventfd',
) => ({ op, region: 'm', offset, size, notifier }) as const;
const store = (address: bigint, size: 1 | 2 | 4 | 8, data = 0n) =>
  ({ op: 'write', space: 'memory', address, size, data }) as const;
const host = (address: bigint, size: number, notifier: string) => ({
  space: 'memory',
  address,
  size,
  notifier,
});

const out = (data: bigint, size: 1 | 2 | 4 = 1) =>
  ({ op: 'write', space: 'io', address: 0x80n, size, data }) as const;

describe('stores to one port by one instruction', () => {
  const exit = (...bytes: number[]) => ({
    bus: 'io' as const,
    address: 0x80n,
    bytes: Uint8Array.from(bytes),
  });

  it('are told apart by their values', () => {
    expect(takersOf([out(1n), out(2n), out(1n)], [], [5, 5, 3])).toEqual([5, 3, 5]);
    expect(takersOf([out(1n), out(2n), out(1n)], [], [5, 5, 5])).toEqual([5, 5, 5]);
    expect(takersOf([out(1n), out(2n), out(1n)], [exit(1), exit(1)], [3])).toEqual([undefined, 3, undefined]);
    expect(takersOf([out(1n), out(1n)], [exit(1), exit(1)], [])).toEqual([undefined, undefined]);
  });

  it.each([
    ['one is lost', [exit(1)], []],
    ['one comes twice', [exit(1), exit(2)], [3]],
    ['one is changed', [exit(1), exit(3)], []],
    ['one of two that are alike is lost', [exit(1)], [3]],
    ['another takes one of two that are alike', [exit(2)], [3, 4]],
  ] as const)('%s: that is no answer', (_, exits, signalled) => {
    expect(() => takersOf([out(1n), out(2n), out(1n)], exits, signalled)).toThrow('by one instruction');
  });
});

it('a kernel that takes a request with something wrong is found out', async () => {
  const takesAll = { assign: () => undefined } as unknown as Machine;
  const driver = new Driver(takesAll, { eventfd: () => 3, noEventfd: 4 } as unknown as Notifiers);
  const playing = driver.play({ operations: [...device, word(0x1000n, 4, 'a')] });
  await expect(playing).rejects.toThrow('it answers that it takes it to a registration ');
});

describeOnKernel('the running kernel as a dispatcher', () => {
  let kvm: KernelDispatcher;
  beforeAll(async () => {
    kvm = await KernelDispatcher.open();
  });
  afterAll(() => kvm.close());

  /** What came of each operation after the device was there. */
  async function effectsOf(operations: readonly Operation[], rest: Partial<Scenario> = {}) {
    const { answer } = await kvm.run({ profile: 'kvm', ...rest, operations: [...device, ...operations] });
    return answer.kind === 'effects' ? answer.effects.slice(device.length) : answer;
  }

  it('tells what the kernel took, refused and dropped, and what was signalled', async () => {
    const effects = await effectsOf([
      word(0x1000n, 4, 'a'),
      word(0x1000n, 4, 'b'),
      store(0x1000n, 4),
      store(0x1000n, 2),
      word(0x1000n, 4, 'a', 'del-eventfd'),
      store(0x1000n, 4),
    ]);
    expect(effects).toEqual([
      [{ hostAdd: host(0x1000n, 4, 'a') }],
      [{ hostRefused: host(0x1000n, 4, 'b'), reason: 'EEXIST' }],
      [{ signal: 'a' }],
      [],
      [{ hostDel: host(0x1000n, 4, 'a') }],
      [],
    ]);
  });

  it('a registration can be there and never fire, depending on the order', async () => {
    const adds = [word(0x1000n, 4, 'low'), word(0x1004n, 4, 'high'), word(0x1000n, 8, 'both')] as const;
    const [low, high, both] = adds;
    const last = async (operations: readonly Operation[]) => {
      const effects = await effectsOf([...operations, store(0x1000n, 8)]);
      return Array.isArray(effects) ? effects.at(-1) : effects;
    };
    expect(await last([low, high, both])).toEqual([]);
    expect(await last([both, low, high])).toEqual([{ signal: 'both' }]);
  });

  it('a store across a page signals twice, in the order of its parts', async () => {
    const effects = await effectsOf([
      word(0x2000n, 4, 'second'),
      word(0x1ffcn, 4, 'first'),
      store(0x1ffcn, 8),
    ]);
    expect(effects).toMatchObject([{}, {}, [{ signal: 'first' }, { signal: 'second' }]]);
  });

  it('stores that follow each other to one port are one instruction, and each has its effect', async () => {
    const port = { op: 'create', region: 'p', kind: 'io', size: 0x1000n } as const;
    const at80 = (notifier: string, data: bigint) =>
      ({ op: 'add-eventfd', region: 'p', offset: 0x80n, size: 1, data, notifier }) as const;
    const effects = await effectsOf([
      port,
      { op: 'map', region: 'p', container: 'io', offset: 0n },
      at80('one', 1n),
      at80('two', 2n),
      ...[2n, 1n, 2n, 3n, 3n, 1n].map((data) => out(data)),
      out(1n, 2),
    ]);
    const signals = Array.isArray(effects) ? effects.slice(4) : effects;
    const [one, two] = [[{ signal: 'one' }], [{ signal: 'two' }]];
    expect(signals).toEqual([two, one, two, [], [], one, []]);
  });

  it('a store to RAM stays there; of one that crosses its edge, only the other part comes to the bus', async () => {
    const ram = { op: 'create', region: 'r', kind: 'ram', size: 0x1000n } as const;
    const effects = await effectsOf([
      { op: 'unmap', region: 'm' },
      { op: 'create', region: 'd', kind: 'io', size: 0x1000n },
      { op: 'map', region: 'd', container: 'memory', offset: 0x4000n },
      ram,
      { op: 'map', region: 'r', container: 'memory', offset: 0x5000n },
      { ...word(0xffcn, 4, 'edge'), region: 'd' },
      { ...word(0xff8n, 8, 'none'), region: 'd' },
      { ...word(0n, 4, 'kind'), region: 'r' },
      store(0x4ffcn, 8, 0x0102_0304_0506_0708n),
      store(0x5ffcn, 4, 7n),
      store(0x4ffen, 4, 0x0102_0304n),
    ]);
    const got = Array.isArray(effects) ? effects.slice(7) : effects;
    expect(got).toEqual([
      [{ error: 'kind' }],
      [{ signal: 'edge' }, { ram: 'r', offset: 0n, bytes: '04030201' }],
      [{ ram: 'r', offset: 0xffcn, bytes: '07000000' }],
      [{ ram: 'r', offset: 0n, bytes: '0201' }],
    ]);
  });

  it.each([
    ['some whole pages', { size: 0x800n }, 0n],
    ['RAM where a guest has none', { size: 0x1000n }, 0x800n],
  ] as const)('RAM that a machine cannot have is not asked: %s', async (why, part, offset) => {
    const { answer } = await kvm.run({
      profile: 'kvm',
      operations: [
        { op: 'create', region: 'r', kind: 'ram', ...part },
        { op: 'map', region: 'r', container: 'memory', offset },
      ],
    });
    expect(answer).toMatchObject({ kind: 'unsupported', why: expect.stringContaining(why) });
  });

  it('a host that takes nothing is one with a thousand other devices', async () => {
    const effects = await effectsOf([word(0x1000n, 4, 'a'), store(0x1000n, 4)], { host: { limit: 0 } });
    expect(effects).toEqual([[{ hostRefused: host(0x1000n, 4, 'a'), reason: 'ENOSPC' }], []]);
  });

  it.each([
    ['bytes', { op: 'write', space: 'memory', address: 0n, bytes: '00' }],
    ['too high', store(1n << 60n, 4)],
    ['begin', { op: 'begin' }],
    ['two regions at one address', { op: 'map', region: 'n', container: 'memory', offset: 0n }],
  ] as const)('says what it cannot be asked: %s', async (what, operation) => {
    const other = { op: 'create', region: 'n', kind: 'io', size: 4n } as const;
    expect(await effectsOf([other, operation as Operation])).toMatchObject({
      kind: 'unsupported',
      why: expect.stringContaining(what),
    });
  });

  it('a deletion of which QEMU decides what it means is not asked; where only one word can be meant, it is', async () => {
    const [any, four] = [word(0x1000n, 0, 'a'), word(0x1000n, 4, 'a', 'del-eventfd')];
    expect(await effectsOf([any, four])).toMatchObject({
      kind: 'unsupported',
      why: expect.stringContaining('QEMU decides'),
    });
    const effects = await effectsOf([any, word(0x1000n, 0, 'a', 'del-eventfd'), four]);
    expect(effects).toMatchObject([{}, [{ hostDel: host(0x1000n, 0, 'a') }], [{ error: 'absent' }]]);
  });

  it('a thousand scenarios, some of which end in the middle, leave nothing behind', async () => {
    const before = openDescriptors();
    const own = await KernelDispatcher.open();
    const scenario = (number: number): Scenario => ({
      profile: 'kvm',
      operations: [
        ...device,
        word(0x1000n, 4, `a${number % 8}`),
        word(0x2000n, 0, 'b'),
        store(0x1000n, 4),
        ...(number % 3 === 0 ? [{ op: 'commit' } as const] : []),
      ],
    });
    const held: number[] = [];
    for (let number = 0; number < 1000; number += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => own.run(scenario(number + index))));
      held.push(openDescriptors().length);
    }
    expect(Math.max(...held)).toBeLessThan(before.length + 400);
    await own.close();
    expect(openDescriptors()).toEqual(before);
    expect((await own.run(scenario(2))).answer).toMatchObject({ kind: 'unsupported' });
  });

  it('a machine on which a scenario went wrong is closed', async () => {
    // More far-off pages than the guest's page tables have room for.
    const far = Array.from({ length: 300 }, (_, page) => store(BigInt(page) << 30n, 1));
    const before = openDescriptors().length;
    const own = await KernelDispatcher.open();
    for (let left = 60; left > 0; left--) {
      const { answer } = await own.run({ profile: 'kvm', operations: [...device, word(0n, 4, 'a'), ...far] });
      expect(answer).toEqual({ kind: 'unsupported', why: "the guest's page tables are full" });
    }
    // Each has two. Some are still being closed.
    expect(openDescriptors().length).toBeLessThan(before + 80);
    await own.close();
    expect(openDescriptors().length).toBe(before);
  });

  it('on a machine of its own it says the same', async () => {
    const scenario: Scenario = { profile: 'kvm', operations: [...device, word(0n, 4, 'a'), store(0n, 4)] };
    expect(await kvm.runAlone(scenario)).toEqual((await kvm.run(scenario)).answer);
  });
});
