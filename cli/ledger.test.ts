/** `ledger`: every way in which QEMU and the kernel differ from the contract. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

const witnesses = fileURLToPath(new URL('../properties/witnesses/', import.meta.url));

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

describe('ledger', () => {
  it('--shipped lists the lines by decision', async () => {
    const { status, out } = await command.run(['ledger', '--shipped']);
    expect(status).toBe(0);
    expect(out).toMatch(/^match: What a write is compared with\n/);
    expect(out).toContain('host: Who takes registrations, and finds them');
  });

  it('--json has a line for each, with its scenario and both dispatchers', async () => {
    const { out } = await command.run(['ledger', '--shipped', '--json']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // The index is no line.
    expect(lines).toHaveLength(readdirSync(witnesses).length - 1);
    for (const { dispatchers, scenario } of lines) {
      expect(dispatchers).toEqual(scenario.found.dispatchers);
    }
  });

  it('a line replays as the difference that it is', async () => {
    const [line = ''] = (await command.run(['ledger', '--shipped', '--json'])).out.split('\n');
    const { file } = JSON.parse(line);
    const { status, out } = await command.run(['replay', join(witnesses, file)]);
    expect([status, out]).toEqual([1, expect.stringContaining('+match=host')]);
  });

  it('--runs tries random scenarios', async () => {
    const { out } = await command.run(['ledger', '--shipped', '--runs', '20', '--seed', '3']);
    expect(out).toContain('20 random scenarios of each profile, seed 3:');
  });

  it('--scope explores to its end: a line for each profile, and the ledger names each difference', async () => {
    const { status, out } = await command.run(['ledger', '--shipped', '--scope', 'limit-one']);
    expect(status).toBe(0);
    expect(out).toMatch(
      /^limit-one, tcg: 182 pairs of states, \d+ differences in .*: the ledger names each$/m,
    );
    expect(out.match(/^limit-one, /gm)).toHaveLength(3);
  });

  it('a scope that is not there is bad input', async () => {
    const { status, error } = await command.run(['ledger', '--shipped', '--scope', 'no-such-scope']);
    expect([status, error]).toEqual([2, expect.stringContaining('no-such-scope')]);
  });
});
