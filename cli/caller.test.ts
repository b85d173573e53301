/** `caller`: is a device prepared? */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const rest = ['--target', 'little', '--runs', '5', '--seed', '1'];
const quick = ['--profile', 'kvm', ...rest];
const promised = ['--profile', 'contract', ...rest];

describe('caller', () => {
  it('lists its callers', async () => {
    const { status, out } = await command.run(['caller', '--list']);
    expect(status).toBe(0);
    expect(out).toMatch(/^QEMU's callers:\n {2}ivshmem-doorbell/);
    expect(out).toContain('firecracker-drops');
  });

  it('shows a violation: the history, who was notified and who should have been, and saves it', async () => {
    const { status, out } = await command.run([
      'caller',
      'firecracker-drops',
      ...promised,
      '--save',
      'found',
    ]);
    expect(status).toBe(1);
    expect(out).toContain('notified: nobody; should have been: queue0');
    expect(out).toContain('- queue 0 starts; the host refuses the registration');
    const [file = ''] = readdirSync(join(command.directory, 'found'));
    const replayed = await command.run(['replay', join('found', file)]);
    expect([replayed.status, replayed.error]).toEqual([0, '']);
  });

  it('proves that a caller is prepared', async () => {
    const { status, out } = await command.run(['caller', 'virtio-mmio', ...quick]);
    expect([status, out]).toEqual([0, expect.stringContaining('Prepared: proven for every history')]);
    expect(await command.run(['caller', 'virtio-mmio', ...quick, '--quiet'])).toMatchObject({ out: '' });
  });

  it('says where not every state was visited', async () => {
    const { status, out } = await command.run(['caller', 'virtio-mmio', ...quick, '--states', '10']);
    expect([status, out]).toEqual([0, expect.stringContaining('not every state was visited')]);
  });

  it('--json has the report in a line, with the scenario', async () => {
    const { out } = await command.run(['caller', 'firecracker-drops', ...quick, '--json']);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ format: 'ioeventfd-check-caller/1', isPrepared: false });
    expect(report.violations[0].scenario.operations).toHaveLength(4);
  });

  it('init --caller writes one that is prepared', async () => {
    expect((await command.run(['init', '--caller'])).status).toBe(0);
    // The same words as a file that a browser of types would check; here, that it runs.
    const { status, out } = await command.run(['caller', './my-device.js', ...quick]);
    expect([status, out]).toEqual([0, expect.stringContaining('Prepared')]);
  });
});

describe('what is no caller', () => {
  const wrong: readonly (readonly [code: string, says: string])[] = [
    ['export default 1', 'its default export is no caller: expected an object'],
    ['export default { name: "x" }', 'title: expected a text'],
    ['export const x = 1', 'no default export: expected a caller there'],
    ['throw new Error("boom\\nboom")', 'cannot be loaded: boom'],
    [
      'export default { name: "x", title: "x", source: "x", regions: [{ region: "d", size: 4, address: 0n }], initial: {}, events: () => [], after: (s) => s, registrations: () => [], callback: () => ({ notify: [] }), writes: [1] }',
      'regions[0].size: expected a bigint such as 0x1000n',
    ],
  ];

  it.each(wrong.map(([code, says], index) => [code, says, `./wrong-${index}.mjs`] as const))(
    '%s',
    async (code, says, path) => {
      writeFileSync(join(command.directory, path), code);
      const { status, error } = await command.run(['caller', path]);
      expect([status, error.trim().split('\n').length]).toEqual([2, 1]);
      expect(error).toContain(says);
    },
  );

  it('a name that nothing has', async () => {
    const { status, error } = await command.run(['caller', 'ivshmem']);
    expect([status, error]).toEqual([2, expect.stringContaining('no caller is called')]);
  });
});
