/** The command as a user has it: a process, its output, its exit status. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenario, writeScenarioLine } from '../format/index.ts';
import { TestCommand } from './testing/command.ts';
import { crowded, ivshmem, kernel } from './testing/scenarios.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const run: TestCommand['run'] = (...given) => command.run(...given);

describe('bad usage is one line, and status 2', () => {
  it.each([
    [
      '',
      'ioeventfd-check: which command? check, conform, explore, caller, ledger, mutants, merge, replay, run, explain, show, shrink, selftest, serve, generate, init or completion; see ioeventfd-check --help',
    ],
    ['frobnicate', "ioeventfd-check: unknown command 'frobnicate'; see ioeventfd-check --help"],
    [
      'check --sede 4',
      "ioeventfd-check: unknown option '--sede' (Did you mean --seed?); see ioeventfd-check check --help",
    ],
    [
      'check a b c',
      "ioeventfd-check: too many arguments for 'check'. Expected 2 arguments but got 3; see ioeventfd-check check --help",
    ],
    [
      'check model nobody',
      'ioeventfd-check: no dispatcher is called "nobody": there are model, impl, impl:small, mutant:NAME, kvm, qemu, paths of modules such as ./mine.js, and programs, exec:COMMAND',
    ],
    [
      'check model impl@vax',
      'ioeventfd-check: no profile is called "vax": there are contract, tcg, tcg-7.2, kvm',
    ],
    [
      'run ivshmem.json --on model@tcg+visibility=some-byte',
      'ioeventfd-check: decision visibility has no value "some-byte": there are first-byte, any-byte',
    ],
    ['check --runs 1 --time 1', 'ioeventfd-check: --runs and --time exclude each other: give one of them'],
    [
      'check model@tcg impl --profile kvm',
      'ioeventfd-check: --profile kvm and model@tcg contradict each other: leave one of them out',
    ],
    ['check --save file', 'ioeventfd-check: --save file: expected a directory, it is a file'],
    ['check --regressions nowhere.json', 'ioeventfd-check: nowhere.json: no such file'],
    [
      'completion powershell',
      "ioeventfd-check: argument 'shell': 'powershell' is invalid. Allowed choices are bash, zsh, fish; see ioeventfd-check completion --help",
    ],
    ['replay', "ioeventfd-check: missing required argument 'file'; see ioeventfd-check replay --help"],
    ['replay ivshmem.json --on model', 'ioeventfd-check: --on: expected two dispatchers, A,B, got "model"'],
    ['run missing.json', 'ioeventfd-check: missing.json: no such file'],
    ['explain .', 'ioeventfd-check: .: a directory; expected a file'],
  ])('%s', async (args, line) => {
    command.write('file', '');
    command.write('ivshmem.json', writeScenario(ivshmem));
    const result = await run(args.split(' ').filter((word) => word !== ''));
    expect(result).toEqual({ status: 2, out: '', error: `${line}\n` });
  });

  it.each(['--runs 1e3', '--profile vax'])('check %s', async (args) => {
    const { status, out, error } = await run(['check', ...args.split(' ')]);
    expect([status, out]).toEqual([2, '']);
    expect(error).toMatch(
      /^ioeventfd-check: option '--\w+ <\w+>' argument '.*' is invalid\. .*; see ioeventfd-check check --help\n$/,
    );
  });
});

describe('bad input is one line, and status 2', () => {
  it.each(['replay', 'run', 'explain'])('%s names the place', async (name) => {
    command.write('bad.json', writeScenario(ivshmem).replace('"size": 4', '"size": 3'));
    const { status, out, error } = await run([name, 'bad.json']);
    expect([status, out]).toEqual([2, '']);
    expect(error).toMatch(
      /^ioeventfd-check: bad\.json: operations\[2\]\.size: expected 0, 1, 2, 4 or 8, got 3\n$/,
    );
  });

  it('what stands before it in JSON Lines has been done', async () => {
    command.write('half.jsonl', `${writeScenarioLine(ivshmem)}\n${writeScenarioLine(kernel)}\n{}\n`);
    const { status, out, error } = await run(['run', 'half.jsonl', '--json']);
    expect([status, out.split('\n').length]).toEqual([2, 3]);
    expect(error).toMatch(/^ioeventfd-check: half\.jsonl:3: .*\n$/);
  });

  it('a scenario without operations is not replayed as if it agreed', async () => {
    command.write('empty.json', writeScenario({ operations: [] }));
    const { status, out, error } = await run(['replay', 'empty.json']);
    expect([status, out]).toEqual([2, '']);
    expect(error).toBe(
      'ioeventfd-check: empty.json: operations: empty, there is nothing to replay; is this the right file?\n',
    );
  });
});

describe('a system that is not there', () => {
  it.each(['qemu', 'qemu@tcg'])('%s: status 3', async (name) => {
    const { status, out, error } = await run(['check', 'model', name, '--qemu', '/nowhere/qemu']);
    expect([status, out]).toEqual([3, '']);
    expect(error).toMatch(/^ioeventfd-check: qemu\S*: there is no \/nowhere\/qemu here; install it .*\n$/);
  });
});

describe('help', () => {
  it.each([
    ['--help'],
    ['help'],
    ['check', '--help'],
    ['help', 'replay'],
    ['run', '-h'],
    ['explain', '--help'],
  ])('%s %s has examples and the exit statuses', async (...args) => {
    const { status, out, error } = await run(args);
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain('Examples:\n  $ ioeventfd-check ');
    expect(out).toContain('Exit status:');
  });

  it('gives the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(await run(['--version'])).toEqual({ status: 0, out: `${version}\n`, error: '' });
  });

  it.each([[['--help']], [['--version']], [['help', 'check']]])(
    '%s fails where it cannot be written',
    async (words) => {
      const stdout = new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
      });
      const error = 'ioeventfd-check: standard output cannot be written (ENOSPC)\n';
      expect(await run(words, { stdout })).toEqual({ status: 2, out: '', error });
    },
  );
});

describe('run', () => {
  it('prints every effect', async () => {
    command.write('crowded.json', writeScenario(crowded));
    const { status, out, error } = await run(['run', 'crowded.json', '--on', 'model@tcg']);
    expect([status, error]).toEqual([0, '']);
    await expect(out).toMatchFileSnapshot('golden/run-crowded.txt');
  });

  it('as JSON prints a line for each scenario, in order, and the same from impl', async () => {
    command.write('two.jsonl', `${writeScenarioLine(kernel)}\n${writeScenarioLine({ operations: [] })}\n`);
    const { status, out } = await run(['run', 'two.jsonl', '--json']);
    expect(status).toBe(0);
    const [first = '', second, last] = out.split('\n');
    expect(Object.keys(JSON.parse(first))).toEqual(['source', 'title', 'effects']);
    expect(JSON.parse(first)).toMatchObject({ title: kernel.title });
    expect(JSON.parse(first).effects[6]).toEqual([
      { hostAdd: { space: 'memory', address: '0x1004', size: 0, notifier: 'dead' } },
    ]);
    expect([second, last]).toEqual(['{"source":"two.jsonl:2","title":"","effects":[]}', '']);
    expect((await run(['run', 'two.jsonl', '--json', '--on', 'impl'])).out).toBe(out);
  });

  it('reads standard input', async () => {
    const { status, out } = await run(['run', '-', '--json'], { input: writeScenario(ivshmem) });
    expect([status, out.split('\n').length]).toEqual([0, 2]);
  });
});

describe('replay', () => {
  it('says of each scenario what it came to', async () => {
    const [fourth] = ivshmem.expect ?? [];
    const unmet = {
      ...ivshmem,
      title: 'an expectation that nobody meets',
      expect: [{ ...fourth!, operation: 5 }],
    };
    command.write('replay.jsonl', [ivshmem, unmet].map((one) => `${writeScenarioLine(one)}\n`).join(''));
    const { status, out, error } = await run(['replay', 'replay.jsonl']);
    expect([status, error]).toEqual([1, '']);
    await expect(out).toMatchFileSnapshot('golden/replay.txt');
  });

  it('is fine where both sides do what is expected', async () => {
    command.write('ivshmem.json', writeScenario(ivshmem));
    const { status, out } = await run(['replay', 'ivshmem.json']);
    expect([status, out.split('\n').at(-2)]).toEqual([0, '1 scenario: 1 agrees']);
  });

  it('shows how two systems differ', async () => {
    command.write('kernel.json', writeScenario(kernel));
    const { status, out } = await run(['replay', 'kernel.json', '--on', 'model@contract,model@kvm']);
    expect(status).toBe(1);
    await expect(out).toMatchFileSnapshot('golden/replay-differs.txt');
  });

  it('runs on the pair that the file names', async () => {
    const found = { property: 'lockstep', dispatchers: ['model@contract', 'model@kvm'] };
    command.write('found.json', writeScenario({ ...kernel, found }));
    const { status, out } = await run(['replay', 'found.json', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      source: 'found.json',
      verdict: 'differs',
      dispatchers: ['model@contract', 'model@kvm'],
      property: 'lockstep',
      operation: 10,
      effect: 0,
    });
  });
});

describe('check', () => {
  const timings = /^ {2}(time|speed) .*$/gm;

  it('prints the same for the same seed, but for the timings', async () => {
    const args = ['check', '--runs', '260', '--seed', '11'];
    const [one, other] = await Promise.all([run(args), run(args)]);
    expect([one.status, one.error]).toEqual([0, '']);
    expect(one.out.replace(timings, '')).toBe(other.out.replace(timings, ''));
    expect(one.out).toMatch(/^model and impl agree on 260 random scenarios\.\n/);
    expect(one.out.match(timings)).toHaveLength(2);
  });

  it('finds where QEMU differs from its contract, saves it, and names a command that shows it again', async () => {
    const args = ['check', 'model@contract', 'model@tcg', '--seed', '5', '--save', 'differences'];
    const one = await run(args);
    expect([one.status, one.error]).toEqual([1, '']);
    expect(one.out).toMatch(/^model@contract and model@tcg differ\.\n/);
    expect(one.out).toMatch(/^ {3}>> /m);
    expect(one.out).toMatch(/^ {2}clause {4}[A-Z]\d+ {2}\w/m);
    const files = readdirSync(join(command.directory, 'differences'));
    const [, replay = ''] = /^ {2}replay {4}ioeventfd-check (.*)$/m.exec(one.out) ?? [];
    expect(files.map((file) => `replay differences/${file} --on model@contract,model@tcg`)).toContain(replay);
    const again = await run(replay.split(' '));
    expect([again.status, again.out.slice(0, 7)]).toEqual([1, 'differs']);
    const [, explain = ''] = /^ {2}explain {3}ioeventfd-check (.*)$/m.exec(one.out) ?? [];
    expect((await run(explain.split(' '))).status).toBe(0);
    expect((await run(args)).out.replace(timings, '')).toBe(one.out.replace(timings, ''));
  });

  it('asks what another decision would do, and saves whom it asked', async () => {
    const pair = ['model@kvm', 'model@kvm+host-changes=deletions-first'];
    const one = await run(['check', ...pair, '--seed', '5', '--save', 'decided']);
    expect([one.status, one.error]).toEqual([1, '']);
    const [, replay = ''] = /^ {2}replay {4}ioeventfd-check (.*)$/m.exec(one.out) ?? [];
    const [, saved = ''] = replay.split(' ');
    expect(JSON.parse(readFileSync(join(command.directory, saved), 'utf8')).found.dispatchers).toEqual(pair);
    expect(replay).toBe(`replay ${saved} --on ${pair.join()}`);
    for (const again of [await run(replay.split(' ')), await run(['replay', saved])]) {
      expect([again.status, again.out.slice(0, 7)]).toEqual([1, 'differs']);
    }
    expect((await run(['shrink', saved, '--no-search'])).status).toBe(0);
    const [a, b] = await Promise.all(pair.map((name) => run(['run', saved, '--on', name, '--json'])));
    expect(a?.out).not.toBe(b?.out);
    const explored = await run([
      'explore',
      ...pair,
      '--scope',
      'tiny',
      '--workers',
      '1',
      '--save',
      'decided',
    ]);
    expect([explored.status, explored.error]).toEqual([1, '']);
  });

  it('demands no minimum where decisions are changed, and tries no property', async () => {
    const name = 'model@contract+host=takes-all';
    const { status, out } = await run(['check', name, name, '--seed', '5', '--runs', '400', '--json']);
    expect(status).toBe(0);
    const report = JSON.parse(out);
    expect(report.coverage.filter(({ minimum }: { minimum: number }) => minimum > 0)).toEqual([]);
    expect(report.properties.filter(({ applied }: { applied: number }) => applied > 0)).toEqual([]);
    command.write('decided.json', out);
    expect((await run(['merge', 'decided.json'])).error).toContain('this run had no --shard');
  });

  it('runs what was saved first, when it is told to', async () => {
    const args = [
      'check',
      'model@contract',
      'model@tcg',
      '--seed',
      '6',
      '--regressions',
      'differences',
      '--json',
    ];
    const { status, out } = await run(args);
    expect(status).toBe(1);
    const report = JSON.parse(out);
    expect(report.finding.origin).toMatch(/^differences\/lockstep-.*\.json$/);
    expect(report.scenarios).toBe(0);
    expect(existsSync(join(command.directory, report.finding.file))).toBe(true);
  });

  it('as JSON has the clock in a field of its own', async () => {
    const { status, out } = await run([
      'check',
      '--runs',
      '300',
      '--seed',
      '3',
      '--profile',
      'kvm',
      '--json',
    ]);
    expect(status).toBe(0);
    expect(out.split('\n')).toHaveLength(2);
    const { coverage, properties, timings: clock, ...rest } = JSON.parse(out);
    expect(rest).toMatchObject({
      outcome: 'agree',
      dispatchers: ['model', 'impl'],
      profiles: ['kvm'],
      seed: 3,
    });
    expect(rest).toMatchObject({ scenarios: 300, finding: null });
    expect(Object.keys(coverage[0])).toEqual(['name', 'scenarios', 'share', 'minimum', 'reached']);
    expect(Object.keys(properties[0])).toEqual(['name', 'tried', 'applied']);
    expect(Object.keys(clock)).toEqual(['milliseconds', 'operationsPerSecond', 'workers']);
  });

  it('starts no more workers than help, and says so', async () => {
    const { error } = await run(['check', '--runs', '100', '--seed', '11', '--workers', '1024']);
    expect(error).toMatch(
      /^ioeventfd-check: --workers 1024: \d{1,3} are used; more would only take memory\n$/,
    );
  });

  it('ends when its time is over', async () => {
    const { status, out } = await run(['check', '--time', '0.5', '--json']);
    expect(status).toBe(0);
    const { asked, timings } = JSON.parse(out);
    expect(asked).toEqual({ seconds: 0.5 });
    // The upper bound is far beyond what any machine needs: without an end, the run would never stop.
    expect(timings.milliseconds).toBeGreaterThanOrEqual(500);
    expect(timings.milliseconds).toBeLessThan(60_000);
  });
});

describe('several files', () => {
  it('of many scenarios, each with dispatchers of its own, bring no warning of node', async () => {
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.message);
    process.on('warning', note);
    const { status } = await command.run(['replay', 'properties/regressions/s*.json', '--quiet']);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    // Each is of a mutant that differs.
    expect([status, warnings]).toEqual([1, []]);
  });

  it.each(['run', 'explain'])('%s names each, and one file alone not', async (name) => {
    command.write('one\u202e.json', writeScenario({ ...ivshmem, title: 'the same' }));
    command.write('other.json', writeScenario({ ...ivshmem, title: 'the same' }));
    const both = await run([name, 'one\u202e.json', 'other.json']);
    expect(both.status).toBe(0);
    expect(both.out.split('\n').filter((line) => line.endsWith('.json'))).toEqual([
      'one\\u202e.json',
      'other.json',
    ]);
    expect((await run([name, 'other.json'])).out).not.toContain('other.json');
  });
});
