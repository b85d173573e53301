/** What the commands of this folder have in common: options, lists of exceptions, and how they end. */
import * as z from 'zod/mini';
import { InputError } from '../format/errors.ts';

/** @throws InputError for a text that is no whole number, or one that is too small */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(`${option}: expected a whole number from ${least} on, got ${JSON.stringify(text)}`);
}

/** The entries of a list in JSON. @throws InputError where it is no list of such entries, in one line */
export function readList<Entry>(text: string, source: string, entry: z.ZodMiniType<Entry>): readonly Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${source}: ${error instanceof Error ? error.message : error}`);
  }
  const read = z.array(entry).safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new InputError(`${source}: entry ${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

/** Runs a command: its exit status, or 2 and one line where its input is wrong. */
export async function runCommand(name: string, main: () => Promise<number>): Promise<void> {
  // Nobody reads any more (`| head`): there is nothing to do, and nothing to say.
  process.stdout.on('error', () => process.exit());
  try {
    process.exitCode = await main();
  } catch (error) {
    const isUsage =
      error instanceof TypeError && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS');
    if (!(error instanceof InputError) && !isUsage) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = 2;
  }
}
