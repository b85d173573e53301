/** Progress of long work, on standard error, where that is a terminal; nothing at all elsewhere. */

/** A display that shows a line of text, until it is told to stop. */
export type ProgressDisplay = { show(text: string): void; stop(): void };

const silent: ProgressDisplay = { show: () => {}, stop: () => {} };

/** Begins a display. The spinner is loaded only where it is seen. */
export async function startProgress(text: string): Promise<ProgressDisplay> {
  // A terminal that does not know its width (a bare pseudo-terminal) has 0 columns, and ora would clear lines for ever.
  if (!process.stderr.isTTY || !process.stderr.columns) return silent;
  const { default: ora } = await import('ora');
  // Standard input is left alone: it may be a file of scenarios, and Ctrl-C has its own handler.
  const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
  return {
    show: (line) => {
      spinner.text = line;
    },
    stop: () => {
      spinner.stop();
    },
  };
}
