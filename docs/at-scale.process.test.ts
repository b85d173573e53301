/** The recipes of at-scale.md, each as it is written there, with fewer scenarios and parts: N processes, of which one is killed and run again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TestCommand } from '../cli/testing/command.ts';
import { untimed } from '../cli/testing/untimed.ts';

const document = readFileSync(fileURLToPath(new URL('at-scale.md', import.meta.url)), 'utf8');
const runs = '750';
const parts = [1, 2, 3] as const;

/** The variables that each system sets, for the part of a number from 1 on. */
const systems: Readonly<Record<string, (part: number) => Readonly<Record<string, string>>>> = {
  CI_NODE_INDEX: (part) => ({ CI_NODE_INDEX: `${part}`, CI_NODE_TOTAL: '3', CI_PIPELINE_IID: '1' }),
  JOB_COMPLETION_INDEX: (part) => ({ JOB_COMPLETION_INDEX: `${part - 1}` }),
  SLURM_ARRAY_TASK_ID: (part) => ({
    SLURM_ARRAY_TASK_ID: `${part + 4}`,
    SLURM_ARRAY_TASK_MIN: '5',
    SLURM_ARRAY_TASK_COUNT: '3',
  }),
};

/** The line of the document in which a report is named by a variable. */
function recipeWith(variable: string): string {
  const found = document
    .split('\n')
    .find((line) => line.includes('check model') && line.includes(`$${variable}.json`));
  return (found ?? '')
    .replace(/^.*?npx ioeventfd-check/, '"$0"')
    .replace(/--runs \d+/, `--runs ${runs}`)
    .replace('auto/50', 'auto/3')
    .replaceAll('/reports/', './');
}

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
  const { href } = new URL(`file://${join(inject('builtPackage'), 'dist', 'impl', 'index.js')}`);
  const example = readFileSync(
    fileURLToPath(new URL('../examples/vitest/my-dispatcher.js', import.meta.url)),
    'utf8',
  );
  command.write('my-dispatcher.js', example.replace("'ioeventfd-check/impl'", JSON.stringify(href)));
  command.write('package.json', { type: 'module' });
});
afterAll(() => command.remove());

/** Starts the shell of a job; its exit status. */
function started(line: string, environment: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn('bash', ['-c', line, command.program], {
    cwd: command.directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended };
}

describe('a recipe of docs/at-scale.md', () => {
  it.each(Object.entries(systems))(
    'with %s: a part is killed, and run again',
    async (variable, variablesOf) => {
      const line = recipeWith(variable);
      expect(line).toMatch(
        /^"\$0" check model \.\/my-dispatcher\.js .*--shard auto.* > .*\$\w+\.json \|\| \[ \$\? = 1 \]$/,
      );
      const nameOf = (part: number) =>
        (/> (\S+\.json)/.exec(line)?.[1] ?? '').replace(`$${variable}`, variablesOf(part)[variable] ?? '');
      const files = parts.map(nameOf);
      const jobs = parts.map((part) => started(line, variablesOf(part)));
      const [, killed] = jobs;
      // The shell makes the file before it starts the command.
      while (!existsSync(command.path(nameOf(2)))) await new Promise((resolve) => setTimeout(resolve, 5));
      process.kill(-(killed?.child.pid ?? 0), 'SIGKILL');
      expect(await Promise.all(jobs.map(({ ended }) => ended))).toEqual([0, null, 0]);

      const empty = await command.run(['merge', ...files]);
      expect([empty.status, empty.out]).toEqual([2, '']);
      expect(empty.error).toContain(`${nameOf(2)}: the text ends where a JSON value is expected`);
      rmSync(command.path(nameOf(2)));
      const others = [nameOf(1), nameOf(3)];
      expect(await command.run(['merge', ...others])).toEqual({
        status: 2,
        out: '',
        error: 'ioeventfd-check: of 3 shards, missing: 2\n',
      });

      expect(await started(line, variablesOf(2)).ended).toBe(0);
      const merged = await command.run(['merge', ...files, '--json']);
      const whole = await command.run([
        'check',
        'model',
        './my-dispatcher.js',
        '--runs',
        runs,
        '--seed',
        '1',
        '--json',
      ]);
      expect([merged.status, whole.status]).toEqual([0, 0]);
      expect(untimed(merged.out, 'findings')).toEqual(untimed(whole.out));
    },
  );
});
