/** Plays lives of a device on one QEMU: queues are set up, the guest writes, and who is notified is seen in the trace. */
import type { AccessSize, Write } from '../../../model/vocabulary/vocabulary.ts';
import type { TraceEvent } from '../log/trace.ts';
import type { Accelerator } from '../system/arguments.ts';
import type { Installation } from '../system/installation.ts';
import { Qemu } from '../system/qemu.ts';
import { type Board, littleEndian, pcBoard } from './board.ts';
import { afterSetUp, hideCommands, placeCommands, resetCommands, setUpCommands } from './drivers.ts';
import { type CallerDevice, callerArguments, callerPlaces } from './machine.ts';

/** A callback of the region with the words. */
export type SeenCallback = { readonly offset: bigint; readonly size: number; readonly value: bigint };

export type SeenWrite = {
  /** Each queue once, sorted: one notification may be traced several times. */
  readonly notified: readonly string[];
  readonly callbacks: readonly SeenCallback[];
};

/** A write relative to the region; by the virtual CPU, or by QEMU itself. */
export type CallerWrite = {
  readonly offset: bigint;
  readonly size: AccessSize;
  readonly data: bigint;
  readonly by: 'cpu' | 'qemu';
  readonly at: 'first' | 'moved';
};

/** An eventfd's handler runs in the turn after the write; what it schedules, in the next. */
const turns = 3;

export class CallerPlayer {
  readonly #qemu: Qemu;
  readonly #board: Board;
  #isMoved = false;

  /**
   * Starts a QEMU.
   *
   * @throws QemuUnusableError where it does not start
   */
  static async start(
    installation: Installation,
    accelerator: Accelerator,
    devices: readonly CallerDevice[],
    board = pcBoard,
  ): Promise<CallerPlayer> {
    const own = { devicesAndTraces: callerArguments(devices), board: board.arguments };
    const player = new CallerPlayer(await Qemu.start(installation, accelerator, own), board);
    if (!board.hasStores) return player;
    // Timers of a device need a machine that runs.
    await player.#qemu.stores([{ space: 'memory', address: 0x7f_0000n, size: 1, data: 0n }]);
    return player;
  }

  private constructor(qemu: Qemu, board: Board) {
    this.#qemu = qemu;
    this.#board = board;
  }

  /** Resets the device and sets up these queues, wherever it is. */
  async setUp(device: CallerDevice, queues: readonly number[]): Promise<void> {
    await this.#qemu.shortenLog();
    const address = this.#addressOf(device);
    this.#qemu.send([
      ...placeCommands(device, address, this.#board),
      ...setUpCommands(device, address, queues, this.#board),
    ]);
    // A device that starts looks at its queues once.
    await this.#settle();
    this.#qemu.send(afterSetUp(device));
  }

  /** The BAR is moved to its other place. */
  async move(device: CallerDevice): Promise<void> {
    this.#isMoved = !this.#isMoved;
    this.#qemu.send(placeCommands(device, this.#addressOf(device), this.#board));
    await this.#settle();
  }

  /** What is seen of a write. */
  async write(device: CallerDevice, { offset, size, data, by, at }: CallerWrite): Promise<SeenWrite> {
    const { space, offset: inBar } = device.region;
    const [first, moved] = callerPlaces[space];
    const address = (at === 'first' ? first : moved) + inBar + offset;
    const events = await this.#qemu.during(turns, () => {
      return this.#write({ op: 'write', space, address, size, data }, by);
    });
    return this.#seenOf(events, device);
  }

  /** The device is as it was, and answers nowhere. */
  async end(device: CallerDevice): Promise<void> {
    const address = this.#addressOf(device);
    this.#qemu.send([
      ...placeCommands(device, address, this.#board),
      ...resetCommands(device, address, this.#board),
    ]);
    this.#qemu.send(hideCommands(device, this.#board));
    this.#isMoved = false;
    await this.#settle();
  }

  close(): Promise<void> {
    return this.#qemu.close();
  }

  async #write(
    write: Extract<Write, { size: number }> & { readonly data: bigint },
    by: CallerWrite['by'],
  ): Promise<unknown> {
    const { space, address, size, data } = write;
    if (by === 'cpu') return this.#qemu.stores([{ space, address, size, data }]);
    const bytes = this.#board.target === 'big' ? bigEndian(data, size) : littleEndian(data, size);
    const command = this.#board.write(space, address, bytes);
    return command === undefined ? undefined : this.#qemu.command(command);
  }

  #addressOf({ region }: CallerDevice): bigint {
    return callerPlaces[region.space][this.#isMoved ? 1 : 0];
  }

  #settle(): Promise<unknown> {
    return this.#qemu.during(turns, async () => {});
  }

  #seenOf(events: readonly TraceEvent[], device: CallerDevice): SeenWrite {
    const { space, offset } = device.region;
    const base = this.#board.traced(space, this.#addressOf(device) + offset);
    const notified = new Set<string>();
    const callbacks: SeenCallback[] = [];
    for (const event of events) {
      if (event.kind === 'notify') notified.add(event.queue);
      if (event.kind !== 'access' || event.isRead || !event.name.startsWith(device.traced)) continue;
      const { address, size, value } = event;
      callbacks.push({ offset: address - base, size, value });
    }
    return { notified: [...notified].sort(), callbacks };
  }
}

function bigEndian(value: bigint, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, '0');
}
