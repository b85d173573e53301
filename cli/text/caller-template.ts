/** The caller that `init --caller` writes: a device with one doorbell a queue, to be edited. */
export const callerTemplate = `// A device that registers eventfds, for: ioeventfd-check caller ./my-device.js
// A state is plain data; every function is pure. Offsets, sizes of regions and data are bigint (0x10n), in bytes.

/** @type {import('ioeventfd-check').Caller<{ readonly started: readonly number[] }>} */
export default {
  name: 'my-device',
  title: 'two queues, and a doorbell at 0x10 that takes the number of a queue',
  source: 'my_device_write, my_device_start_queue (my-device.c)',

  // What the guest sees. movesTo: where it may move the BAR.
  regions: [{ region: 'bar0', size: 0x100n, endianness: 'little', address: 0x1000n, movesTo: 0x3000n }],

  // The life of the device: what can happen in a state, and what becomes of it.
  initial: { started: [] },
  events: ({ started }) =>
    [0, 1].map((queue) => (started.includes(queue) ? \`queue \${queue} stops\` : \`queue \${queue} starts\`)),
  after: ({ started }, event) => {
    const queue = Number(event.split(' ')[1]);
    const others = started.filter((other) => other !== queue);
    return { started: event.endsWith('starts') ? [...others, queue].sort() : others };
  },

  // The calls of memory_region_add_eventfd in a state. What is no longer there is deleted first, in one transaction.
  // With a big-endian guest, QEMU's emulation compares data of a little-endian region wrongly (clause R3): such a caller is
  // prepared for little-endian guests only. A word of its own for each queue, without data, is prepared for both.
  registrations: ({ started }) =>
    started.map((queue) => ({
      region: 'bar0',
      offset: 0x10n,
      size: 2,
      data: BigInt(queue),
      notifier: \`queue\${queue}\`,
    })),

  // The write callback: whom it notifies. It must do what the eventfd would have done.
  callback: ({ started }, { offset, value }) => {
    const queue = Number(value);
    return offset === 0x10n && started.includes(queue) ? { notify: [\`queue\${queue}\`] } : { notify: [] };
  },

  // What the guest may write: the registered words, and what is near them.
  writes: [
    { region: 'bar0', offset: 0x10n, size: 2, data: 0n },
    { region: 'bar0', offset: 0x10n, size: 2, data: 1n },
    { region: 'bar0', offset: 0x10n, size: 4, data: 1n },
    { region: 'bar0', offset: 0x8n, size: 8, data: 1n },
  ],
};
`;
