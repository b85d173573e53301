/** The C tests of histories, compiled and run on the QEMU of this machine. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readScenario } from '../../../format/index.ts';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Dispatcher, Effect } from '../../../model/vocabulary/vocabulary.ts';
import { type QemuDispatcher, startQemu } from '../dispatcher.ts';

const qemu = process.env['IOEVENTFD_CHECK_QEMU'] ?? 'qemu-system-x86_64';
const folder = new URL('../../../properties/scenarios/qemu/', import.meta.url);

async function opened(expected: Dispatcher): Promise<QemuDispatcher | string> {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return await startQemu({ name: 'qemu', qemu, expected });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const system = await opened(modelDispatcher);
const reason = typeof system === 'string' ? ` (skipped: ${system})` : '';

/** Compiles and runs a test. */
function resultOf(test: string): { readonly status: number | null; readonly out: string } {
  const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-c-'));
  try {
    const [source, program] = [join(directory, 'history.c'), join(directory, 'history')];
    writeFileSync(source, test);
    execFileSync('cc', ['-Wall', '-Wextra', '-Werror', '-O1', '-o', program, source]);
    const { status, stdout } = spawnSync(program, { env: { ...process.env, QTEST_QEMU_BINARY: qemu } });
    return { status, out: String(stdout) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The recorded histories in which QEMU alone writes, as C tests. */
function testsOf(dispatcher: QemuDispatcher): (readonly [file: string, test: string])[] {
  return readdirSync(folder).flatMap((file) => {
    const scenario = readScenario(readFileSync(new URL(file, folder), 'utf8'), file);
    if (scenario.profile !== dispatcher.usualProfiles[0]) return [];
    const test = dispatcher.reproductionOf(scenario).get('c');
    return test === undefined ? [] : [[file, test] as const];
  });
}

it.skipIf(reason !== '')(
  `a C test passes where QEMU does what is expected, and fails with a line where it does not${reason}`,
  async () => {
    if (typeof system === 'string') return;
    const tests = testsOf(system);
    await system.close();
    expect(tests.length).toBeGreaterThan(5);
    for (const [file, test] of tests) expect([file, resultOf(test)]).toEqual([file, passed]);

    for (const [isKept, line] of [
      [(effect: Effect) => !('signal' in effect), 'expected: 0 signals\n#   seen: 1 signals'],
      [
        (effect: Effect) => !('callback' in effect && effect.offset !== 0n),
        'expected: \n#   seen: pci-testdev-',
      ],
      [(effect: Effect) => !('unassigned' in effect), 'seen: invalid (null) 0x'],
    ] as const) {
      const wrong = await opened(without(isKept));
      if (typeof wrong === 'string') throw new Error(wrong);
      const results = testsOf(wrong).map(([, test]) => resultOf(test));
      await wrong.close();
      const failed = results.filter(({ status, out }) => status === 1 && /^not ok 1 /m.test(out));
      expect(failed.length).toBeGreaterThan(0);
      expect(results.map(({ out }) => out).join('')).toContain(line);
    }
  },
);

const passed = { status: 0, out: 'ok 1 /ioeventfd/history\n1..1\n' };

/** The model, but some effects are not expected. */
function without(isKept: (effect: Effect) => boolean): Dispatcher {
  return {
    ...modelDispatcher,
    open(header) {
      const session = modelDispatcher.open(header);
      return { apply: (operation) => session.apply(operation).filter(isKept) };
    },
  };
}
