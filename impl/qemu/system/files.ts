/** Files that QEMU and this process share. They have no names once QEMU has opened them, so that nothing of them is left behind. */
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guestImage } from '../guest/program.ts';
import { LogFile } from '../log/log-file.ts';
import { mainRam, sharedRam } from '../world/machine.ts';

/** A file that is the guest's RAM. */
export class RamFile {
  readonly path: string;
  readonly #descriptor: number;

  constructor(path: string, size: bigint) {
    this.path = path;
    this.#descriptor = openSync(path, 'w+', 0o600);
    ftruncateSync(this.#descriptor, Number(size));
  }

  read(offset: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    readSync(this.#descriptor, buffer, 0, length, offset);
    return buffer;
  }

  write(offset: number, bytes: Uint8Array): void {
    writeSync(this.#descriptor, bytes, 0, bytes.length, offset);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

export class SharedFiles {
  readonly #directory: string;
  /** RAM from address 0 on. */
  readonly main: RamFile;
  /** RAM of `ivshmem-plain`. */
  readonly shared: RamFile;
  readonly image: string;
  readonly log: LogFile;
  #isClosed = false;

  constructor() {
    this.#directory = makeDirectory();
    this.main = new RamFile(join(this.#directory, 'ram'), mainRam.size);
    this.shared = new RamFile(join(this.#directory, 'shared'), sharedRam.size);
    this.image = join(this.#directory, 'image');
    writeFileSync(this.image, guestImage());
    this.log = new LogFile(join(this.#directory, 'log'));
  }

  /** QEMU has opened them. */
  forgetNames(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.forgetNames();
    this.main.close();
    this.shared.close();
    this.log.close();
  }
}

/** In memory, where there is such a place. */
function makeDirectory(): string {
  const name = 'ioeventfd-check-';
  try {
    return mkdtempSync(join('/dev/shm', name));
  } catch {
    return mkdtempSync(join(tmpdir(), name));
  }
}
