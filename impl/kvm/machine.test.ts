/** The layer over the kernel, and the rules of its bus that no scenario can say. */
import { spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Kernel } from './kernel.ts';
import type { Exit, Machine, Registration } from './machine.ts';
import { Notifiers } from './notifiers.ts';
import { describeOnKernel, openDescriptors } from './testing/here.ts';
import { Watchdog } from './watchdog.ts';

const unknownFlag = 1 << 5;
const kvmEntry = join(inject('builtPackage'), 'dist', 'impl', 'kvm', 'index.js');

describeOnKernel('the running kernel', () => {
  let kernel: Kernel;
  let notifiers: Notifiers;

  beforeAll(async () => {
    kernel = await Kernel.open();
    notifiers = new Notifiers(kernel);
  });
  afterAll(async () => {
    notifiers.close();
    await kernel.close();
  });

  /** A machine for one test. */
  async function withMachine(test: (machine: Machine) => void | Promise<void>): Promise<void> {
    const machine = kernel.machine();
    try {
      await test(machine);
    } finally {
      await machine.close();
    }
  }

  const word = (address: bigint, size: number, rest: Partial<Registration> = {}): Registration => ({
    bus: 'memory',
    address,
    size,
    eventfd: notifiers.eventfd(0),
    ...rest,
  });

  /** Exits as texts: the bus, the address and the bytes. */
  const texts = (exits: readonly Exit[]) =>
    exits.map(
      ({ bus, address, bytes }) => `${bus} ${address.toString(16)} ${Buffer.from(bytes).toString('hex')}`,
    );

  describe('stores', () => {
    it('of every size come to user space as they are, aligned or not', () =>
      withMachine((machine) => {
        const value = 0x8877_6655_4433_2211n;
        const exits = ([1, 2, 4, 8] as const).flatMap((size) => [
          ...machine.store('memory', 0x1000n, size, value),
          ...machine.store('memory', 0x1003n, size, value),
        ]);
        expect(texts(exits)).toEqual(
          ['11', '2211', '44332211', '8877665544332211']
            .map((digits) => Buffer.from(digits, 'hex').reverse().toString('hex'))
            .flatMap((bytes) => [`memory 1000 ${bytes}`, `memory 1003 ${bytes}`]),
        );
      }));

    it('across a page are two', () =>
      withMachine((machine) => {
        expect(texts(machine.store('memory', 0x1ffdn, 8, 0x8877_6655_4433_2211n))).toEqual([
          'memory 1ffd 112233',
          'memory 2000 4455667788',
        ]);
      }));

    it('to ports are one each, wherever they are', () =>
      withMachine((machine) => {
        const exits = ([1, 2, 4] as const).flatMap((size) => machine.store('io', 0xfffn, size, 0x4433_2211n));
        expect(texts(exits)).toEqual(['io fff 11', 'io fff 1122', 'io fff 11223344']);
        expect(texts(machine.store('io', 0xffffn, 4, 1n))).toEqual(['io ffff 01000000']);
      }));

    it('to a port by one instruction are one for each element', () =>
      withMachine((machine) => {
        expect(machine.assign(word(0x80n, 2, { bus: 'io', data: 0x0201n }))).toBeUndefined();
        const exits = machine.storeAll(0x80, 2, Uint8Array.of(1, 2, 1, 2, 3, 4));
        expect([texts(exits), notifiers.signalled()]).toEqual([['io 80 0304'], [0, 0]]);
      }));

    it('to memory of the guest stay there', () =>
      withMachine((machine) => {
        const memory = machine.addMemory(0x2000n, 0x1000);
        expect(machine.assign(word(0x2000n, 4))).toBeUndefined();
        expect(machine.assign(word(0x1ffcn, 4))).toBeUndefined();
        expect(machine.store('memory', 0x2000n, 4, 0x0403_0201n)).toEqual([]);
        expect([...memory.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
        expect(notifiers.signalled()).toEqual([]);
        expect(machine.store('memory', 0x1ffcn, 8, 5n << 32n)).toEqual([]);
        expect([memory[0], notifiers.signalled()]).toEqual([5, [0]]);
      }));

    it('of the highest address that a guest has arrive; others are refused here', () =>
      withMachine((machine) => {
        const last = kernel.addressEnd - 1n;
        expect(texts(machine.store('memory', last, 1, 7n))).toEqual([`memory ${last.toString(16)} 07`]);
        expect(machine.canStore('memory', last, 2)).toBe(false);
        expect(machine.canStore('io', 0x80n, 8)).toBe(false);
        expect(() => machine.store('memory', kernel.guestMemory, 4, 0n)).toThrow(RangeError);
      }));

    it('signal in the order in which they happen', () =>
      withMachine((machine) => {
        machine.assign(word(0x1ffcn, 4, { eventfd: notifiers.eventfd(2) }));
        machine.assign(word(0x2000n, 4, { eventfd: notifiers.eventfd(1) }));
        expect(machine.store('memory', 0x1ffcn, 8, 0n)).toEqual([]);
        expect(notifiers.signalled()).toEqual([2, 1]);
      }));
  });

  describe('assign', () => {
    it.each([
      ['a length that no store has', word0(3), 'EINVAL'],
      ['a length beyond 8', word0(16), 'EINVAL'],
      ['an end at 2^64', { ...word0(4), address: 0xffff_ffff_ffff_fffcn }, 'EINVAL'],
      ['an end beyond 2^64', { ...word0(8), address: 0xffff_ffff_ffff_fffcn }, 'EINVAL'],
      ['an unknown flag', { ...word0(4), flags: unknownFlag }, 'EINVAL'],
      ['length 0 with data', { ...word0(0), data: 0n }, 'EINVAL'],
      ['what is no eventfd', { ...word0(4), eventfd: 0 }, 'EINVAL'],
      ['a descriptor that is closed', { ...word0(4), eventfd: 1 << 20 }, 'EBADF'],
      ['two errors, of which the eventfd comes last', { ...word0(3), eventfd: 1 << 20 }, 'EINVAL'],
    ] as const)('%s', (_, registration, code) =>
      withMachine((machine) => {
        const eventfd = 'eventfd' in registration ? registration.eventfd : notifiers.eventfd(0);
        expect(machine.assign({ ...registration, eventfd })).toBe(code);
      }),
    );

    it('a bad eventfd comes before a collision', () =>
      withMachine((machine) => {
        expect(machine.assign(word(0x1000n, 4))).toBeUndefined();
        expect(machine.assign(word(0x1000n, 4, { eventfd: 1 << 20 }))).toBe('EBADF');
        expect(machine.assign(word(0x1000n, 4))).toBe('EEXIST');
      }));

    it('a bus is full at 1,000 other devices, however many registrations are on it; the other bus is not', () =>
      withMachine((machine) => {
        for (let n = 0n; n < 1000n; n++) {
          expect(machine.assign(word(0x1000n + 4n * n, 4))).toBeUndefined();
        }
        for (let n = 0n; n < 1000n; n++) {
          expect(machine.addOtherDevice('memory', 0x10_0000n + n, 1)).toBeUndefined();
        }
        expect(machine.assign(word(0x4000n, 4))).toBe('ENOSPC');
        expect(machine.assign(word(0x1000n, 4))).toBe('EEXIST');
        expect(machine.assign(word(0x4000n, 4, { bus: 'io' }))).toBeUndefined();
      }));

    it('data wider than the word and ports that no guest has are taken, and never fire', () =>
      withMachine((machine) => {
        expect(machine.assign(word(0x1000n, 1, { data: 0x101n }))).toBeUndefined();
        expect(machine.assign(word(0x1_0080n, 1, { bus: 'io' }))).toBeUndefined();
        expect(machine.assign(word(0x80n, 8, { bus: 'io' }))).toBeUndefined();
        expect(texts(machine.store('memory', 0x1000n, 1, 0x101n))).toEqual(['memory 1000 01']);
        expect(texts(machine.store('io', 0x80n, 1, 0n))).toEqual(['io 80 00']);
        expect(notifiers.signalled()).toEqual([]);
      }));
  });

  describe('deassign', () => {
    it('wants the same bus, address, length, data and eventfd, each', () =>
      withMachine((machine) => {
        const registration = word(0x1000n, 4, { data: 1n });
        expect(machine.assign(registration)).toBeUndefined();
        const wrong: readonly Partial<Registration>[] = [
          { bus: 'io' },
          { address: 0x1004n },
          { size: 2 },
          { data: 2n },
          { data: undefined },
          { eventfd: notifiers.eventfd(1) },
        ];
        const answers = wrong.map((field) => machine.deassign({ ...registration, ...field }));
        expect(answers).toEqual(wrong.map(() => 'ENOENT'));
        expect(machine.deassign({ ...registration, size: 0, data: undefined })).toBe('ENOENT');
        expect(machine.deassign(registration)).toBeUndefined();
        expect(machine.deassign(registration)).toBe('ENOENT');
      }));

    it('takes another descriptor of the same eventfd, and not another eventfd under the same number', () =>
      withMachine(async (machine) => {
        const { libc } = kernel;
        const first = libc.eventfd(0, 0);
        const other = libc.dup(first);
        expect(machine.assign(word(0x1000n, 4, { eventfd: first }))).toBeUndefined();
        expect(machine.assign(word(0x1004n, 4, { eventfd: first }))).toBeUndefined();
        expect(await machine.deassignLater(word(0x1000n, 4, { eventfd: other }))).toBeUndefined();
        closeSync(first);
        const again = libc.eventfd(0, 0);
        expect(again).toBe(first);
        expect(await machine.deassignLater(word(0x1004n, 4, { eventfd: again }))).toBe('ENOENT');
        // Closing does not take it out: the address stays taken, and stores to it are swallowed.
        closeSync(other);
        expect(machine.assign(word(0x1004n, 4, { eventfd: again }))).toBe('EEXIST');
        expect(machine.store('memory', 0x1004n, 4, 0n)).toEqual([]);
        closeSync(again);
      }));
  });

  // In a process of its own: a guest that is not stopped holds its thread in the kernel.
  it('a guest that does not halt is stopped, and others go on', () => {
    const script = `
      const { Kernel } = await import(${JSON.stringify(pathToFileURL(kvmEntry).href)});
      const kernel = await Kernel.open();
      const [machine, other] = [kernel.machine(), kernel.machine()];
      // jmp to itself; then out %al, $0x80.
      try { machine.runCode(Uint8Array.of(0xeb, 0xfe)); } catch (error) { console.log(error.name); }
      console.log(other.runCode(Uint8Array.of(0xe6, 0x80)).length, other.store('io', 0x81n, 1, 1n).length);
      await kernel.close();`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 60_000,
    });
    expect(String(stdout)).toBe('GuestRunsOnError\n1 1\n');
  });

  it('a second is the most that a guest may have', async () => {
    const own = await Kernel.open();
    expect(() => new Watchdog(own.libc, own.scratch, 1000)).toThrow(RangeError);
    await own.close();
  });

  it('a guest that breaks down is an error', () =>
    withMachine((machine) => {
      // ud2, without anything that would handle it.
      expect(() => machine.runCode(Uint8Array.of(0x0f, 0x0b))).toThrow(/^KVM_RUN/);
    }));

  it('leaves no descriptor behind, whatever went wrong', async () => {
    const before = openDescriptors();
    const own = await Kernel.open();
    const machine = own.machine();
    expect(() => machine.runCode(Uint8Array.of(0x0f, 0x0b))).toThrow();
    own.machine();
    const more = new Notifiers(own);
    more.eventfd(20);
    expect(openDescriptors().length).toBeGreaterThan(before.length + 20);
    more.close();
    await own.close();
    expect(openDescriptors()).toEqual(before);
  });
});

function word0(size: number) {
  return { bus: 'memory', address: 0x1000n, size } as const;
}
