/** The command `explore`, as a user has it. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TestCommand } from './testing/command.ts';
import { untimed } from './testing/untimed.ts';

const modelModule = join(inject('builtPackage'), 'dist/model/index.js');

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

describe('explore', () => {
  it('says that a scope is exhausted, the same for one worker and for two', async () => {
    const explore = (workers: string) =>
      command.run([
        'explore',
        '--scope',
        'kernel-limit',
        '--walk-steps',
        '300',
        '--workers',
        workers,
        '--json',
      ]);
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

  it('says what is proven, under which assumption, and what it tested', async () => {
    const { status, out } = await command.run(['explore', '--scope', 'kernel-limit', '--walk-steps', '300']);
    expect(status).toBe(0);
    expect(out).toContain('proven        that, if fingerprints tell all that later effects depend on');
    expect(out).toContain('in any case   the shortest scenario to each pair, with and without every write');
    expect(out).toContain('random steps  300 compared, on sessions that are never forked');
  });

  it('says that a fingerprint hides something, with both scenarios, and ends with 1', async () => {
    const module = command.write(
      'stale.mjs',
      `import { modelDispatcher } from ${JSON.stringify(modelModule)};
      const open = (inner) => {
        let last;
        return {
          apply(operation) {
            if (operation.op !== 'write') return inner.apply(operation);
            last ??= inner.apply(operation);
            return last;
          },
          fingerprint: () => inner.fingerprint(),
        };
      };
      export default { name: 'stale', open: (header) => open(modelDispatcher.open(header)) };`,
    );
    const { status, out } = await command.run(['explore', 'model', `./${module}`, '--scope', 'kernel-limit']);
    expect(status).toBe(1);
    expect(out).toContain('its fingerprint is wrong: it hides something.');
    expect(out).toContain('Before the last operation of these two scenarios, the fingerprints are equal');
    expect(out).toContain('proven        not known to be the shortest');
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
