import { DOMParser, type Element } from '@xmldom/xmldom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenario } from '../format/index.ts';
import { TestCommand } from './testing/command.ts';
import { ivshmem } from './testing/scenarios.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  command.write('good.json', writeScenario(ivshmem));
  command.write('unmet.json', writeScenario({ ...ivshmem, expect: [{ operation: 4, effects: [] }] }));
});
afterAll(() => command.remove());

/** A check that reaches the minimum of every coverage point. */
const enough = ['check', '--runs', '1200', '--seed', '1'];

function parsed(text: string): Element {
  const stop = (_: string, message: string) => {
    throw new Error(message);
  };
  const { documentElement } = new DOMParser({ onError: stop }).parseFromString(text, 'text/xml');
  if (documentElement === null) throw new Error('an empty document');
  return documentElement;
}

describe('--reporter', () => {
  it('junit: a case for each scenario of replay', async () => {
    const { status, out } = await command.run(['replay', 'good.json', 'unmet.json', '--reporter', 'junit']);
    expect(status).toBe(1);
    expect(out.match(/<testcase /g)).toHaveLength(2);
    expect(out).toContain('tests="2" failures="1"');
  });

  it('github: a command for the scenario that differs, none where all agree', async () => {
    const { status, out } = await command.run(['replay', 'unmet.json', '--reporter', 'github']);
    expect(status).toBe(1);
    expect(out).toMatch(/^::error file=unmet\.json,/);
    const explored = await command.run([
      'explore',
      '--scope',
      'limit-zero',
      '--workers',
      '1',
      '--reporter',
      'github',
    ]);
    expect(explored).toMatchObject({ status: 0, out: 'explore: 1 passed, 0 failed\n' });
  });

  it('check: a case for the random scenarios, and one for the coverage', async () => {
    const { status, out } = await command.run([...enough, '--reporter', 'junit']);
    expect(status).toBe(0);
    expect(out).toContain('name="random scenarios"');
    expect(out).toContain('name="coverage"');
  });

  it('check: the file of what was found, and how to replay it', async () => {
    const args = ['check', 'model', 'mutant:match-data-dropped', '--seed', '1', '--runs', '500'];
    const { status, out } = await command.run([...args, '--save', 'found', '--reporter', 'github']);
    expect(status).toBe(1);
    const [, file = '', message = ''] = /^::error file=([^,]+\.json),title=[^:]+::(.*)$/m.exec(out) ?? [];
    expect(message).toContain('%0A  replay    ');
    const replayed = await command.run(['replay', file, '--on', 'model,mutant:match-data-dropped']);
    expect(replayed.status).toBe(1);
    const quiet = await command.run([...args, '--save', 'found', '--quiet']);
    expect([quiet.status, quiet.out.split('\n')[0]]).toEqual([
      1,
      'model and mutant:match-data-dropped differ.',
    ]);
  });

  it('explore: the difference is the one case', async () => {
    const args = ['explore', 'model@contract', 'model@tcg', '--scope', 'tiny', '--save', 'found'];
    const { status, out } = await command.run([...args, '--reporter', 'junit']);
    expect(status).toBe(1);
    expect(parsed(out).getElementsByTagName('failure')).toHaveLength(1);
  });

  it('replay: a file that cannot be read leaves a whole report, with an error', async () => {
    const args = ['replay', 'good.json', 'missing.json', '--reporter', 'junit'];
    const { status, out, error } = await command.run(args);
    expect([status, error]).toEqual([2, 'ioeventfd-check: missing.json: no such file\n']);
    const [wrong, ...others] = [...parsed(out).getElementsByTagName('error')];
    expect([wrong?.getAttribute('message'), others]).toEqual(['missing.json: no such file', []]);
    expect(parsed(out).getElementsByTagName('testcase')).toHaveLength(2);
  });

  it('a hostile title ends neither the XML nor the line', async () => {
    const title = `</testsuite> ]]> <!-- "' & %0A::error::forged`;
    const hostile = { ...ivshmem, title, expect: [{ operation: 4, effects: [] }] };
    command.write('hostile.json', writeScenario(hostile));
    const { out } = await command.run(['replay', 'hostile.json', '--reporter', 'junit']);
    const [only] = [...parsed(out).getElementsByTagName('testcase')];
    expect(only?.getAttribute('name')).toBe(`hostile.json: ${title}`);
    const github = await command.run(['replay', 'hostile.json', '--reporter', 'github']);
    expect(github.out.split('\n').filter((line) => line.includes('::'))).toHaveLength(1);
    expect(github.out).toContain('%250A::error::forged');
  });

  it('is one of three, and no JSON at the same time', async () => {
    const other = await command.run(['check', '--reporter', 'tap']);
    expect(other.status).toBe(2);
    expect(other.error).toContain('text, junit, github');
    expect((await command.run(['check', '--reporter', 'junit', '--json'])).status).toBe(2);
  });
});

describe('--quiet', () => {
  it.each([['replay', 'good.json'], ['explore', '--scope', 'limit-zero', '--workers', '1'], enough])(
    'says nothing where all is well: %s',
    async (...args) => {
      expect(await command.run([...args, '--quiet'])).toEqual({ status: 0, out: '', error: '' });
    },
  );

  it('says what is not well', async () => {
    const { status, out } = await command.run(['replay', 'good.json', 'unmet.json', '--quiet']);
    expect(status).toBe(1);
    expect(out).toContain('unmet.json');
    expect(out).not.toContain('agrees  good.json');
  });
});
