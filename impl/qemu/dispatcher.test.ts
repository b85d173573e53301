import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { startQemu } from './dispatcher.ts';

const fake = fileURLToPath(new URL('./testing/fake-qemu.js', import.meta.url));

async function complaintOf(qemu: string): Promise<string> {
  try {
    const dispatcher = await startQemu({ name: 'qemu', qemu, expected: modelDispatcher });
    await dispatcher.close();
    return 'started';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

describe('a QEMU that cannot be used is told in one line', () => {
  it.each([
    [
      'missing',
      '/nowhere/qemu',
      /^QemuUnusableError: there is no \/nowhere\/qemu here; install it .*--qemu PATH$/,
    ],
    ['not to be run', '/etc/passwd', /cannot be run \(permission denied\); install it/],
    [
      'no QEMU',
      'echo',
      /^QemuUnusableError: echo is no QEMU: asked for its version, it says "-version"; install it/,
    ],
    ['too old', 'old', /is QEMU 6\.2\.0 \(fake\): too old, 7\.2 or later is needed; install it/],
    ['failing', 'silent-version', /ends with status 3 when it is asked for its version; install it/],
    [
      'refusing a device',
      'refuses-a-device',
      /does not start: it ended with exit status 1; it says: fake: -device edu: 'edu' is not a valid device model name$/,
    ],
    ['ending at once', 'ends', /does not start: it ended with exit status 7$/],
    ['not greeting', 'no-greeting', /does not start: it says no version in its QMP greeting$/],
    [
      'greeting oddly',
      'odd-greeting',
      /does not start: it wrote "hello" to the QMP socket, which is no JSON$/,
    ],
    ['refusing commands', 'refuses-commands', /answers "FAIL Unknown command 'outl'" to a qtest command$/],
    ['tracing nothing', 'wrong-trace', /is not as expected: a write to test0\.mmio is not traced as one$/],
  ])('%s', async (_, program, expected) => {
    const isFake = /^[a-z-]+$/.test(program) && program !== 'echo';
    const complaint = await complaintOf(isFake ? `${process.execPath} ${fake} ${program}` : program);
    expect(complaint).toMatch(expected);
    expect(complaint).toMatch(/^QemuUnusableError: [^\n]*$/);
  });
});
