/** One QEMU: started over socket pairs that it inherits, talked to, and ended with whatever happens to this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Space } from '../../../model/vocabulary/vocabulary.ts';
import { freshMark, Guard, markName } from '../../outside/guard.ts';
import { PeerServer } from '../events/peers.ts';
import { donePort, letter, mailbox, mostStores, toPort, wakeUp } from '../guest/program.ts';
import { Listener } from '../log/listener.ts';
import type { TraceEvent } from '../log/trace.ts';
import type { Sending } from '../world/action.ts';
import { type Accelerator, argumentsOf, descriptors, type Machine, worldArguments } from './arguments.ts';
import { QemuBreakdownError, QemuUnusableError } from './errors.ts';
import { SharedFiles } from './files.ts';
import type { Installation } from './installation.ts';
import { QmpClient } from './qmp.ts';
import { QtestClient } from './qtest.ts';

/** QEMU starts within so many seconds. */
const startSeconds = 20;
/** A process that closes its sockets has ended within so many milliseconds, if that is why. */
const endMilliseconds = 250;
/** Where nobody tells when a command is done, it is looked for this often, in milliseconds. */
const doneMilliseconds = 1;
/** The last command of those that are sent at once: then the others are done. */
const tellDone = `outb 0x${donePort.toString(16)} 0x0`;
/** What it says when nothing was asked is looked for this often, in milliseconds. */
const wordsMilliseconds = 100;

/** A store by the virtual CPU: bytes, address, and value. */
export type CpuStore = {
  readonly space: Space;
  readonly address: bigint;
  readonly size: number;
  readonly data: bigint;
};

export class Qemu {
  readonly files: SharedFiles;
  /** The server of `ivshmem-doorbell`; without one, QEMU does not have that device. */
  readonly peers: PeerServer | undefined;
  readonly #process: ChildProcess;
  readonly #guard: Guard | undefined;
  readonly #qtest: QtestClient;
  readonly #qmp: QmpClient;
  readonly #listener: Listener;
  readonly #listening: NodeJS.Timeout;
  /** Whether the machine tells when commands are done. */
  readonly #tellsDone: boolean;
  #asking: NodeJS.Timeout | undefined;
  #unsent: string[] = [];
  /** QMP events that are expected. */
  readonly #awaited = new Map<string, () => void>();
  #isRunning = false;
  #broken: QemuBreakdownError | undefined;
  #onBroken: (error: QemuBreakdownError) => void = () => {};

