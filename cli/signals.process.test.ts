/** What is not an error: a reader that has gone, and a user who has seen enough. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenarioLine } from '../format/index.ts';
import { TestCommand } from './testing/command.ts';
import { ivshmem } from './testing/scenarios.ts';
import { startedWith } from './testing/started.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('many.jsonl', `${writeScenarioLine({ ...ivshmem, expect: [] })}\n`.repeat(2000));
});
afterAll(() => command.remove());

/** The exit status of a started command, and what it wrote to standard error. */
async function end(child: ReturnType<TestCommand['start']>) {
  const error: Buffer[] = [];
  child.stderr.on('data', (data: Buffer) => error.push(data));
  const [status] = await once(child, 'close');
  return { status, error: Buffer.concat(error).toString() };
}

describe('a closed pipe is no error', () => {
  it.each([
    ['run', 'many.jsonl', '--json'],
    ['run', 'many.jsonl'],
    ['explain', 'many.jsonl'],
    ['replay', 'many.jsonl'],
  ])('%s %s %s', async (...args) => {
    const child = command.start(args);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await end(child)).toEqual({ status: 0, error: '' });
  });
});

describe('a run that is killed', () => {
  it('has on disk what it had found, while it was still looking for a shorter scenario', async () => {
    const directory = join(command.directory, 'killed');
    const names = () => (existsSync(directory) ? readdirSync(directory) : []);
    const child = command.start([
      ...['check', 'model', 'mutant:cancelled-changes-told', '--no-regressions', '--seed', '1'],
      ...['--workers', '1', '--save', 'killed'],
    ]);
    const ended = end(child);
    while (!names().some((name) => name.endsWith('.json')) && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await ended;
    const [file = ''] = names();
    const { status, out } = await command.run(['replay', `killed/${file}`]);
    expect([status, out.slice(0, 7)]).toEqual([1, 'differs']);
  });
});

// These would take a hundred seconds, or wait for ever, if Ctrl-C were not heard.
describe('Ctrl-C ends a run', () => {
  it('check, with a report that does not claim to be complete', async () => {
    const child = await startedWith(command, ['check', 'model', 'MARKED', '--time', '100', '--seed', '1']);
    const out: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.kill('SIGINT');
    expect(await end(child)).toEqual({ status: 130, error: '' });
    const text = Buffer.concat(out).toString();
    expect(text).toMatch(/^Interrupted: not complete\. /);
    expect(text).toContain('seed          1\n');
  });

  it('check as JSON', async () => {
    const child = await startedWith(command, ['check', 'model', 'MARKED', '--time', '100', '--json']);
    const out: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.kill('SIGINT');
    expect((await end(child)).status).toBe(130);
    expect(JSON.parse(Buffer.concat(out).toString()).outcome).toBe('interrupted');
  });

  it('explore, with a report that never says that the scope is exhausted', async () => {
    const scope = ['--scope', 'large', '--workers', '1', '--json'];
    const child = await startedWith(command, ['explore', 'model', 'MARKED', ...scope]);
    const out: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.kill('SIGINT');
    expect((await end(child)).status).toBe(130);
    const report = JSON.parse(Buffer.concat(out).toString());
    expect(report).toMatchObject({ end: 'interrupted', finding: null });
  });

  it.each(['run', 'replay', 'explain'])('%s, waiting for standard input', async (name) => {
    const child = command.start([name, '-']);
    child.stdin.on('error', () => {});
    // So many that some of what is printed leaves the buffer: then the command is at work.
    child.stdin.write(`${writeScenarioLine(ivshmem)}\n`.repeat(1000));
    const out: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await end(child)).toEqual({ status: 130, error: '' });
    const text = Buffer.concat(out).toString();
    expect(text).toContain('ivshmem');
    if (name === 'replay') expect(text).toMatch(/interrupted, not complete: [\d,]+ scenarios?: /);
  });
});

it('Ctrl-C ends the reading of a FIFO that nobody writes to any more', async () => {
  const path = join(command.directory, 'fifo');
  execFileSync('mkfifo', [path]);
  const child = command.start(['run', 'fifo']);
  const writer = createWriteStream(path);
  // Opened for writing, once the command has opened it for reading.
  await once(writer, 'open');
  child.kill('SIGINT');
  expect(await end(child)).toEqual({ status: 130, error: '' });
  writer.destroy();
});
