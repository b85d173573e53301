/** `explain FILE [--on NAME]`: the map and each write's way, for people. */
import { modelDispatcher } from '../../model/reference/reference.ts';
import { originalOf } from '../../properties/engine/dispatchers.ts';
import type { Context } from '../context.ts';
import { explain } from '../explain/explain.ts';
import { Breather } from '../io/interrupt.ts';
import { scenarios } from '../io/scenarios.ts';
import { systemNamed } from '../systems.ts';

export type ExplainCommandOptions = { readonly on: string; readonly everyStep?: true };

/** Explains each scenario; a blank line and a rule between two. */
export async function runExplain(
  files: readonly string[],
  options: ExplainCommandOptions,
  context: Context,
): Promise<void> {
  const { output, style, interrupt } = context;
  const named = await systemNamed(options.on);
  const { profile } = named;
  const breather = new Breather();
  let isFirst = true;
  for await (const { scenario } of scenarios(files, interrupt)) {
    if (!isFirst) await output.lines(['', '='.repeat(100), '']);
    isFirst = false;
    const lines = explain(scenario, {
      style,
      everyStep: options.everyStep === true,
      ...(profile !== undefined && { profile }),
      ...(originalOf(named) !== modelDispatcher && { other: named }),
    });
    for (const line of lines) {
      await output.lines([line]);
      if (breather.isDue) await breather.pause();
      if (interrupt.aborted) return;
    }
  }
}
