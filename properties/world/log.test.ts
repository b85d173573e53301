/** What QEMU writes to its log is attributed to what it was asked for, however much that is. Without a QEMU this is skipped. */
import { expect, it } from 'vitest';
import { examine, type Installation } from '../../impl/qemu/system/installation.ts';
import { Qemu } from '../../impl/qemu/system/qemu.ts';

const found = await examine(process.env['IOEVENTFD_CHECK_QEMU'] ?? 'qemu-system-x86_64').then(
  (installation): Installation | string => installation,
  (error: Error) => error.message,
);
const reason = typeof found === 'string' ? ` (skipped: ${found})` : '';
/** The configuration address: a write there is traced. */
const port = 0xcf8n;

it.skipIf(reason !== '')(`each write is told what it did, beyond a log that is long${reason}`, async () => {
  if (typeof found === 'string') return;
  const qemu = await Qemu.start(found, 'tcg');
  try {
    let restarts = 0;
    for (let round = 0; round < 40; round++) {
      const before = qemu.files.log.isLong;
      await qemu.shortenLog();
      if (before && !qemu.files.log.isLong) restarts++;
      const traced = Array.from({ length: 400 }, (_, index) =>
        qemu.enqueue(`outl 0xcf8 0x${index.toString(16)}`),
      );
      qemu.flush();
      for (const [index, events] of (await Promise.all(traced)).entries()) {
        expect(events).toMatchObject([{ kind: 'access', address: port, value: BigInt(index), size: 4 }]);
      }
      const written = [7n, 8n].map((number) => BigInt(round) * 16n + number);
      const stores = written.map((data) => ({ space: 'io', address: port, size: 4, data }) as const);
      for (const [index, events] of (await qemu.stores(stores)).entries()) {
        // Before the first, the CPU talks to its interrupt controller.
        expect(events.at(-1)).toMatchObject({ kind: 'access', address: port, value: written[index] });
      }
    }
    expect(restarts).toBeGreaterThan(0);
  } finally {
    await qemu.close();
  }
});
