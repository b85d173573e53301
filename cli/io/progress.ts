/** Progress of long work, on standard error, where that is a terminal; nothing at all elsewhere. */
import { printable } from '../../format/errors.ts';
import type { OutputStream, ProgressDisplay } from '../surroundings.ts';

export const noProgress: ProgressDisplay = { show: () => {}, stop: () => {} };

/** What is done sooner than this has no display, in milliseconds. */
const patience = 300;

/** Whether a display would be seen. A terminal that does not know its width has 0 columns: lines cannot be cleared there. */
export function showsProgress({ isTTY = false, columns = 0 }: OutputStream): boolean {
  return isTTY && columns > 0;
}

/** Begins a display. It appears after a moment, and the spinner is loaded only then. */
export function startProgress(first: string, errors: OutputStream): ProgressDisplay {
  if (!showsProgress(errors)) return noProgress;
  let text = printable(first);
  let spinner: { text: string; stop(): unknown } | undefined;
  let isOver = false;
  const begin = async () => {
    const { default: createSpinner } = await import('yocto-spinner');
    if (isOver) return;
    // Ctrl-C has its own handler; the one of the spinner would end the process without a report.
    const stream = errors as NodeJS.WriteStream;
    spinner = createSpinner({ text, stream, handleSignals: false }).start();
  };
  const timer = setTimeout(begin, patience);
  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    spinner?.stop();
    process.off('exit', stop);
  };
  // However the process ends, the cursor, which the spinner hides, comes back.
  process.on('exit', stop);
  return {
    show: (line) => {
      text = printable(line);
      if (spinner !== undefined) spinner.text = text;
    },
    stop,
  };
}
