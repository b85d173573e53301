/** Completion in a shell: bash's completion function runs in a bash, as the Tab key runs it. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutants } from '../impl/mutants/index.ts';
import { TestCommand } from './testing/command.ts';

let command: TestCommand;
beforeAll(async () => {
  command = new TestCommand();
  command.write('scenario.json', '{}');
  command.write("a hostile $(touch pwned) 'name'.json", '{}');
  command.write('completion.bash', (await command.run(['completion', 'bash'])).out);
});
afterAll(() => command.remove());

/** What bash proposes for a line with the cursor at its end. */
async function proposed(line: string): Promise<string[]> {
  const script = `
    PATH="$(dirname "$0"):$PATH"
    source completion.bash
    COMP_LINE=${quoted(line)} COMP_POINT=${line.length}
    [[ "$(complete -p ioeventfd-check)" == *'-F _ioeventfd_check'* ]] || exit 1
    _ioeventfd_check ioeventfd-check
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = await command.shell(script);
  return out.split('\n').filter((word) => word !== '');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const mutantNames = mutants.map(({ name }) => name);

describe('bash completes', () => {
  it.each([
    ['ioeventfd-check ex', ['explore', 'explain']],
    ['ioeventfd-check check --re', ['--regressions', '--reporter']],
    // Readline replaces what follows the equals sign.
    ['ioeventfd-check check --profile=t', ['tcg', 'tcg-7.2']],
    // An at sign belongs to the word that readline replaces.
    ['ioeventfd-check check model@t', ['@tcg', '@tcg-7.2']],
    ['ioeventfd-check check model@tcg+vis', ['@tcg+visibility=']],
    ['ioeventfd-check check model@tcg+visibility=f', ['first-byte']],
    ['ioeventfd-check explore --scope ti', ['tiny']],
    ['ioeventfd-check replay scen', ['scenario.json']],
    ['ioeventfd-check check --seed ', []],
  ])('%s', async (line, words) => {
    expect(await proposed(line)).toEqual(words);
  });

  it('the names of mutants, after the colon, where readline starts a word', async () => {
    expect(await proposed('ioeventfd-check check model mutant:')).toEqual(mutantNames);
  });

  it('both of a pair', async () => {
    expect(await proposed('ioeventfd-check replay scenario.json --on imp')).toEqual([
      ...['impl,', 'impl@contract,', 'impl@tcg,', 'impl@tcg-7.2,', 'impl@kvm,'],
    ]);
    expect(await proposed('ioeventfd-check shrink scenario.json --on model,im')).toEqual([
      ...['model,impl', 'model,impl@contract', 'model,impl@tcg', 'model,impl@tcg-7.2', 'model,impl@kvm'],
    ]);
  });

  it('runs nothing of what is typed', async () => {
    await proposed('ioeventfd-check replay $(touch pwned) `touch pwned` a');
    await proposed('ioeventfd-check replay "a');
    expect(readdirSync(command.directory)).not.toContain('pwned');
  });
});

describe('the scripts', () => {
  it.each(['bash', 'zsh', 'fish'])('%s reads its own', async (shell) => {
    const { status, out } = await command.run(['completion', shell]);
    expect([status, out.includes('complete --')]).toEqual([0, true]);
    if (shell !== 'bash' && !isInstalled(shell)) return;
    command.write('script', out);
    // Reads it and runs nothing.
    execFileSync(shell, ['-n', 'script'], { cwd: command.directory });
  });

  it('is that of the user, where none is named', async () => {
    const { out } = await command.run(['completion'], { environment: { SHELL: '/usr/bin/fish' } });
    expect(out).toBe((await command.run(['completion', 'fish'])).out);
    const other = await command.run(['completion'], { environment: { SHELL: '/bin/sh' } });
    const line = 'ioeventfd-check: which shell? give its name: bash, zsh, fish\n';
    expect(other).toEqual({ status: 2, out: '', error: line });
  });

  it('fish shows what each word is for', { skip: !isInstalled('fish') }, async () => {
    const { out } = await command.run(['completion', 'fish']);
    command.write('script', out);
    const path = `${dirname(command.program)}:${process.env['PATH']}`;
    const env = { ...process.env, PATH: path, HOME: join(command.directory, 'home') };
    const script = 'source script; complete -C "ioeventfd-check check --qu"';
    const shown = execFileSync('fish', ['-c', script], { cwd: command.directory, env, encoding: 'utf8' });
    expect(shown).toBe('--quiet\tprint nothing where all is well\n');
  });
});

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', ':'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
