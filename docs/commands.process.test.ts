import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from '../cli/testing/command.ts';
import { missing } from '../impl/kvm/testing/here.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a reader is told to type: the lines of the documents' `sh` blocks, with the exit status that is announced for them. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'properties/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const lines = documents.flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(
    ([, block = '']) =>
      block
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ document, line, status: Number(/# exits with (\d)/.exec(line)?.[1] ?? 0) })),
  ),
);

/** Lines that CI runs itself, because they install or test the whole project. */
const runByCi = ['npm ci && npm start', 'npm ci && npm test'];

const hasKernel = missing === undefined;
const hasPython = spawnSync('python3', ['--version']).status === 0;

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  symlinkSync(join(root, 'properties'), join(command.directory, 'properties'));
  symlinkSync(join(root, 'examples'), join(command.directory, 'examples'));
});
afterAll(() => command.remove());

/** The words of a line and the file that its output goes to; undefined where only a shell knows. */
function wordsOf(line: string): { readonly words: string[]; readonly file: string | undefined } | undefined {
  const word = '(?:[\\w@+=,.:/-]+|"[\\w@+=,.:/ -]+")';
  const whole = new RegExp(`^npx ioeventfd-check ((?:${word} *)+?)(?: > ([\\w.-]+))? *(?:#.*)?$`);
  const [, words, file] = whole.exec(line) ?? [];
  if (words === undefined) return undefined;
  return { words: (words.match(/[^\s"]+|"[^"]+"/g) ?? []).map((one) => one.replaceAll('"', '')), file };
}

/** The exit status of a line. One that is only words needs no shell and no process. */
async function statusOf(line: string): Promise<number | null> {
  const plain = wordsOf(line);
  if (plain !== undefined) {
    // Threads would compile anew what this one has compiled.
    const options = plain.words[0] === 'explore' ? ['--workers', '1'] : [];
    const { status, out } = await command.run([...plain.words, ...options]);
    if (plain.file !== undefined) command.write(plain.file, out);
    return status;
  }
  const script = line.replace('npx ioeventfd-check', `"${command.program}"`);
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: command.directory, maxBuffer: 1 << 28 }, (error) =>
      resolve(typeof error?.code === 'number' ? error.code : error === null ? 0 : -1),
    );
  });
}

describe('every command that the documents show does what they say', () => {
  it('there are some, and CI runs those that install', () => {
    expect(lines.length).toBeGreaterThan(5);
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(ci).toContain('npm ci && npm test');
    expect(ci).toContain('npm start');
  });

  // Some examples are in Python, and some are about the running kernel: where there is none, they cannot be run.
  const canRun = ({ line }: { readonly line: string }) =>
    (hasPython || !line.includes('python3')) && (hasKernel || !/[ ,]kvm(?= |$)/.test(line));
  const firstOf = ({ line }: { readonly line: string }) => lines.findIndex((one) => one.line === line);

  it.each(lines.filter((one, index) => !runByCi.includes(one.line) && canRun(one) && firstOf(one) === index))(
    '$document: $line',
    async ({ line, status }) => {
      expect(line).toMatch(/^npx ioeventfd-check /);
      expect(await statusOf(line)).toBe(status);
    },
  );
});

describe('links between the documents', () => {
  it.each(documents)('%s: each leads to a file', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    const here = join(root, document, '..');
    const dead = targets.filter((target) => {
      try {
        readdirSync(join(here, target));
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT';
      }
      return false;
    });
    expect(dead).toEqual([]);
  });
});
