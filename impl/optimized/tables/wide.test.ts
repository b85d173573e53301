import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumHigh } from '../map/flat-view.ts';
import { highHalf, isBelow, join, lowHalf, swapHalf } from './wide.ts';

const whole = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc
    .tuple(
      fc.constantFrom(0n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([near, by]) => BigInt.asUintN(64, near + BigInt(by))),
);

describe('64-bit numbers as halves', () => {
  it('come back whole', () => {
    fc.assert(
      fc.property(whole, (value) => {
        expect(join(highHalf(value), lowHalf(value))).toBe(value);
        expect(join(highHalf(-value), lowHalf(-value))).toBe(BigInt.asUintN(64, -value));
      }),
    );
  });

  it('are ordered and added as the whole numbers are', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(isBelow(highHalf(a), lowHalf(a), highHalf(b), lowHalf(b))).toBe(a < b);
        const sum = join(
          sumHigh(highHalf(a), lowHalf(a), highHalf(b), lowHalf(b)),
          (lowHalf(a) + lowHalf(b)) | 0,
        );
        expect(sum).toBe(BigInt.asUintN(64, a + b));
      }),
    );
  });

  it('reverse their bytes', () => {
    expect(swapHalf(0x12345678)).toBe(0x78563412);
    expect(swapHalf(0x000000ff) >>> 0).toBe(0xff000000);
  });
});
