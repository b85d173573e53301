/** The running kernel, in every command that takes a dispatcher. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnKernel } from '../impl/kvm/testing/here.ts';
import { TestCommand } from './testing/command.ts';
import { untimed } from './testing/untimed.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const run = (...words: string[]) => command.run(words);
const dead = 'properties/scenarios/k7-kvm-eight-bytes-after-both-halves-is-dead.json';

describeOnKernel('kvm', () => {
  const check = (runs: string) =>
    run('check', 'model@kvm', 'kvm', '--runs', runs, '--seed', '7', '--no-regressions', '--json');

  it('check agrees with the model, and counts what happened', async () => {
    const { status, out } = await check('120');
    expect(status).toBe(0);
    const { outcome, scenarios, stores, support, inside, systems } = JSON.parse(out);
    expect({ outcome, scenarios, unsupported: support.unsupported }).toEqual({
      outcome: 'agree',
      scenarios: 120,
      unsupported: 0,
    });
    expect(stores).toBeGreaterThan(1200);
    expect(inside[0].events.length).toBeGreaterThan(25);
    expect(inside[0].events.every(({ reached }: { reached: boolean }) => reached)).toBe(true);
    expect(JSON.stringify(systems)).toContain('linux-');
  });

  it('says the same for the same seed', async () => {
    const [one, other] = [await check('20'), await check('20')];
    expect(untimed(other.out)).toEqual(untimed(one.out));
  });

  it('a difference is saved as a scenario and as a program in C beside it', async () => {
    const pair = ['kvm', 'mutant:linear-scan-instead-of-the-search@kvm'];
    const { status, out } = await run('check', ...pair, '--runs', '500', '--seed', '1', '--save', 'found');
    expect(status).toBe(1);
    const files = readdirSync(join(command.directory, 'found'));
    expect(
      files
        .map((name) => name.replace(/.*\./, '.'))
        .sort()
        .slice(0, 2),
    ).toEqual(['.c', '.json']);
    const [, test = ''] = /^ {2}test {6}(.*)$/m.exec(out) ?? [];
    expect(readFileSync(join(command.directory, test), 'utf8')).toContain('KVM_IOEVENTFD');
    const saved = test.replace(/c$/, 'json');
    expect((await run('replay', saved)).status).toBe(1);
    expect((await run('shrink', saved, '--no-search', '--quiet')).status).toBe(0);
    expect((await run('replay', saved, '--on', 'model@kvm,kvm')).status).toBe(0);
  });

  it('replay agrees on what the kernel can be asked, and counts the rest', async () => {
    const paths = ['k5', 'k6', 'k7', 'k8', 'k10'].map((id) => `properties/scenarios/${id}-kvm-*.json`);
    const { status, out } = await run('replay', ...paths, '--on', 'model@kvm,kvm');
    expect(status).toBe(0);
    const [, agree, others] = /: (\d+) agree, (\d+) not supported\n$/.exec(out) ?? [];
    expect(Number(agree)).toBeGreaterThan(10);
    expect(Number(others)).toBeGreaterThan(2);
  });

  it('run meets the expectations that it can see', async () => {
    expect((await run('run', dead, '--on', 'kvm')).status).toBe(0);
  });

  it('explain shows no difference where there is none, though the kernel tells no callbacks', async () => {
    const { status, out } = await run('explain', dead, '--on', 'kvm');
    expect([status, out.includes('does something else')]).toEqual([0, false]);
    const other = await run('explain', dead, '--on', 'kvm', '--json');
    expect(JSON.parse(other.out).other.name).toBe('kvm');
  });

  it('exploration finds the shortest dead registration against what is promised', async () => {
    // A part of the scope kernel-bus.
    const device = { region: 'd', kind: 'io', size: '0x8', valid: { max: 8 } };
    const words = [
      { region: 'd', offset: '0x0', size: 4 },
      { region: 'd', offset: '0x4', size: 0 },
    ];
    command.write('small.json', {
      format: 'ioeventfd-scope/1',
      title: 'two words, one of them of any size',
      profile: 'kvm',
      regions: [device],
      places: [{ region: 'd', container: 'memory', offset: '0x1000' }],
      words,
      atMost: { registrations: 2 },
      writes: [{ space: 'memory', address: '0x1004', size: 1, data: '0x1' }],
    });
    const { status, out } = await run('explore', 'model@contract', 'kvm', '--scope', './small.json');
    expect(status).toBe(1);
    expect(out).toMatch(/found +scope .*; 5 operations/);
    expect(out).toContain('no shorter scenario of this scope shows a difference');
    expect(out).toMatch(/>> signal n0 +\| \(nothing\)/);
  });

  it.each([
    ['of another profile', ['check', 'model', 'kvm@tcg'], 'kvm@tcg: it keeps kvm, by its hello'],
    [
      'with decisions',
      ['run', dead, '--on', 'kvm@kvm+host=ideal'],
      'decisions can be changed for dispatchers inside',
    ],
  ])('%s: status 2', async (_, words, message) => {
    const { status, error } = await run(...words);
    expect(status).toBe(2);
    expect(error).toContain(message);
  });
});
