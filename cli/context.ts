/** What every command is given, and what it leaves behind. */
import { exitStatus } from './errors.ts';
import { Output } from './io/output.ts';
import { noProgress } from './io/progress.ts';
import type { Parting, ProgressDisplay, Surroundings } from './surroundings.ts';
import { type Style, styleOf, wantsColours } from './text/style.ts';

/** Making what is left behind takes at most this share of the time, and so many milliseconds more. */
const partingShare = 0.1;
const partingStart = 100;

/** The context of one command. */
export class Context {
  readonly surroundings: Surroundings;
  readonly output: Output;
  /** How reports on standard output are emphasised. */
  readonly style: Style;
  /** Aborted by Ctrl-C and by SIGTERM. A command that does not end soon after that is ended, wherever it is. */
  readonly interrupt: AbortSignal;
  /** What the command would end with if it ended now: a closed pipe ends it at any time. */
  status: number = exitStatus.fine;
  #parting: (() => Parting) | undefined;
  /** What is ended with the command. */
  readonly #endings: (() => Promise<void>)[] = [];
  readonly #started = performance.now();
  /** Milliseconds that were spent on making partings. */
  #partingTime = 0;

  constructor(surroundings: Surroundings) {
    const { output, environment, interrupt } = surroundings;
    this.surroundings = surroundings;
    this.output = new Output(output);
    this.style = styleOf(wantsColours(environment, output.isTTY === true));
    this.interrupt = interrupt();
  }

  /** What is done when the command ends, however it does; and as soon as it is interrupted. */
  endsWith(ending: () => Promise<void>): void {
    // One listener for all: a command may open a system for each of hundreds of files.
    if (this.#endings.push(ending) === 1)
      this.interrupt.addEventListener('abort', () => void this.end(), { once: true });
  }

  /** The command is over. */
  async end(): Promise<void> {
    await Promise.all(this.#endings.map((ending) => ending()));
  }

  /** Begins a display of progress; one that shows nothing where the user wants quiet. */
  progress(text: string, isQuiet = false): ProgressDisplay {
    return isQuiet ? noProgress : this.surroundings.progress(text);
  }

  /**
   * Says what the command leaves behind when it is ended in the middle of something. To be called whenever that changes: it
   * is cheap, because the parting is not made each time.
   */
  leaves(parting: () => Parting): void {
    this.#parting = parting;
    const elapsed = performance.now() - this.#started;
    if (this.#partingTime < partingStart + partingShare * elapsed) this.#tellParting();
  }

  /** Before work of unknown length: makes sure that nothing is lost if it is ended. Waits for a slow reader. */
  async handOver(): Promise<void> {
    await this.output.handOver();
    this.#tellParting();
  }

  #tellParting(): void {
    if (this.#parting === undefined) return;
    const started = performance.now();
    const parting = this.#parting();
    this.surroundings.leaves(parting, parting.status ?? this.status);
    this.#partingTime += performance.now() - started;
  }
}
