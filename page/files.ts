/** Scenario files: opening one that is dropped or chosen, and saving what is shown. */
import { printable } from '../format/errors.ts';
import { readScenario } from '../format/read-text.ts';
import { maximumScenarioBytes } from '../format/split.ts';
import { scenarioToJson, writeScenario } from '../format/write.ts';
import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import { message, open, opened, past, version } from './state.ts';

/** Opens a file as the scenario that is shown; says what is wrong with it where it is none. */
export async function openFile(file: File): Promise<void> {
  try {
    if (file.size > maximumScenarioBytes)
      throw new Error(`${printable(file.name)}: more than 16 MiB, too much for one scenario`);
    const scenario = readScenario(await file.text(), file.name);
    open({ id: file.name, source: file.name, scenario: scenarioToJson(scenario) });
    message.value = { text: `opened ${printable(file.name)}`, isError: false };
  } catch (error) {
    message.value = { text: error instanceof Error ? error.message : String(error), isError: true };
  }
}

/** What is shown as a scenario file. What was said about the scenario as it was need not hold for a changed one. */
export function fileText(): string {
  const { scenario } = version.value;
  if (past.value.length === 0) return writeScenario(scenario);
  const { confirmed: _confirmed, expect: _expect, found: _found, ...changed } = scenario;
  return writeScenario(changed satisfies Scenario);
}

/** Saves it where the browser saves files. */
export function saveFile(): void {
  const base = (opened.value?.source ?? 'scenario').replace(/^.*[/\\]/, '').replace(/(\.json)?l?$/i, '');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([fileText()], { type: 'application/json' }));
  link.download = `${base.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'scenario'}${past.value.length === 0 ? '' : '-changed'}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    message.value = { text: 'copied', isError: false };
  } catch {
    message.value = { text: `not allowed to copy; the text is: ${text}`, isError: true };
  }
}
