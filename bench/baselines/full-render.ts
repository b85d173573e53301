/**
 * Baseline (c), QEMU's way of a commit: when the map has changed, all of it is rendered anew
 * (`generate_memory_topology`); then, as after a change of registrations alone, the list of all visible words is made
 * anew (`address_space_update_ioeventfds`) and merged with the old one (`address_space_add_del_ioeventfds`).
 *
 * Kinder than QEMU: addresses are numbers below 2^53 instead of 128-bit integers, a region's place for a new word is
 * found by binary search, and siblings never overlap, so that rendering is a sort.
 */

type Word = {
  readonly address: number;
  readonly size: number;
  readonly data: number;
  readonly notifier: number;
};
type Device = { base: number; readonly size: number; readonly words: Word[] };
type FlatRange = { readonly start: number; readonly end: number; readonly device: Device };

export class FullRender {
  /** What the host was told, added and deleted. */
  told = 0;
  private readonly devices: Device[] = [];
  private ranges: FlatRange[] = [];
  private list: Word[] = [];

  /** Maps a device; it is seen after the next commit. */
  map(base: number, size: number): Device {
    const device = { base, size, words: [] };
    this.devices.push(device);
    return device;
  }

  /** Registers a word of a device; its address is the offset. */
  add(device: Device, address: number, size: number, data: number, notifier: number): void {
    const word = { address, size, data, notifier };
    let from = 0;
    let to = device.words.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (compare(device.words[middle]!, word) < 0) from = middle + 1;
      else to = middle;
    }
    device.words.splice(from, 0, word);
  }

  /** A commit: `mapChanged` where a region was mapped or moved, not only registered with. */
  commit(mapChanged: boolean): void {
    if (mapChanged) {
      this.ranges = this.devices.map((device) => ({
        start: device.base,
        end: device.base + device.size,
        device,
      }));
      this.ranges.sort((a, b) => a.start - b.start);
    }
    const fresh: Word[] = [];
    for (const { start, end, device } of this.ranges) {
      for (const { address: offset, size, data, notifier } of device.words) {
        const address = offset + device.base;
        if (address >= start && address < end) fresh.push({ address, size, data, notifier });
      }
    }
    this.merge(fresh);
    this.list = fresh;
  }

  private merge(fresh: readonly Word[]): void {
    const old = this.list;
    let i = 0;
    let j = 0;
    while (i < old.length || j < fresh.length) {
      const before = old[i];
      const after = fresh[j];
      const order = before === undefined ? 1 : after === undefined ? -1 : compare(before, after);
      if (order !== 0) this.told++;
      if (order <= 0) i++;
      if (order >= 0) j++;
    }
  }
}

function compare(a: Word, b: Word): number {
  return a.address - b.address || a.size - b.size || a.data - b.data || a.notifier - b.notifier;
}
