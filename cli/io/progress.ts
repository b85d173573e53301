/** Progress of long work, on standard error, where that is a terminal; nothing at all elsewhere. */
import type { OutputStream } from '../surroundings.ts';

/** A display that shows a line of text, until it is told to stop. */
export type ProgressDisplay = { show(text: string): void; stop(): void };

const silent: ProgressDisplay = { show: () => {}, stop: () => {} };

/** Begins a display; one that shows nothing where the user wants quiet. The spinner is loaded only where it is seen. */
export async function startProgress(
  text: string,
  errors: OutputStream,
  isQuiet = false,
): Promise<ProgressDisplay> {
  if (isQuiet) return silent;
  // A terminal that does not know its width (a bare pseudo-terminal) has 0 columns: lines cannot be cleared there.
  if (!errors.isTTY || !errors.columns) return silent;
  const { default: createSpinner } = await import('yocto-spinner');
  // Ctrl-C has its own handler; the one of the spinner would end the process without a report.
  const spinner = createSpinner({ text, stream: errors as NodeJS.WriteStream, handleSignals: false }).start();
  const stop = () => {
    spinner.stop();
    process.off('exit', stop);
  };
  // A second Ctrl-C ends the process at once. The cursor, which the spinner hides, comes back all the same.
  process.on('exit', stop);
  return {
    show: (line) => {
      spinner.text = line;
    },
    stop,
  };
}
