/** The server of `ivshmem-doorbell`, beside a QEMU that has ended. */
import { expect, it } from 'vitest';
import { eventfdsOf } from '../system/counts.ts';
import { PeerServer } from './peers.ts';

const server = await PeerServer.open();
const reason = server === undefined ? ' (skipped: it needs the package koffi, and Linux on x86-64)' : '';

it.skipIf(server === undefined)(
  `a message to a QEMU that has ended is no error of this program${reason}`,
  () => {
    // Nobody else has inherited that end.
    server?.started();
    expect(() => server?.join(1)).not.toThrow();
    expect(() => server?.leave(1)).not.toThrow();
    server?.close();
    expect(() => server?.join(2)).not.toThrow();
  },
);

it('a process that has ended has no eventfds', () => {
  const none = 2 ** 30;
  expect(eventfdsOf(none)).toEqual([]);
});
