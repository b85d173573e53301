/** Ctrl-C and SIGTERM while a command is in the middle of one operation that does not end. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario, writeScenario, writeScenarioLine } from '../../format/index.ts';
import { TestCommand } from '../testing/command.ts';
import { ivshmem, kernel } from '../testing/scenarios.ts';
import { startedWith } from '../testing/started.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  const plain = { ...ivshmem, expect: [] };
  command.write('ivshmem.json', writeScenario(plain));
  command.write('two.jsonl', `${writeScenarioLine(plain)}\n${writeScenarioLine(kernel)}\n`);
});
afterAll(() => command.remove());

/** Hangs at operation 3 of the scenario that is called so. */
const hangsAt = (title: string) => `
  if (header.title === ${JSON.stringify(title)} && index === 3) { hangs(); for (;;); }
  return session.apply(operation);`;

/** How the command ends that is given the signal once it hangs, and what it wrote. */
async function ended(signal: NodeJS.Signals, words: readonly string[], body: string) {
  const child = await startedWith(command, words, body, 'hangs');
  const [out, error]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  child.stderr.on('data', (data: Buffer) => error.push(data));
  child.kill(signal);
  const [status] = await once(child, 'close');
  return { status, out: Buffer.concat(out).toString(), error: Buffer.concat(error).toString() };
}

const hangsInIvshmem = hangsAt(ivshmem.title ?? '');

describe('ends at once a dispatcher that never returns', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: run', async (signal, status) => {
    const result = await ended(signal, ['run', 'ivshmem.json', '--on', 'MARKED'], hangsInIvshmem);
    expect([result.status, result.error]).toEqual([status, '']);
  });

  it('explain', async () => {
    const result = await ended('SIGINT', ['explain', 'ivshmem.json', '--on', 'MARKED'], hangsInIvshmem);
    expect([result.status, result.error]).toEqual([130, '']);
    expect(result.out).toContain('[2] add-eventfd');
  });

  it.each([
    [[], /agrees {2}two.jsonl:1: .*\n\ninterrupted, not complete: 1 scenario: 1 agrees\n$/],
    [['--reporter', 'junit'], /^<\?xml .*two.jsonl:1.*<error message="interrupted"\/>.*<\/testsuites>\n$/s],
    [['--reporter', 'github'], /^::error title=replay.*interrupted\nreplay: 1 passed, 1 failed\n$/s],
    [['--json'], /^\{"source":"two.jsonl:1".*"agrees".*\}\n$/],
  ] as const)('replay %s, with all scenarios before', async (options, report) => {
    const words = ['replay', 'two.jsonl', '--on', 'model,MARKED', ...options];
    const result = await ended('SIGINT', words, hangsAt(kernel.title ?? ''));
    expect([result.status, result.error]).toEqual([130, '']);
    expect(result.out).toMatch(report);
  });

  it.each([
    ['regressions', ['--regressions', 'ivshmem.json'], hangsInIvshmem],
    [
      'random scenarios',
      ['--workers', '1'],
      'if (header.title === undefined) { hangs(); for (;;); } return session.apply(operation);',
    ],
    [
      'random scenarios in threads',
      ['--workers', '2'],
      'if (header.title === undefined) { hangs(); for (;;); } return session.apply(operation);',
    ],
  ])('check in %s, with a report that is whole', async (_, options, body) => {
    const words = ['check', 'model', 'MARKED', '--json', ...options];
    const { status, out, error } = await ended('SIGINT', words, body);
    expect([status, error]).toEqual([130, '']);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'interrupted', scenarios: 0, finding: null });
  });

  it('check that looks for a shorter scenario, with what was found, status 1', async () => {
    // It differs in random scenarios, and hangs when the first of them is saved.
    const body = `
      if (existsSync('found')) { hangs(); for (;;); }
      return header.title === undefined && index === 2 ? [] : session.apply(operation);`;
    const words = ['check', 'model', 'MARKED', '--json', '--workers', '1', '--save', 'found'];
    const { status, out } = await ended('SIGINT', words, body);
    const report = JSON.parse(out);
    expect([status, report.outcome]).toEqual([1, 'difference']);
    expect(existsSync(command.path(report.finding.file))).toBe(true);
  });

  it.each([
    ['check', ['check', 'model', 'MARKED', '--workers', '1']],
    ['explore', ['explore', 'model', 'MARKED', '--scope', 'tiny', '--workers', '1']],
  ])('%s --html, with a page of what there is', async (name, words) => {
    const body = 'if (header.title === undefined) { hangs(); for (;;); } return session.apply(operation);';
    const { status } = await ended('SIGINT', [...words, '--html', name], body);
    expect(status).toBe(130);
    const page = readFileSync(command.path(`${name}/index.html`), 'utf8');
    expect(page).toContain('The run was interrupted: this is what there was by then.');
  });

  it('replay --html, with a page of the scenarios before', async () => {
    const words = ['replay', 'two.jsonl', '--on', 'model,MARKED', '--html', 'replayed'];
    await ended('SIGINT', words, hangsAt(kernel.title ?? ''));
    const page = readFileSync(command.path('replayed/index.html'), 'utf8');
    expect(page).toContain('"title":"replay: 1 scenario"');
  });

  it.each(['1', '2'])('explore with %s workers', async (workers) => {
    const words = ['explore', 'model', 'MARKED', '--scope', 'tiny', '--json', '--workers', workers];
    const { status, out } = await ended('SIGINT', words, 'hangs(); for (;;);');
    expect([status, JSON.parse(out).end]).toEqual([130, 'interrupted']);
  });

  it('shrink, with the shortest scenario that was reached', async () => {
    const body = `
      if (header.operations.length < 4) { hangs(); for (;;); }
      return index === 3 ? [] : session.apply(operation);`;
    const words = ['shrink', 'ivshmem.json', '--on', 'model,MARKED', '-o', 'short.json'];
    const { status, out } = await ended('SIGINT', words, body);
    const { operations } = readScenario(readFileSync(command.path('short.json'), 'utf8'), 'short.json');
    expect([status, operations.length]).toEqual([130, 4]);
    expect(out).toContain('interrupted, not complete: shrunk from 8 operations to 4\n');
  });
});

it('hears Ctrl-C while a large scenario is being read', async () => {
  const operations = '{"op":"commit"},'.repeat(600_000);
  const large = `{"format":"ioeventfd-scenario/1","operations":[${operations}{"op":"commit"}]}`;
  command.write('large.jsonl', `${writeScenarioLine(kernel)}\n${large}\n`);
  const child = command.start(['replay', 'large.jsonl']);
  const out: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  // The first one is printed: now the other one is read.
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect((await once(child, 'close'))[0]).toBe(130);
  expect(Buffer.concat(out).toString()).toMatch(/\n\ninterrupted, not complete: 1 scenario: 1 agrees\n$/);
});
