/** `init`: a scenario to start from. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const contentOf = (name: string) => readFileSync(join(command.directory, name), 'utf8');

describe('init', () => {
  it('writes a scenario whose expectations both dispatchers meet', async () => {
    const { status, error } = await command.run(['init']);
    expect([status, error]).toEqual([0, '']);
    const replayed = await command.run(['replay', 'scenario.json']);
    expect([replayed.status, replayed.out.slice(0, 6)]).toEqual([0, 'agrees']);
    // The two answers of the contract: a match signals, anything else reaches the callback.
    const { expect: expectations } = JSON.parse(contentOf('scenario.json'));
    const kinds = expectations.flatMap(({ effects }: { effects: object[] }) => effects.flatMap(Object.keys));
    expect(kinds).toEqual(['signal', 'callback', 'offset', 'size', 'value']);
  });

  it('names the JSON Schema of this package, from wherever the file is', async () => {
    mkdirSync(join(command.directory, 'deep/er'), { recursive: true });
    await command.run(['init', 'deep/er/doorbell.json']);
    const { $schema } = JSON.parse(contentOf('deep/er/doorbell.json'));
    const schema = resolve(command.directory, dirname('deep/er/doorbell.json'), $schema);
    expect(JSON.parse(readFileSync(schema, 'utf8')).properties.format.const).toBe('ioeventfd-scenario/1');
  });

  it('says what to do next, in commands that work as they are printed', async () => {
    const { out } = await command.run(['init', "peer's doorbell.json"]);
    const commands = out.split('\n').filter((line) => line.startsWith('  '));
    expect(commands.map((line) => line.trim().split(' ')[1])).toEqual(['replay', 'explain']);
    for (const line of commands) {
      const [words = ''] = line.trim().split(/ {2,}/);
      const script = words.replace(/^\S+/, '"$0"');
      expect(await command.shell(script)).toMatch(/doorbell/);
    }
  });

  it.each(['file', 'link'])('never overwrites: a %s', async (kind) => {
    const name = `taken-by-a-${kind}.json`;
    if (kind === 'file') command.write(name, 'mine');
    else symlinkSync('nowhere.json', join(command.directory, name));
    const { status, out, error } = await command.run(['init', name]);
    const line = `ioeventfd-check: ${name}: exists already; give another name\n`;
    expect([status, out, error]).toEqual([2, '', line]);
    if (kind === 'file') expect(contentOf(name)).toBe('mine');
  });

  it('says in one line where it cannot write', async () => {
    const { status, error } = await command.run(['init', 'no/such/place.json']);
    expect([status, error]).toEqual([2, 'ioeventfd-check: no/such/place.json: cannot be written (ENOENT)\n']);
  });

  it('prints the scenario for -', async () => {
    const { out } = await command.run(['init', '-']);
    expect(out).toBe(contentOf('scenario.json'));
  });
});
