/** `shrink`: a saved scenario, made shorter. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario, writeScenario } from '../format/index.ts';
import { optimizedDispatcher } from '../impl/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Operation, Scenario } from '../model/vocabulary/vocabulary.ts';
import { lockstep } from '../properties/compare/lockstep.ts';
import { dispatcherNamed } from '../properties/engine/dispatchers.ts';
import { TestCommand } from './testing/command.ts';
import { ivshmem } from './testing/scenarios.ts';

const mutant = 'mutant:deletion-ignores-data';
const broken = dispatcherNamed(mutant);

/** Two registrations that differ in their data, and the deletion of one: what the mutant gets wrong, among other things. */
const long: Scenario = {
  title: 'a long scenario',
  confirmed: ['qemu-7.2 tcg'],
  operations: [
    ...ivshmem.operations,
    { op: 'del-eventfd', region: 'bar0', offset: 0xcn, size: 4, data: 0x10002n, notifier: 'peer1.vector2' },
    { op: 'write', space: 'memory', address: 0xfebf000cn, size: 4, data: 0x10002n },
  ],
  expect: [{ operation: 0, effects: [] }],
};

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('long.json', writeScenario(long));
  command.write('agreed.json', writeScenario(ivshmem));
});
afterAll(() => command.remove());

const contentOf = (name: string) => readFileSync(join(command.directory, name), 'utf8');

describe('shrink', () => {
  it('prints a shorter scenario on which the pair still differs, and says how much shorter it is', async () => {
    const { status, out, error } = await command.run(['shrink', 'long.json', '--on', `model,${mutant}`]);
    const shortest = readScenario(out, 'out');
    // Two registrations that differ in their data, and a deletion: no shorter scenario shows it.
    expect(shortest.operations.length).toBe(3);
    expect([status, error]).toEqual([0, `shrunk from ${long.operations.length} operations to 3\n`]);
    expect(lockstep(modelDispatcher, broken, shortest)).toBeDefined();
    expect(lockstep(modelDispatcher, optimizedDispatcher, shortest)).toBeUndefined();
    // What was seen of the long one says nothing of this one.
    expect([shortest.expect, shortest.confirmed, shortest.title]).not.toContain(long.title);
    expect([shortest.expect, shortest.confirmed]).toEqual([undefined, undefined]);
    expect(shortest.found).toMatchObject({
      property: 'lockstep',
      dispatchers: ['model', mutant],
      originalLength: long.operations.length,
    });
  });

  it('keeps the way in which the pair differs, where no search is wanted', async () => {
    const args = ['shrink', 'long.json', '--on', `model,${mutant}`, '--no-search'];
    const shortest = readScenario((await command.run(args)).out, 'out');
    expect(shortest.operations.length).toBeLessThan(long.operations.length);
    const kindOf = (scenario: Scenario) => lockstep(modelDispatcher, broken, scenario)?.kind;
    expect(kindOf(shortest)).toBe(kindOf(long));
  });

  it('writes to a file, and prints commands that show the difference', async () => {
    const { status, out, error } = await command.run([
      ...['shrink', 'long.json', '--on', `model,${mutant}`],
      ...['--no-search', '-o', 'short.json'],
    ]);
    expect([status, error]).toEqual([0, '']);
    const [said = '', ...next] = out.trimEnd().split('\n');
    expect(said).toMatch(/^shrunk from 10 operations to \d$/);
    const replay = next.find((line) => line.startsWith('  replay'))?.replace(/^ +replay +\S+/, '"$0"');
    expect(await command.shell(`${replay} || echo status $?`)).toMatch(/^differs.*status 1\n$/s);
    expect(readdirSync(command.directory).filter((name) => name.includes('part'))).toEqual([]);
    // By then the file names the pair itself.
    const again = await command.run(['shrink', 'short.json', '--no-search', '-o', 'short.json']);
    expect([again.status, again.out.split('\n')[0]]).toEqual([
      0,
      `${readScenario(contentOf('short.json'), 'short.json').operations.length} operations; no shorter scenario was found`,
    ]);
  });

  it('shrinks what violates a property on that property', async () => {
    const dispatchers = ['mutant:match-data-dropped', 'mutant:match-data-dropped'];
    const violating: Scenario = {
      operations: [
        { op: 'create', region: 'dev0', kind: 'io', size: 0x100n },
        { op: 'map', region: 'dev0', container: 'memory', offset: 0x4000n },
        { op: 'add-eventfd', region: 'dev0', offset: 0n, size: 1, data: 0n, notifier: 'n0' },
        { op: 'create', region: 'box1', kind: 'container', size: 0x100n },
      ],
      found: { property: 'add-then-delete', dispatchers },
    };
    command.write('violating.json', writeScenario(violating));
    const { status, out } = await command.run(['shrink', 'violating.json', '--no-search']);
    const shortest = readScenario(out, 'out');
    expect([status, shortest.found?.property]).toEqual([0, 'add-then-delete']);
    expect(shortest.operations[1]).toMatchObject({ op: 'map', offset: 0n });
  });
});

describe('shrink refuses in one line, with status 2,', () => {
  it.each([
    ['agreed.json', 'agreed.json: model and impl agree on it; there is nothing to shrink'],
    ['agreed.json --on model', '--on: expected two dispatchers, A,B, got "model"'],
    ['missing.json', 'missing.json: no such file'],
    ['two.jsonl', 'two.jsonl:2: a second scenario; shrink takes one, such as from sed -n 1p'],
    ['long.json -o no/such/place.json', 'no/such/place.json: cannot be written (ENOENT)'],
    ['long.json -o .', '.: not a regular file; give the name of a file'],
  ])('%s', async (args, line) => {
    command.write('two.jsonl', `${JSON.stringify(JSON.parse(writeScenario(ivshmem)))}\n`.repeat(2));
    const { status, out, error } = await command.run(['shrink', ...args.split(' ')]);
    expect([status, out, error]).toEqual([2, '', `ioeventfd-check: ${line}\n`]);
  });
});

describe('Ctrl-C', () => {
  it('ends a dispatcher that never returns, and keeps what was reached', async () => {
    // Differs at its third operation; with fewer than three, it does not come back.
    command.write(
      'endless.mjs',
      `import { writeFileSync } from 'node:fs';
       export default { name: 'endless', open: ({ operations }) => {
         if (operations.length < 3) { writeFileSync('hangs', ''); for (;;); }
         let number = 0;
         return { apply: () => (++number === 3 ? [{ signal: 'n' }] : []) };
       } };`,
    );
    const create = (region: string): Operation => ({ op: 'create', region, kind: 'container', size: 16n });
    const operations = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(create);
    command.write('eight.json', writeScenario({ operations }));
    const child = command.start(['shrink', 'eight.json', '--on', 'model,./endless.mjs', '-o', 'kept.json']);
    const out: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    const ended = new Promise((resolve) => child.on('close', resolve));
    while (!existsSync(join(command.directory, 'hangs')) && child.exitCode === null) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const kept = readScenario(contentOf('kept.json'), 'kept.json').operations.length;
    expect(kept).toBeLessThan(8);
    expect(String(Buffer.concat(out))).toContain(
      `interrupted, not complete: shrunk from 8 operations to ${kept}\n`,
    );
  });
});
