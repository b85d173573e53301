/** `explain FILE [--on NAME]`: the map and each write's way, for people. */
import type { Context } from '../context.ts';
import { explain } from '../explain/explain.ts';
import { Breather } from '../io/interrupt.ts';
import { scenarios } from '../io/scenarios.ts';
import { partsOf, systemNamed } from '../systems.ts';

export type ExplainCommandOptions = { readonly on: string; readonly everyStep?: true };

/** Explains each scenario; a blank line and a rule between two. */
export async function runExplain(
  files: readonly string[],
  options: ExplainCommandOptions,
  context: Context,
): Promise<void> {
  const { output, style, interrupt } = context;
  const named = systemNamed(options.on);
  const { plain, profile } = partsOf(options.on);
  const breather = new Breather();
  let isFirst = true;
  for await (const { scenario } of scenarios(files, interrupt)) {
    if (!isFirst) await output.lines(['', '='.repeat(100), '']);
    isFirst = false;
    const lines = explain(scenario, {
      style,
      everyStep: options.everyStep === true,
      ...(profile !== undefined && { profile }),
      ...(plain !== 'model' && { other: named }),
    });
    for (const line of lines) {
      await output.lines([line]);
      if (breather.isDue) await breather.pause();
      if (interrupt.aborted) return;
    }
  }
}
