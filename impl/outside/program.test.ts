import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { OutsideDispatcher, OutsideRun } from '../../model/vocabulary/outside.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { startProgram } from './program.ts';

/** Its answer is right with no list of effects. */
const scenario: Scenario = { operations: [] };

const hello = '{"hello":{"protocol":"ioeventfd-dispatcher/1","name":"shell","version":"2"}}';

/** A word in the command line of a child and of what it starts, by which it is found. */
let tests = 0;
const wordOf = () => `ioeventfd-check-test-${process.pid}-${tests}`;

/** A child in shell: says hello, then does something for each scenario; `$id` is its id. */
const saying = (each: string) =>
  `: ${wordOf()}; read -r hello; echo '${hello}'; id=0; while read -r line; do id=$((id+1)); ${each}; done`;

const right = 'echo "{\\"id\\":$id,\\"effects\\":[]}"';

const programs: OutsideDispatcher[] = [];

async function start(command: string, seconds = 20): Promise<OutsideDispatcher> {
  const program = await startProgram({ name: 'exec:test', command, seconds });
  programs.push(program);
  return program;
}

/** What becomes of some scenarios that are sent at once. */
async function runs(command: string, count = 3, seconds?: number): Promise<OutsideRun[]> {
  const started = await start(command, seconds);
  return Promise.all(Array.from({ length: count }, () => started.run(scenario)));
}

/** Processes with this word in their command line. */
function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || name === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.close()));
  const word = wordOf();
  tests++;
  expect(processesWith(word)).toEqual([]);
});

describe('a program that does what it should', () => {
  it('says who it is, and answers in any order', async () => {
    const held =
      'held="$held$id "; [ $id -lt 3 ] || for one in 3 1 2; do id=$one; echo "{\\"id\\":$one,\\"effects\\":[]}"; done';
    const answers = await runs(saying(held));
    expect(programs[0]?.title).toBe('shell 2');
    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ answer: { kind: 'effects', effects: [] } })));
  });

  it('has at most 16 scenarios under way', async () => {
    const late = saying(
      `if [ $id -eq 16 ]; then id=1; while [ $id -le 16 ]; do ${right}; id=$((id+1)); done; exit 0; fi`,
    );
    const answers = await runs(late, 16);
    expect(answers.every(({ answer }) => answer.kind === 'effects')).toBe(true);
  });

  it('is told scenarios without what was remarked on them', async () => {
    const started = await start(
      saying('echo "{\\"id\\":$id,\\"unsupported\\":\\"$(echo "$line" | tr -d \\")\\"}"'),
    );
    const remarked = { ...scenario, title: 'secret', found: { property: 'secret' }, confirmed: ['secret'] };
    const { answer } = await started.run(remarked);
    expect(answer).toEqual({
      kind: 'unsupported',
      why: '{id:1,scenario:{format:ioeventfd-scenario/1,operations:[]}}',
    });
  });

  it('says what it lacks in its hello; words that are not known are left out', async () => {
    const lacking = hello.replace('"version":"2"', '"profiles":["kvm","next"],"regions":[],"later":1');
    const started = await start(saying(right).replace(hello, lacking));
    expect(started.abilities).toMatchObject({ profiles: ['kvm'], regions: [], spaces: ['memory', 'io'] });
  });
});

describe('a program that says no hello is named with the reason', () => {
  it.each([
    ['exit 3', 'ended with exit status 3'],
    ['exit 0', 'ended with exit status 0'],
    ['kill -SEGV $$', 'ended by SIGSEGV'],
    ['/nowhere/at/all', 'ended with exit status 127'],
    ['echo hello; sleep 100', 'wrote "hello" to standard output, which is no line of JSON'],
    [
      `echo '${hello.replace('/1', '/2')}'; sleep 100`,
      'answers hello with what is none: hello.protocol: expected "ioeventfd-dispatcher/1"',
    ],
    [`echo '{"id":1}'; sleep 100`, 'answers hello with what is none: hello: expected an object'],
    [
      `echo '${hello.replace('"version":"2"', '"profiles":["xen"]')}'; sleep 100`,
      'answers hello with what is none: hello.profiles: none of those that there are: contract, tcg, tcg-7.2, kvm',
    ],
  ])('%s', async (body, what) => {
    await expect(start(`: ${wordOf()}; ${body}`)).rejects.toThrow(what);
  });
});

/** What each of the scenarios that are under way comes to, the first of which breaks it down again and again. */
const repeats = [
  ['dies', 'exit 3', 'crash', 'ended with exit status 3'],
  ['ends well', 'exit 0', 'crash', 'ended with exit status 0'],
  ['crashes', 'kill -ABRT $$', 'crash', 'ended by SIGABRT'],
  ['writes garbage', 'echo oops', 'protocol', 'wrote "oops" to standard output, which is no line of JSON'],
  ['writes an empty line', 'echo', 'protocol', 'wrote "" to standard output, which is no line of JSON'],
  [
    'answers with a wrong id',
    'echo "{\\"id\\":99,\\"effects\\":[]}"',
    'protocol',
    'answers id 99; waiting: 1',
  ],
  ['answers with no id', 'echo "{\\"effects\\":[]}"', 'protocol', 'answers id missing; waiting: 1'],
  ['answers a list', 'echo "[1]"', 'protocol', 'answers id missing; waiting: 1'],
  [
    'answers with too many lists',
    'echo "{\\"id\\":$id,\\"effects\\":[[]]}"',
    'protocol',
    'answers 1 list of effects for 0 operations',
  ],
  [
    'answers nothing of what there is',
    'echo "{\\"id\\":$id,\\"ok\\":1}"',
    'protocol',
    'answers without exactly one of effects, unsupported and error',
  ],
  [
    'answers both',
    'echo "{\\"id\\":$id,\\"effects\\":[],\\"error\\":\\"x\\"}"',
    'protocol',
    'answers without exactly one of effects, unsupported and error',
  ],
  [
    'fails after the last operation',
    'echo "{\\"id\\":$id,\\"error\\":\\"x\\",\\"before\\":[[]]}"',
    'protocol',
    'answers an error after the last operation',
  ],
  [
    'fails after what is no list of effects',
    'echo "{\\"id\\":$id,\\"error\\":\\"x\\",\\"before\\":[{}]}"',
    'protocol',
    'answers before[0]: expected a list, got an object',
  ],
  [
    'prints before it answers',
    `echo 'debug: 1'; ${right}`,
    'protocol',
    'wrote "debug: 1" to standard output',
  ],
  [
    'writes a line of 20 MB',
    'head -c 20000000 /dev/zero | tr "\\0" x',
    'protocol',
    'wrote a line of more than 16 MiB to standard output',
  ],
  ['closes its output', 'exec >&-; sleep 100', 'protocol', 'closed its standard output'],
] as const;

