/** `init [FILE]`: a scenario, or a caller, to start from. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { InputError, printable, writeScenario } from '../../../format/index.ts';
import type { Scenario } from '../../../model/vocabulary/vocabulary.ts';
import type { Context } from '../../context.ts';
import { packageRoot, shellWord } from '../../invocation.ts';
import { callerTemplate } from '../../text/caller-template.ts';

/** The doorbell of an ivshmem device with one peer: R1, D2 and D3 in the fewest operations that show them. */
const firstScenario: Scenario = {
  title: 'a doorbell: the first write matches the ioeventfd and signals, the second reaches the callback',
  profile: 'contract',
  operations: [
    { op: 'create', region: 'bar0', kind: 'io', size: 0x100n, impl: { min: 4, max: 4 } },
    { op: 'map', region: 'bar0', container: 'memory', offset: 0xfebf0000n },
    { op: 'add-eventfd', region: 'bar0', offset: 0xcn, size: 4, data: 0x10001n, notifier: 'peer1.vector1' },
    { op: 'write', space: 'memory', address: 0xfebf000cn, size: 4, data: 0x10001n },
    { op: 'write', space: 'memory', address: 0xfebf000cn, size: 4, data: 0x10009n },
  ],
  expect: [
    { operation: 3, effects: [{ signal: 'peer1.vector1' }] },
    { operation: 4, effects: [{ callback: 'bar0', offset: 0xcn, size: 4, value: 0x10009n }] },
  ],
};

/** Writes the scenario, or a caller, and says what can be done with it. */
export async function runInit(
  given: string | undefined,
  { caller = false }: { readonly caller?: boolean },
  context: Context,
): Promise<void> {
  const file = given ?? (caller ? 'my-device.js' : 'scenario.json');
  const text = caller ? callerTemplate : writeScenario({ $schema: schemaFor(file), ...firstScenario });
  if (file === '-') {
    await context.output.lines([text.trimEnd()]);
    return;
  }
  if (file === '') throw new InputError('expected the name of a file, got an empty one');
  writeNew(file, text);
  const { program } = context.surroundings;
  const path = shellWord(file);
  const next = caller
    ? [
        `  ${program} caller ${modulePath(path)} --target little   check that it is prepared, with a little-endian guest`,
        `  ${program} caller ${modulePath(path)}                   the same with a big-endian one, too: data differ there (R3)`,
      ]
    : [
        `  ${program} replay ${path}    run it on model and impl, and check what it expects`,
        `  ${program} explain ${path}   draw the memory map and follow each write`,
      ];
  await context.output.lines([`Wrote ${printable(file)}. Next:`, ...next]);
}

/** A module's path has a slash, which tells it from a name. */
function modulePath(path: string): string {
  return path.includes('/') ? path : `./${path}`;
}

/** The path from the file to this package's JSON Schema, by which editors check what is written. */
function schemaFor(file: string): string {
  const schema = join(packageRoot(), 'format', 'scenario.schema.json');
  const path = relative(dirname(resolve(file)), schema)
    .split(sep)
    .join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Writes a file that does not exist yet. Leaves none where writing fails. */
function writeNew(file: string, text: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx');
  } catch (error) {
    const code = codeOf(error);
    const reason = code === 'EEXIST' ? 'exists already; give another name' : `cannot be written (${code})`;
    throw new InputError(`${file}: ${reason}`);
  }
  try {
    writeSync(descriptor, text);
  } catch (error) {
    rmSync(file, { force: true });
    throw new InputError(`${file}: cannot be written (${codeOf(error)})`);
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
