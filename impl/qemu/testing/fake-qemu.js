/**
 * A program that is started like a QEMU and is none. The first argument says what is wrong with it:
 * old, silent-version, refuses-a-device, ends, no-greeting, odd-greeting, refuses-commands, wrong-trace.
 */
import { Socket } from 'node:net';

const [mode, ...args] = process.argv.slice(2);

if (args.includes('-version')) {
  if (mode === 'silent-version') process.exit(3);
  console.log(`QEMU emulator version ${mode === 'old' ? '6.2.0' : '9.9.1'} (fake)`);
} else if (args.includes('help')) {
  console.log(
    'Log items (comma separated):\nguest_errors    log guest errors\ninvalid_mem     log invalid memory accesses',
  );
} else if (mode === 'refuses-a-device') {
  console.error("fake: -device edu: 'edu' is not a valid device model name");
  process.exitCode = 1;
} else if (mode === 'ends') {
  process.exitCode = 7;
} else {
  const qtest = new Socket({ fd: 3 });
  const monitor = new Socket({ fd: 4 });
  for (const socket of [qtest, monitor]) socket.on('error', () => {});
  if (mode === 'no-greeting') monitor.write('{"QMP":{}}\n');
  else if (mode === 'odd-greeting') monitor.write('hello\n');
  else monitor.write('{"QMP":{"version":{"qemu":{"major":9,"minor":9,"micro":1},"package":""}}}\n');
  monitor.on('data', () => monitor.write('{"return":{}}\n'));
  let rest = '';
  qtest.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const _ of lines) {
      if (mode !== 'refuses-commands') console.error('[S +0.1] OK');
      qtest.write(mode === 'refuses-commands' ? "FAIL Unknown command 'outl'\n" : 'OK\n');
    }
  });
}
