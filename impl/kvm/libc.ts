/** The calls of the C library that the kernel is reached by, through koffi (an optional dependency), and memory that both sides see. */
import { getSystemErrorName } from 'node:util';

/** What is needed for `kvm` is not here. The message says what, and what to do. */
export class KernelMissingError extends Error {
  override readonly name = 'KernelMissingError';
}

/** A call that failed. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  /** As the kernel names it, such as `EINVAL`. */
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errnoName(errno);
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** `EINVAL` for 22. */
export function errnoName(errno: number): string {
  return errno > 0 ? getSystemErrorName(-errno) : 'no error';
}

/** Calls by name. Addresses are numbers: those of user space are below 2^47. Results below 0 are failures; `errno` says which. */
export type Libc = {
  open(path: string, flags: number): number;
  close(descriptor: number): number;
  /** In another thread, so that the kernel may sleep. Whether it succeeded. */
  closeLater(descriptor: number): Promise<boolean>;
  ioctl(descriptor: number, request: number, argument: number): number;
  /** In another thread, so that the kernel may sleep. Below 0 for a failure: `errno` does not say which. */
  ioctlLater(descriptor: number, request: number, argument: number): Promise<number>;
  read(descriptor: number, address: number, bytes: number): number;
  eventfd(initial: number, flags: number): number;
  /** Memory of no file, with a descriptor. */
  memfdCreate(name: string, flags: number): number;
  /** @param descriptors the address of two descriptors, 32 bits each */
  socketpair(domain: number, type: number, protocol: number, descriptors: number): number;
  /** @param message the address of a `struct msghdr` */
  sendmsg(descriptor: number, message: number, flags: number): number;
  dup(descriptor: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, descriptor: number, event: number): number;
  epollWait(epoll: number, events: number, most: number, milliseconds: number): number;
  gettid(): number;
  /** A function that does nothing, as the handler of a signal: the signal only interrupts. */
  ignoreBy(signal: number): void;
  timerCreate(clock: number, event: number, id: number): number;
  timerSet(id: number, flags: number, value: number, old: number): number;
  timerDelete(id: number): number;
  errno(): number;
  /** @param descriptor -1 for memory of no file */
  map(bytes: number, flags: number, descriptor: number): Mapping;
};

/** Memory at a fixed address, which this process and the kernel both see. */
export type Mapping = {
  readonly address: number;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** After this, neither `view` nor `bytes` may be touched. */
  unmap(): void;
};

/** `mmap`: of this process only, or shared with what is mapped; and memory of no file. */
export const mapShared = 0x01;
export const mapPrivate = 0x02;
export const mapAnonymous = 0x20;
const readAndWrite = 0x3;

/** A function of the C library. */
type ForeignFunction = {
  (...parameters: (number | string)[]): number;
  async(...parameters: unknown[]): unknown;
};

/**
 * What is used of koffi. Its own declarations are not: this package's hold without it, too, since it is an optional dependency.
 */
export type Koffi = {
  /** @param path null for what this process has loaded */
  load(path: null): { func(name: string, result: string, parameters: string[]): ForeignFunction };
  errno(): number;
  view(address: bigint, bytes: number): ArrayBuffer;
};

type LoadKoffi = () => Promise<{ readonly default: Koffi }>;

/**
 * The C library.
 *
 * @param load how koffi is had
 * @throws KernelMissingError without koffi, and where there is no Linux on x86-64
 */
export async function loadLibc(load: LoadKoffi = () => import('koffi')): Promise<Libc> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new KernelMissingError(
      `kvm runs on Linux on x86-64 only, and this is ${process.platform} on ${process.arch}`,
    );
  }
  const koffi = await loadKoffi(load);
  const library = koffi.load(null);
  const call = (name: string, result: string, ...parameters: string[]) =>
    library.func(name, result, parameters);
  const ioctl = call('ioctl', 'int', 'int', 'uint64', 'uint64');
  const close = call('close', 'int', 'int');
  const mmap = call('mmap', 'int64', 'uint64', 'uint64', 'int', 'int', 'int', 'int64');
  const munmap = call('munmap', 'int', 'uint64', 'uint64');
  const signal = call('signal', 'uint64', 'int', 'uint64');
  const dlsym = call('dlsym', 'uint64', 'uint64', 'str');
  return {
    open: call('open', 'int', 'str', 'int'),
    close,
    closeLater: async (descriptor) => (await later(close, descriptor)) >= 0,
    ioctl,
    ioctlLater: (descriptor, request, argument) => later(ioctl, descriptor, request, argument),
    read: call('read', 'int64', 'int', 'uint64', 'uint64'),
    eventfd: call('eventfd', 'int', 'uint32', 'int'),
    memfdCreate: call('memfd_create', 'int', 'str', 'uint32'),
    socketpair: call('socketpair', 'int', 'int', 'int', 'int', 'uint64'),
    sendmsg: call('sendmsg', 'int64', 'int', 'uint64', 'int'),
    dup: call('dup', 'int', 'int'),
    epollCreate: call('epoll_create1', 'int', 'int'),
    epollControl: call('epoll_ctl', 'int', 'int', 'int', 'int', 'uint64'),
    epollWait: call('epoll_wait', 'int', 'int', 'uint64', 'int', 'int'),
    gettid: call('gettid', 'int'),
    ignoreBy(number) {
      // abs(int) may be called at any time, takes what a handler gets, and changes nothing.
      signal(number, dlsym(0, 'abs'));
    },
    timerCreate: call('timer_create', 'int', 'int', 'uint64', 'uint64'),
    timerSet: call('timer_settime', 'int', 'uint64', 'int', 'uint64', 'uint64'),
    timerDelete: call('timer_delete', 'int', 'uint64'),
    errno: () => koffi.errno(),
    map(bytes, flags, descriptor) {
      const address = Number(mmap(0, bytes, readAndWrite, flags, descriptor, 0));
      if (address < 0) throw new SystemCallError('mmap', koffi.errno());
      const buffer = koffi.view(BigInt(address), bytes);
      return {
        address,
        view: new DataView(buffer),
        bytes: new Uint8Array(buffer),
        unmap: () => munmap(address, bytes),
      };
    },
  };
}

async function loadKoffi(load: LoadKoffi): Promise<Koffi> {
  try {
    return (await load()).default;
  } catch {
    throw new KernelMissingError(
      'kvm needs the package koffi, an optional dependency that is not installed or not built for this machine: run `npm install koffi`',
    );
  }
}

/** A call in a thread of koffi's. */
function later(call: ForeignFunction, ...parameters: number[]): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...parameters, (error: unknown, result: number) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}