  /**
   * Starts a QEMU and waits until it listens.
   *
   * @param machine that of a world, if left out
   * @throws QemuUnusableError where it does not
   */
  static async start(installation: Installation, accelerator: Accelerator, machine?: Machine): Promise<Qemu> {
    const peers = machine === undefined ? await PeerServer.open() : undefined;
    const own = machine ?? { devicesAndTraces: worldArguments(peers !== undefined) };
    const qemu = new Qemu(installation, accelerator, peers, own);
    const [program] = installation.command;
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        qemu.#qmp.greet(),
        qemu.broken,
        new Promise((_, reject) => {
          timer = setTimeout(
            () => reject(new Error(`is not ready within ${startSeconds} s`)),
            1000 * startSeconds,
          );
        }),
      ]);
      qemu.files.forgetNames();
      // What it did while it started belongs to no command.
      qemu.#catchUp();
      return qemu;
    } catch (error) {
      // A process that ends closes its sockets first; how it ended says more.
      await new Promise((resolve) => setTimeout(resolve, endMilliseconds));
      const why = qemu.#broken ?? (error as Error);
      await qemu.close();
      throw new QemuUnusableError(`${program} does not start: it ${why.message}${qemu.lastWord}`);
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(
    { command: [program, ...args], ...installation }: Installation,
    accelerator: Accelerator,
    peers: PeerServer | undefined,
    machine: Machine,
  ) {
    this.files = new SharedFiles();
    this.#listener = new Listener(this.files.log, (what) => this.#break('protocol', what));
    this.peers = peers;
    const mark = freshMark();
    const own = argumentsOf(installation, accelerator, this.files, machine);
    this.#process = spawn(program, [...args, ...own], {
      stdio: [
        'ignore',
        'ignore',
        this.files.log.descriptor,
        'pipe',
        'pipe',
        peers?.qemuEnd ?? 'ignore',
        'pipe',
      ],
      env: { ...process.env, [markName]: mark },
      detached: true,
    });
    peers?.started();
    const { pid } = this.#process;
    this.#guard = pid === undefined ? undefined : new Guard(pid, mark);
    this.#process.on('error', (error) => this.#break('crash', `cannot be started (${error.message})`));
    this.#process.on('exit', (status, signal) => {
      const how = signal === null ? `ended with exit status ${status}` : `ended by ${signal}`;
      this.#catchUp();
      this.#break('crash', how);
    });
    this.#listening = setInterval(() => this.#listen(), wordsMilliseconds).unref();
    this.#tellsDone = machine.board === undefined;
    const onError = (error: Error) => this.#hearError(error);
    const onEvent = (event: string) => {
      const awaited = this.#awaited.get(event);
      this.#awaited.delete(event);
      if (awaited !== undefined) {
        awaited();
        return;
      }
      if (event === 'STOP' && this.#isRunning)
        this.#break('crash', 'stopped by itself: its CPU met an internal error');
      if (event === 'RESET') this.#break('crash', 'reset itself: its CPU met a fault');
    };
    // A process that could not be started has no sockets: what is asked of it is never answered.
    this.#qtest = new QtestClient(this.#socket('qtest'), onError, this.#tellsDone);
    this.#qmp = new QmpClient(this.#socket('monitor'), onEvent, onError);
    this.#socket('done')
      .on('data', () => this.#catchUp())
      .on('error', () => {});
  }

  /** Of the process; 0 where it could not be started. */
  get process(): number {
    return this.#process.pid ?? 0;
  }

  /** Rejected when QEMU breaks down. */
  get broken(): Promise<never> {
    return new Promise((_, reject) => {
      if (this.#broken !== undefined) reject(this.#broken);
      else this.#onBroken = reject;
    });
  }

  /** What was traced of the command at which it broke down. */
  get unanswered(): readonly TraceEvent[] {
    return this.#listener.unanswered;
  }

  /** The last that it said on standard error beside its trace, at most 4 KiB. */
  get stderr(): string {
    return this.#listener.words;
  }

  /** The last line of that, for a message; empty where it said nothing. */
  get lastWord(): string {
    const word = this.#listener.lastWord;
    return word === undefined ? '' : `; it says: ${word.slice(0, 200)}`;
  }

  /** Sends commands of the qtest protocol with the next one that is waited for. */
  send(commands: readonly string[]): void {
    for (const command of commands) {
      this.#unsent.push(command);
      this.#listener.skipAnswer();
    }
  }

  /**
   * Sends a command of the qtest protocol, after those before, and waits until it is done.
   *
   * @returns what was traced between the command and its answer
   * @throws QemuBreakdownError where QEMU breaks down
   */
  command(command: string): Promise<readonly TraceEvent[]> {
    const done = this.enqueue(command);
    this.flush();
    return done;
  }

  /** The same, but it is sent with the next command that is waited for, or by `flush`. */
  enqueue(command: string): Promise<readonly TraceEvent[]> {
    this.#unsent.push(command);
    return this.#wait('answer');
  }

  /** Sends what is not sent yet. */
  flush(): void {
    if (this.#unsent.length === 0 || this.#broken !== undefined) return;
    if (this.#tellsDone) this.send([tellDone]);
    this.#listener.unheard += this.#unsent.length;
    this.#qtest.send(this.#unsent);
    this.#unsent = [];
    if (!this.#tellsDone) this.#catchUp();
  }

  /**
   * The virtual CPU does these stores, one after the other, after all commands before. Nothing else may be asked until it is done.
   *
   * @param stores at most as many as the mailbox holds
   * @returns what was traced of each
   * @throws QemuBreakdownError where QEMU breaks down
   */
  async stores(stores: readonly CpuStore[]): Promise<readonly (readonly TraceEvent[])[]> {
    if (stores.length === 0) return [];
    if (stores.length > mostStores) throw new RangeError(`${stores.length} stores are too many at once`);
    this.files.main.write(mailbox.stores, lettersOf(stores));
    this.send([`writel 0x${mailbox.count.toString(16)} 0x${stores.length.toString(16)}`]);
    if (!this.#isRunning) {
      // A CPU that has not started yet finds the stores; later it sleeps.
      await this.command('endianness');
      this.#isRunning = true;
      this.#qmp.execute('cont').catch((error: Error) => this.#hearError(error));
      return this.#marks(stores.length);
    }
    this.send([wakeUp]);
    this.flush();
    return this.#marks(stores.length);
  }

  #marks(count: number): Promise<readonly (readonly TraceEvent[])[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => this.#wait(index)));
  }

  /**
   * Runs a QMP command.
   *
   * @throws QemuBreakdownError where it fails
   */
  async execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#orBroken(
      this.#qmp.execute(command, args).catch((error: Error) => {
        this.#hearError(error);
        return this.broken;
      }),
    );
  }

  /** Does something, and waits until QEMU has told a QMP event of it, which is expected here. */
  async awaiting(event: 'RESET' | 'DEVICE_DELETED', begin: () => Promise<unknown>): Promise<void> {
    const told = new Promise<void>((resolve) => this.#awaited.set(event, resolve));
    await begin();
    await this.#orBroken(told);
  }

  /**
   * Does something that is no command of the qtest protocol, after all commands before.
   *
   * @param turns of QEMU's main loop until it is done
   * @returns what was traced meanwhile
   * @throws QemuBreakdownError where QEMU breaks down
   */
  async during(turns: number, begin: () => Promise<unknown>): Promise<readonly TraceEvent[]> {
    await this.command('endianness');
    const events: TraceEvent[] = [];
    this.#listener.between = events;
    await begin();
    for (let turn = 0; turn < turns; turn++) await this.command('endianness');
    this.#listener.between = undefined;
    return events;
  }

  /** Throws away what was heard of the log, where that is much. For a pause, in which nothing is under way. */
  async shortenLog(): Promise<void> {
    const { log } = this.files;
    if (!log.isLong) return;
    await this.command('endianness');
    // The answer to the last command is the last line.
    while (this.#listener.unheard > 0 && this.#broken === undefined) {
      await new Promise(setImmediate);
      this.#catchUp();
    }
    if (this.#broken === undefined) log.restart();
  }

  /** The virtual CPU stops until the next store, for which it begins anew where it is reset meanwhile. */
  async rest(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    await this.execute('stop');
  }

  /** This end of a socket that the process has inherited. */
  #socket(name: 'qtest' | 'monitor' | 'done'): Duplex {
    const ends: readonly unknown[] = this.#process.stdio;
    return ends[descriptors[name]] as Duplex;
  }

  #orBroken<Value>(promise: Promise<Value>): Promise<Value> {
    return Promise.race([promise, this.broken]);
  }

  /** Ends the process; returns when nothing of it is left. */
  async close(): Promise<void> {
    this.#broken ??= new QemuBreakdownError('crash', 'was closed');
    this.#listener.end(this.#broken);
    await this.#guard?.end();
    this.peers?.close();
    clearInterval(this.#listening);
    for (const name of ['qtest', 'monitor', 'done'] as const) this.#socket(name).destroy();
    this.files.close();
  }

  /** Says why it is of no more use, where nobody else says it: it takes too long, say. */
  giveUp(kind: QemuBreakdownError['kind'], what: string): void {
    this.#break(kind, what);
  }

  #wait(until: 'answer' | number): Promise<readonly TraceEvent[]> {
    return this.#broken === undefined ? this.#listener.expect(until) : Promise.reject(this.#broken);
  }

  /** Hears what QEMU says and nobody has asked for. */
  #listen(): void {
    this.#catchUp();
    this.#qtest.read();
  }

  /** Hears what QEMU has written since. */
  #catchUp(): void {
    this.#listener.catchUp();
    if (this.#broken !== undefined) return;
    if (this.#listener.unheard > 0 && !this.#tellsDone) {
      this.#asking ??= setTimeout(() => {
        this.#asking = undefined;
        this.#catchUp();
      }, doneMilliseconds);
    }
  }

  /** A process that ends closes its sockets first; that it has ended says more. */
  #hearError({ message }: Error): void {
    if (message.startsWith('closed')) setTimeout(() => this.#break('protocol', message), endMilliseconds);
    else this.#break('protocol', message);
  }

  #break(kind: QemuBreakdownError['kind'], what: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = new QemuBreakdownError(kind, what);
    this.#listener.end(this.#broken);
    this.#onBroken(this.#broken);
  }
}

function lettersOf(stores: readonly CpuStore[]): Buffer {
  const letters = Buffer.alloc(letter.bytes * stores.length);
  for (const [index, { space, address, size, data }] of stores.entries()) {
    const at = letter.bytes * index;
    letters.writeUInt32LE(space === 'io' ? toPort + size : size, at + letter.command);
    letters.writeUInt32LE(Number(address), at + letter.address);
    letters.writeBigUInt64LE(BigInt.asUintN(64, data), at + letter.value);
  }
  return letters;
}

/** The store that is sent, for the virtual CPU. */
export function storeOf({ write }: Extract<Sending, { kind: 'store' }>): CpuStore {
  const { space, address, size } = write;
  return { space, address, size, data: 'data' in write ? write.data : 0n };
}
