/** `selftest`: tests of the kernel's bus as C programs. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedScenarios } from '../properties/named-scenarios.ts';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const run = (...words: string[]) => command.run(['selftest', ...words]);
const contentOf = (name: string) => readFileSync(join(command.directory, name), 'utf8');
const dead = 'properties/scenarios/k7-kvm-eight-bytes-after-both-halves-is-dead.json';

describe('selftest', () => {
  it('writes a program for each rule and a Makefile, and says what to do next', async () => {
    const { status, out, error } = await run('suite/of rules');
    expect([status, error]).toEqual([0, '']);
    expect(out).toMatch(
      /^Wrote \d+ programs to suite\/of rules: assign-errors, .*\. Next:\n {2}make -C 'suite\/of rules' check\n$/,
    );
    const files = readdirSync(join(command.directory, 'suite/of rules'));
    expect(files).toContain('look-up.c');
    for (const name of files.filter((file) => file !== 'Makefile')) {
      expect(contentOf('suite/of rules/Makefile')).toContain(name.replace('.c', ''));
    }
  });

  it('writes one for each scenario that is given, with the answers of the dispatcher that is named', async () => {
    expect((await run('one', dead)).status).toBe(0);
    expect((await run('other', dead, '--on', 'model@contract')).status).toBe(0);
    const name = 'k7-kvm-eight-bytes-after-both-halves-is-dead.c';
    expect(contentOf(`one/${name}`)).toContain('not signalled');
    expect(contentOf(`other/${name}`)).not.toContain('not signalled');
  });

  it('writes again what it wrote, and nothing over what it did not', async () => {
    expect((await run('again')).status).toBe(0);
    expect((await run('again')).status).toBe(0);
    mkdirSync(join(command.directory, 'mine'));
    command.write('mine/Makefile', 'all:\n');
    const { status, error } = await run('mine');
    expect([status, error]).toEqual([
      2,
      'ioeventfd-check: mine/Makefile: exists, and is not of this command; give another directory\n',
    ]);
    expect([contentOf('mine/Makefile'), readdirSync(join(command.directory, 'mine'))]).toEqual([
      'all:\n',
      ['Makefile'],
    ]);
  });

  it.each([
    ['properties/scenarios/h4-kvm-a-refused-one-goes-unheard.json', 'a host that refuses at will'],
    ['properties/scenarios/k9-kvm-a-page-of-ram-comes-first.json', 'RAM under or over a device'],
  ])('%s: says why it is no test of the kernel', async (path, reason) => {
    expect(namedScenarios().some(({ file }) => path.endsWith(file))).toBe(true);
    const { status, error } = await run('none', path);
    expect(status).toBe(2);
    expect(error).toMatch(new RegExp(`: no test of the kernel can be made of it: ${reason}\n$`));
    expect(readdirSync(command.directory)).not.toContain('none');
  });

  it('wants a dispatcher inside', async () => {
    expect(await run('none', '--on', 'kvm')).toMatchObject({ status: 2, out: '' });
  });
});