describe('a program that breaks down at a scenario is found out, and ended with all that it started', () => {
  it.each(repeats)('it %s', async (_, each, kind, what) => {
    const answers = await runs(saying(each), 2);
    const broken = answers.find(({ answer }) => answer.kind !== 'effects');
    expect(answers.every(({ before }) => before === undefined)).toBe(true);
    expect(broken?.answer).toMatchObject({ kind, what: expect.stringContaining(what) });
  });

  // The second answer may come while the next scenario is under way, and then need not come so again.
  it('it answers twice', async () => {
    const answers = await runs(saying(`${right}; ${right}`), 3);
    const told = answers.flatMap(({ answer, before }) =>
      before === undefined ? [answer] : [answer, before],
    );
    expect(told).toContainEqual(
      expect.objectContaining({ kind: 'protocol', what: expect.stringMatching(/^answers id \d; waiting: /) }),
    );
  });

  it.each([
    ['hangs', 'sleep 1000'],
    ['ignores SIGTERM', 'trap "" TERM; sleep 1000'],
    ['runs in a loop', 'while :; do :; done'],
    ['says nothing', ':'],
  ])('it %s', async (_, each) => {
    const [first] = await runs(saying(each), 1, 0.05);
    expect(first?.answer).toMatchObject({ kind: 'timeout', what: 'does not answer within 0.05 s' });
  });

  it('it leaves processes in its group, and in one of their own', async () => {
    const child = `sh -c ': ${wordOf()}; sleep 1000; :'`;
    const [first] = await runs(saying(`${child} & setsid ${child} & exit 4`), 1);
    expect(first?.answer).toMatchObject({ kind: 'crash', what: 'ended with exit status 4' });
  });

  it('the last 4 KiB of its standard error come with it', async () => {
    const flood = 'i=0; while [ $i -lt 300 ]; do echo "line $i of many more of these" >&2; i=$((i+1)); done';
    const [first] = await runs(saying(`${flood}; exit 5`), 1);
    const { stderr = '' } = (first?.answer ?? {}) as { readonly stderr?: string };
    expect(Buffer.byteLength(stderr)).toBe(4096);
    expect(stderr).toMatch(/line 299 of many more of these\n$/);
  });
});

describe('what does not happen again', () => {
  it('is told with the first of those that were under way; each has its answer', async () => {
    const mark = join(inject('builtPackage'), '..', wordOf());
    const once = `[ -e ${mark} ] && ${right} || { : > ${mark}; exit 6; }`;
    const answers = await runs(saying(once), 3);
    await start(`rm ${mark}; ${saying(right)}`);
    expect(answers.map(({ answer }) => answer.kind)).toEqual(['effects', 'effects', 'effects']);
    expect(answers.map(({ before }) => before?.what)).toEqual([
      'ended with exit status 6',
      undefined,
      undefined,
    ]);
  });

  it('what comes after one that fails again is answered, too', async () => {
    const third = `case "$line" in *big*) exit 7;; *) ${right};; esac`;
    const started = await start(saying(third));
    const sent = [{ operations: [] }, { operations: [], target: 'big' }, { operations: [] }] as const;
    const answers = await Promise.all(sent.map((one) => started.run(one)));
    expect(answers.map(({ answer }) => answer.kind)).toEqual(['effects', 'crash', 'effects']);
  });
});

describe('alone', () => {
  it('what it says after its answer counts', async () => {
    const started = await start(saying(right).replace(/$/, '; echo bye'));
    expect(await started.runAlone(scenario)).toMatchObject({ kind: 'protocol' });
    expect(await started.runSingly(scenario)).toMatchObject({ kind: 'effects' });
  });
});

it('nothing is left when this program is killed', async () => {
  const word = wordOf();
  const file = pathToFileURL(join(inject('builtPackage'), 'dist', 'impl', 'outside', 'program.js')).href;
  const command = saying(`setsid sh -c ': ${word}; sleep 1000; :' & sleep 1000`);
  const script = `
    const { startProgram } = await import(${JSON.stringify(file)});
    const program = await startProgram({ name: 'x', command: ${JSON.stringify(command)} });
    void program.run({ operations: [] });
    setTimeout(() => console.log('ready'), 100);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => parent.stdout.once('data', resolve));
  expect(processesWith(word).length).toBeGreaterThan(1);
  parent.kill('SIGKILL');
  while (processesWith(word).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
});
