import { type CallerRegistration, defineCaller, type GuestWrite, nobody } from './caller.ts';

/** The test that the guest has selected, if any: 0 without an eventfd, 1 with a word without data, 2 with data. */
type DeviceState = { readonly test: 0 | 1 | 2 | undefined };

/** The byte that a test uses (`IOTEST_SIZE`, plus the test's number), and the value of the test with data (`IOTEST_DATAMATCH`). */
const wordOf = (test: number) => 0x800n + BigInt(test);
const matchData = 0xfan;

const notifier = 'counter';

const testWrites = [0, 1, 2].flatMap((test): GuestWrite[] => [
  { region: 'bar0', offset: 0n, size: 1, data: BigInt(test) },
  { region: 'bar0', offset: wordOf(test), size: 1, data: matchData },
  { region: 'bar0', offset: wordOf(test), size: 1, data: 7n },
]);

/**
 * pci-testdev: the guest selects a test by writing its number to offset 0, which replaces the registration, and then writes to
 * the test's byte. The callback counts a write there; in the test with data, one of this value.
 */
export const pciTestdev = defineCaller<DeviceState>({
  name: 'pci-testdev',
  title: 'pci-testdev, the memory BAR: a test of each kind of registration',
  source:
    'pci_testdev_start, pci_testdev_stop, pci_testdev_write (hw/misc/pci-testdev.c, QEMU 10.2); size 0 in test 1 always since 9.0',
  regions: [
    {
      region: 'bar0',
      size: 0x1000n,
      endianness: 'little',
      impl: { min: 1, max: 1 },
      address: 0x1000n,
      movesTo: 0x4000n,
    },
  ],
  initial: { test: undefined },
  events: ({ test }) => (test === undefined ? [] : ['reset']),
  after: () => ({ test: undefined }),
  registrations: ({ test }): readonly CallerRegistration[] => {
    if (test === 1) return [{ region: 'bar0', offset: wordOf(1), size: 0, notifier }];
    if (test === 2) return [{ region: 'bar0', offset: wordOf(2), size: 1, data: matchData, notifier }];
    return [];
  },
  callback: ({ test }, { offset, value }) => {
    if (offset === 0n) {
      return {
        notify: [],
        state: { test: value <= 2n ? (Number(value) as DeviceState['test']) : undefined },
      };
    }
    if (test === undefined || offset !== wordOf(test)) return nobody;
    return test !== 2 || value === matchData ? { notify: [notifier] } : nobody;
  },
  writes: [
    ...testWrites,
    { region: 'bar0', offset: wordOf(1), size: 2, data: 0xfafan },
    { region: 'bar0', offset: wordOf(2), size: 2, data: 0xfafan },
    { region: 'bar0', offset: wordOf(0), size: 4, data: 0xfafa_fafan },
  ],
});
