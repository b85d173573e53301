import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessLength, ioTraits, isAccepted, swappedHigh, swappedLow } from './traits.ts';
import { highHalf, join, lowHalf } from './wide.ts';

const limit = fc.constantFrom(0, 1, 2, 4, 8) as fc.Arbitrary<0 | 1 | 2 | 4 | 8>;
const limits = fc.record({ min: limit, max: limit, unaligned: fc.boolean() });

describe('traits', () => {
  it('cut a write as memory_access_size does', () => {
    fc.assert(
      fc.property(
        limits,
        limits,
        fc.nat(40),
        fc.integer({ min: 1, max: 64 }),
        (valid, impl, offset, left) => {
          const lengths = [8, 4, 2, 1].filter(
            (length) =>
              length <= left &&
              length <= (valid.max || 4) &&
              (impl.unaligned || offset === 0 || offset % length === 0),
          );
          expect(accessLength(ioTraits({ valid, impl }, 'little'), offset, left)).toBe(lengths[0]);
        },
      ),
    );
  });

  it('accept what memory_region_access_valid does', () => {
    fc.assert(
      fc.property(limits, fc.nat(16), fc.constantFrom(1, 2, 4, 8), (valid, offset, size) => {
        const aligned = valid.unaligned || offset % size === 0;
        // A write is cut to `valid.max` before it gets here.
        fc.pre(size <= (valid.max || 4));
        expect(isAccepted(ioTraits({ valid }, 'big'), offset, size)).toBe(
          aligned && (valid.max === 0 || size >= valid.min),
        );
      }),
    );
  });

  it('swap the bytes of a value, and lose what is wider', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(2, 4, 8), (value, size) => {
        const digits = value
          .toString(16)
          .padStart(16, '0')
          .slice(-size * 2);
        const reversed = digits.match(/../g)?.reverse().join('') ?? '';
        const [high, low] = [highHalf(value), lowHalf(value)];
        expect(join(swappedHigh(size, low), swappedLow(size, high, low))).toBe(BigInt(`0x${reversed}`));
      }),
    );
  });
});
