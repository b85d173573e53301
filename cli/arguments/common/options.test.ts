import { describe, expect, it } from 'vitest';
import { seconds, several, wholeNumber } from './options.ts';

describe('the value of an option', () => {
  it('may be a whole number of a range', () => {
    const parse = wholeNumber(1, 0xffff_ffff);
    expect(['1', '4294967295', '007'].map(parse)).toEqual([1, 4294967295, 7]);
    for (const text of ['0', '4294967296', '-1', '1.5', '1e3', '0x10', ' 1', '', '9'.repeat(400)]) {
      expect(() => parse(text)).toThrow('Expected a whole number from 1 to 4294967295.');
    }
  });

  it('may be a number of seconds', () => {
    expect(['30', '0.5'].map(seconds)).toEqual([30, 0.5]);
    for (const text of ['0', '0.0', '-1', 'soon', '1s', '', '.5', 'Infinity']) {
      expect(() => seconds(text)).toThrow('Expected a number of seconds above 0');
    }
  });

  it('may be given several times', () => {
    expect(several('b', several('a'))).toEqual(['a', 'b']);
  });
});
