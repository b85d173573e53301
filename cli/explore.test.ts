/** The command `explore`, as a user has it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

/** A report without what depends on the clock and the machine. */
function untimed(text: string) {
  const { timings: _, ...report } = JSON.parse(text);
  return report;
}

describe('explore', () => {
  it('says that a scope is exhausted, the same for one worker and for two', async () => {
    const explore = (workers: string) =>
      command.run(['explore', '--scope', 'limit-one', '--workers', workers, '--json']);
    const [one, two] = await Promise.all([explore('1'), explore('2')]);
    expect([one?.status, one?.error, two?.status]).toEqual([0, '', 0]);
    expect(untimed(one?.out ?? '')).toMatchObject({ end: 'exhausted', finding: null });
    expect(untimed(two?.out ?? '')).toEqual(untimed(one?.out ?? ''));
  });

  it('shows the shortest scenario of a difference, saves it, and ends with 1', async () => {
    const { status, out } = await command.run(['explore', 'model@contract', 'model@tcg', '--scope', 'tiny']);
    expect(status).toBe(1);
    expect(out).toContain('proven        no shorter scenario of this scope shows a difference');
    const [, file = ''] = /saved {5}(\S+)/.exec(out) ?? [];
    expect((await command.run(['replay', file])).status).toBe(1);
  });

  it('refuses a scope that is none in one line', async () => {
    command.write('scope.json', '{"format":"ioeventfd-scope/1","title":"t","regions":3}');
    for (const scope of ['nothing', './absent.json', './scope.json']) {
      const { status, out, error } = await command.run(['explore', '--scope', scope]);
      expect([status, out]).toEqual([2, '']);
      expect(error).toMatch(/^ioeventfd-check: [^\n]+\n$/);
    }
  });
});
