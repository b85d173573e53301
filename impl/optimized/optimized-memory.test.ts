import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventfdSize, Profile } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { SlowPath } from './dispatch/slow-path.ts';
import type { WriteSink } from './dispatch/write-sink.ts';
import { optimizedDispatcherWith } from './dispatcher.ts';
import { OptimizedMemory } from './optimized-memory.ts';
import { type Parts, standardParts } from './parts.ts';
import { OptimizedSession } from './session.ts';
import { kindOf } from './tables/ioeventfd.ts';
import { highHalf, join, lowHalf } from './tables/wide.ts';

/** Writes down what a write did. */
class Log implements WriteSink {
  lines: string[] = [];

  signal(notifier: number): void {
    this.lines.push(`signal ${notifier}`);
  }

  callback(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    size: number,
    high: number,
    low: number,
  ): void {
    this.lines.push(`callback ${region}+${join(offsetHigh, offsetLow)} ${size} ${join(high, low)}`);
  }

  ram(
    region: number,
    offsetHigh: number,
    offsetLow: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    this.lines.push(`ram ${region}+${join(offsetHigh, offsetLow)} ${bytes.subarray(from, to).join()}`);
  }

  unassigned(addressHigh: number, addressLow: number, size: number): void {
    this.lines.push(`unassigned ${join(addressHigh, addressLow)} ${size}`);
  }

  rejected(region: number, offsetHigh: number, offsetLow: number, size: number): void {
    this.lines.push(`rejected ${region}+${join(offsetHigh, offsetLow)} ${size}`);
  }
}

const nobody = { added() {}, deleted() {}, refused() {} };
const limit = fc.constantFrom<EventfdSize>(0, 1, 2, 4, 8);
const limits = fc.record({ min: limit, max: limit, unaligned: fc.boolean() });
const byteOrder = fc.constantFrom('little' as const, 'big' as const);
const data = fc.constantFrom(0n, 1n, 0x100n, 0x0123456789abcdefn, 2n ** 64n - 1n);

function bytesOf(value: bigint, size: number, order: 'little' | 'big'): Uint8Array {
  const bytes = Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  return Uint8Array.from(order === 'little' ? bytes : bytes.reverse());
}

/** Counts the stores that take the slow path. */
class Counting extends SlowPath {
  count = 0;

  override write(...store: Parameters<SlowPath['write']>): void {
    this.count++;
    super.write(...store);
  }
}

describe('the fast path', () => {
  it('does what the slow path does in random scenarios, and every invariant holds on it', () => {
    let [stores, slow] = [0, 0];
    fc.assert(
      fc.property(new ScenarioArbitrary({ profiles: ['contract', 'tcg'] }), (scenario) => {
        const paths: Counting[] = [];
        const slowPath: Parts['slowPath'] = (wiring) => {
          const path = new Counting(wiring);
          paths.push(path);
          return path;
        };
        const parts = { ...standardParts, slowPath };
        const fast = new OptimizedSession(
          scenario,
          (header, listener) => new OptimizedMemory(header, listener, parts),
        );
        const other = optimizedDispatcherWith('slow', { thresholds: { fastSizes: 0 } }).open(scenario);
        for (const operation of scenario.operations) {
          expect(fast.apply(operation)).toEqual(other.apply(operation));
          fast.validate();
          if (operation.op === 'write' && 'data' in operation) stores++;
        }
        for (const path of paths) slow += path.count;
      }),
      { numRuns: 300, seed: 7 },
    );
    // Otherwise the slow path would be compared with itself.
    expect((stores - slow) / stores).toBeGreaterThan(0.05);
  });

  it('does for a store what the slow path does for its bytes', () => {
    const world = fc.record({
      profile: fc.constantFrom<Profile>('contract', 'tcg'),
      target: byteOrder,
      endianness: byteOrder,
      valid: limits,
      impl: limits,
      base: fc.constantFrom(0x1000n, 2n ** 32n - 8n, 2n ** 64n - 16n),
      ioeventfds: fc.array(fc.record({ offset: fc.bigInt(0n, 9n), size: limit, data: fc.option(data) }), {
        maxLength: 8,
      }),
    });
    const store = fc.record({ at: fc.bigInt(-4n, 18n), size: fc.constantFrom(1, 2, 4, 8), value: data });
    fc.assert(
      fc.property(world, fc.array(store, { maxLength: 12 }), (world, stores) => {
        const { profile, target, endianness, valid, impl, base, ioeventfds } = world;
        // Bytes go through address_space_write. A CPU's store does so too, where this decision says so.
        const decisions = { cpuStore: 'address-space-write' } as const;
        const memory = new OptimizedMemory({ profile, target, decisions }, nobody);
        const device = memory.createIo('device', 12n, { endianness, valid, impl });
        memory.map(memory.createRam('ram', 4n), memory.roots[0], base + 10n, 1);
        memory.map(device, memory.roots[0], base);
        ioeventfds.forEach(({ offset, size, data }, i) => {
          memory.addEventfd(device, offset, size, size === 0 ? undefined : (data ?? undefined), i);
        });
        for (const { at, size, value } of stores) {
          const address = BigInt.asUintN(64, base + at);
          const [fast, slow] = [new Log(), new Log()];
          const [high, low] = [highHalf(address), lowHalf(address)];
          // Unsigned halves are as good as signed ones.
          memory.writeWord(0, high >>> 0, low >>> 0, size, highHalf(value) >>> 0, lowHalf(value) >>> 0, fast);
          memory.writeBytes(0, high, low, bytesOf(value, size, target), slow);
          expect(fast.lines).toEqual(slow.lines);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps a probe for every kind of registration that a region has', () => {
    const memory = new OptimizedMemory({ profile: 'tcg' }, nobody);
    const device = memory.createIo('device', 16n, { valid: { max: 8 } });
    memory.map(device, memory.roots[0], 0n);
    const sizes = [kindOf(0, false), kindOf(4, false), kindOf(4, true)];
    for (const kind of sizes) memory.addEventfd(device, 4n, kind >> 1, kind & 1 ? 7n : undefined, kind);
    const signalled: string[] = [];
    for (const kind of sizes) {
      const log = new Log();
      memory.writeWord(0, 0, 4, 4, 0, 7, log);
      signalled.push(...log.lines);
      memory.deleteEventfd(device, 4n, kind >> 1, kind & 1 ? 7n : undefined, kind);
      memory.validate();
    }
    expect(signalled).toEqual(sizes.map((kind) => `signal ${kind}`));
  });
});
