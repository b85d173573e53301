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
    const explored = await command.run(['explore', '--scope', 'limit-zero', '--reporter', 'github']);
    expect(explored).toMatchObject({ status: 0, out: 'explore: 1 passed, 0 failed\n' });
  });

  it('check: a case for the random scenarios, and one for the coverage', async () => {
    const { status, out } = await command.run([
      'check',
      '--runs',
      '4000',
      '--seed',
      '1',
      '--reporter',
      'junit',
    ]);
    expect(status).toBe(0);
    expect(out).toContain('name="random scenarios"');
    expect(out).toContain('name="coverage"');
  });

  it('is one of three, and no JSON at the same time', async () => {
    const other = await command.run(['check', '--reporter', 'tap']);
    expect(other.status).toBe(2);
    expect(other.error).toContain('text, junit, github');
    expect((await command.run(['check', '--reporter', 'junit', '--json'])).status).toBe(2);
  });
});

describe('--quiet', () => {
  it.each([
    ['replay', 'good.json'],
    ['explore', '--scope', 'limit-zero'],
    ['check', '--runs', '4000', '--seed', '1'],
  ])('says nothing where all is well: %s', async (...args) => {
    expect(await command.run([...args, '--quiet'])).toEqual({ status: 0, out: '', error: '' });
  });

  it('says what is not well', async () => {
    const { status, out } = await command.run(['replay', 'good.json', 'unmet.json', '--quiet']);
    expect(status).toBe(1);
    expect(out).toContain('unmet.json');
    expect(out).not.toContain('agrees  good.json');
  });
});
