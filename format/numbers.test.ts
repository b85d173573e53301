import { describe, expect, it } from 'vitest';
import { FormatError } from './errors.ts';
import { readScenario } from './read.ts';

/** What is said of a scenario's text. */
function complaint(text: string): string {
  try {
    readScenario(text, 's');
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

const scenario = (...operations: string[]) =>
  `{"format":"ioeventfd-scenario/1","operations":[${operations.join(',')}]}`;
const create = '{"op":"create","region":"d","kind":"io","size":"0x10"}';
const map = (priority: string) =>
  `{"op":"map","region":"d","container":"memory","offset":"0x0","priority":${priority}}`;

describe('a number in an error is quoted as the file has it', () => {
  it.each([
    ['3000000000.0', '3000000000.0'],
    ['3e9', '3e9'],
    ['100000000000000000001', '100000000000000000001'],
    ['0.10', '0.10'],
    ['-1E+400', '-1E+400'],
    [`1${'0'.repeat(99)}`, `1${'0'.repeat(59)}...`],
  ])('%s', (given, shown) => {
    const reason = 'operations[1].priority: expected a number from -2^31 to 2^31-1';
    expect(complaint(scenario(create, map(given)))).toBe(`s: ${reason}, got ${shown}`);
  });

  it('of another operation with the same field, of a list, of the whole document', () => {
    expect(complaint(scenario(map('1.50'), map('2.50')))).toMatch(/^s: operations\[0\]\..* got 1\.50$/);
    expect(complaint('1.0')).toBe('s: expected an object, got 1.0');
    expect(complaint('{"format":1.0}')).toBe('s: format: expected "ioeventfd-scenario/1", got 1.0');
    expect(complaint(scenario('1e0'))).toBe('s: operations[0]: expected an object, got 1e0');
    const header = '"format":"ioeventfd-scenario/1","operations":[]';
    expect(complaint(`{${header},"host":{"refuse":[0,-1.0]}}`)).toMatch(/host\.refuse\[1\]: .* got -1\.0$/);
    expect(complaint(`{${header},"expect":[{"operation":0e0,"effects":[]}]}`)).toBe(
      's: expect[0].operation: expected the index of one of 0 operations, got 0e0',
    );
    const limits = '{"op":"create","region":"d","kind":"io","size":8,"valid":{"min":8.0,"max":4}}';
    expect(complaint(scenario(limits))).toBe('s: operations[0].valid.min: expected at most max, got 8.0');
  });
});
