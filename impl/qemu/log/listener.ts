/** Hears what QEMU writes to its log, and tells what was traced of each command and of each store. */
import { Lines } from '../../outside/lines.ts';
import { donePort, markPort } from '../guest/program.ts';
import type { LogFile } from './log-file.ts';
import { isTorn, type TraceEvent, traceLine } from './trace.ts';

/** A line of the trace is not longer, in UTF-16 code units. */
const longestLine = 1 << 16;
/** So much of what it says otherwise is kept: the last lines. */
const mostWords = 20;

/** Waits for the events of a command, or of a store. */
type Pending = {
  /** What ends it: the answer to a command, or the mark of a store by the CPU, by its number in the mailbox. */
  readonly until: 'answer' | number;
  readonly events: TraceEvent[];
  readonly resolve?: ((events: readonly TraceEvent[]) => void) | undefined;
  readonly reject?: ((error: Error) => void) | undefined;
};

export class Listener {
  /** Commands that were sent, and whose answer is not in the log yet. */
  unheard = 0;
  /** What is traced meanwhile, by whichever command or by none, where somebody wants to know. */
  between: TraceEvent[] | undefined;
  /** What was traced of the command at which QEMU broke down. */
  unanswered: readonly TraceEvent[] = [];
  readonly #log: LogFile;
  readonly #onNonsense: (what: string) => void;
  readonly #lines = new Lines(longestLine);
  readonly #words: string[] = [];
  readonly #pending: Pending[] = [];
  #isOver = false;

  /** @param onNonsense told of a log that nobody can read */
  constructor(log: LogFile, onNonsense: (what: string) => void) {
    this.#log = log;
    this.#onNonsense = onNonsense;
  }

  /** The last that QEMU said beside its trace, at most 4 KiB. */
  get words(): string {
    return this.#words.join('\n').slice(-4096);
  }

  /** The last line of that; undefined where it said nothing. */
  get lastWord(): string | undefined {
    return this.#words.at(-1);
  }

  /** The next command is one that nobody waits for. */
  skipAnswer(): void {
    this.#pending.push({ until: 'answer', events: [] });
  }

  /** What is traced from the end of what is expected before up to this. */
  expect(until: Pending['until']): Promise<readonly TraceEvent[]> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ until, events: [], resolve, reject });
    });
  }

  /** Hears what was written since. */
  catchUp(): void {
    while (!this.#isOver) {
      const piece = this.#log.next();
      if (piece === undefined) return;
      this.#hear(piece);
    }
  }

  /** Nothing is heard any more. Whoever waits is told why. */
  end(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.unanswered = [...(this.between ?? []), ...(this.#pending[0]?.events ?? [])];
    for (const { reject } of this.#pending.splice(0)) reject?.(error);
  }

  #hear(piece: Buffer): void {
    const lines = this.#lines.push(piece);
    if (lines === undefined) this.#onNonsense('wrote a line without an end to standard error');
    for (const text of lines ?? []) {
      const line = traceLine(text);
      switch (line.kind) {
        case 'answer':
          this.unheard--;
          this.#done('answer');
          break;
        case 'echo':
          break;
        case 'text':
          this.#words.push(text);
          if (this.#words.length > mostWords) this.#words.shift();
          if (isTorn(text)) this.#onNonsense('wrote to standard error in the middle of a line');
          break;
        default:
          this.#hearEvent(line);
      }
    }
  }

  #hearEvent(event: TraceEvent): void {
    const first = this.#pending[0];
    const written =
      event.kind === 'access' ? { port: Number(event.address), value: Number(event.value) } : {};
    if (written.port === donePort) return;
    if (written.port === markPort && first?.until === written.value) this.#done(first.until);
    else (this.between ?? first?.events)?.push(event);
  }

  #done(what: Pending['until']): void {
    const [first] = this.#pending;
    if (first?.until !== what) return;
    this.#pending.shift();
    first.resolve?.(first.events);
  }
}
