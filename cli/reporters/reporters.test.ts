import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { githubReport } from './github.ts';
import { junitReport } from './junit.ts';
import { failure, placeOf, requireReporter, type TestSuite } from './test-case.ts';

/** A title that tries to end an attribute, a comment, a CDATA section and a line, to forge a command, and to hide. */
const hostile = 'a "b" <c> & --> ]]> \u001b[31m\u202e\n::error::forged %0A %25';

const suite: TestSuite = {
  command: 'replay',
  subject: `model and ${hostile}`,
  cases: [
    { name: 'one that passes', file: 'good.json' },
    { name: hostile, file: 'a,b:c.json', line: 7, problem: failure(hostile, ['first line', hostile]) },
    { name: 'one that is skipped', problem: { kind: 'skipped', message: 'there are none', details: [] } },
    { name: 'one that did not end', problem: { kind: 'error', message: 'interrupted', details: [] } },
  ],
  milliseconds: 1500,
};

function parsed(lines: readonly string[]): Element {
  const stop = (_: string, message: string) => {
    throw new Error(message);
  };
  const document = new DOMParser({ onError: stop }).parseFromString(lines.join('\n'), 'text/xml');
  if (document.documentElement === null) throw new Error('an empty document');
  return document.documentElement;
}

describe('the JUnit report', () => {
  it('is XML that has each case, with what became of it', () => {
    const root = parsed(junitReport(suite));
    const cases = [...root.getElementsByTagName('testcase')];
    expect(cases.map((one) => one.getAttribute('name'))).toHaveLength(4);
    const kinds = cases.map((one) =>
      ['failure', 'skipped', 'error'].filter((kind) => one.getElementsByTagName(kind).length > 0),
    );
    expect(kinds).toEqual([[], ['failure'], ['skipped'], ['error']]);
    const [counted] = [...root.getElementsByTagName('testsuite')];
    const counts = ['tests', 'failures', 'errors', 'skipped'].map((name) => counted?.getAttribute(name));
    expect(counts).toEqual(['4', '1', '1', '1']);
  });

  it('shows what XML does not allow, or what hides, by its code', () => {
    const root = parsed(junitReport(suite));
    const [, failing] = [...root.getElementsByTagName('testcase')];
    expect(failing?.getAttribute('name')).toBe(
      'a "b" <c> & --> ]]> \\u001b[31m\\u202e\\u000a::error::forged %0A %25',
    );
    expect(root.textContent).toContain('first line');
  });
});

describe('the report for GitHub', () => {
  it('is an error command for each case that did not pass, and a line with the counts', () => {
    const lines = githubReport(suite);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac\.json,line=7,title=/);
    expect(lines[2]).toBe('replay: 1 passed, 2 failed, 1 skipped');
  });

  it('gives a title no way to begin a command of its own', () => {
    for (const line of githubReport(suite)) {
      expect(line).not.toContain('\n');
      expect(line.startsWith('::error::forged')).toBe(false);
    }
    // An encoded newline of the title itself must not become one.
    expect(githubReport(suite)[0]).toContain('%250A');
  });
});

it('a source names its file, and its line where there is one', () => {
  expect(placeOf('a.json')).toEqual({ file: 'a.json' });
  expect(placeOf('a.jsonl:12')).toEqual({ file: 'a.jsonl', line: 12 });
  expect(placeOf('standard input')).toEqual({});
});

it('long details are cut, and say by how much', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`);
  expect(failure('long', lines).details.at(-1)).toBe('... and 600 more lines');
});

it('--quiet and a JUnit report contradict each other', () => {
  expect(() => requireReporter({ reporter: 'junit', quiet: true })).toThrow('never empty');
  expect(() => requireReporter({ reporter: 'github', quiet: true })).not.toThrow();
});
