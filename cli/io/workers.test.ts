import { availableParallelism } from 'node:os';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { workersFor } from './workers.ts';

const most = Math.max(4, 2 * availableParallelism());

it.each([
  [undefined, availableParallelism(), ''],
  [1, 1, ''],
  [most, most, ''],
  [most + 1, most, `ioeventfd-check: --workers ${most + 1}: ${most} are used; more would only take memory\n`],
  [1024, most, `ioeventfd-check: --workers 1024: ${most} are used; more would only take memory\n`],
])('%s workers asked for: %s are used', (asked, used, line) => {
  let said = '';
  const errors = new Writable({
    write(chunk, _encoding, done) {
      said += chunk;
      done();
    },
  });
  expect(workersFor(asked, errors)).toBe(used);
  expect(said).toBe(line);
});

it('what waits more than it works has more, unless a number is asked for', () => {
  const errors = new Writable();
  expect(workersFor(undefined, errors, 2)).toBe(2 * availableParallelism());
  expect(workersFor(1, errors, 2)).toBe(1);
});
