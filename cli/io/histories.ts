/** The histories of files, one after the other, until there are no more or Ctrl-C. */
import { readScenarios, type SourcedScenario } from '../../model/format/read.ts';

/**
 * Every history of every file, in order, read as it is asked for.
 *
 * @throws InputError where a file is not there or not of the format
 */
export async function* histories(
  files: readonly string[],
  interrupt: AbortSignal,
): AsyncGenerator<SourcedScenario, void, undefined> {
  const interrupted = new Promise<undefined>((resolve) => {
    interrupt.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  for (const file of files) {
    const scenarios = readScenarios(file);
    for (;;) {
      if (interrupt.aborted) return;
      // Standard input may never give another: Ctrl-C does not wait for it.
      const next = await Promise.race([scenarios.next(), interrupted]);
      if (next === undefined) return;
      if (next.done) break;
      yield next.value;
    }
  }
}
