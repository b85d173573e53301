/** Which mutants the type checker finds: those are no mistakes that could stay in the program, and do not count. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySources, readSource, removeCopy, runCompiler } from '../tree.ts';
import type { Instrumented, Mutant } from './mutants.ts';

/** Types only: that a mistake leaves a name unused, or a line that is never reached, is no mistake in itself. */
const config = {
  extends: './tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true },
  include: ['model', 'impl/optimized'],
};

/** Those of the mutants with which the sources do not compile. One mutant a file is tried at once. */
export async function withTypeErrors(
  mutants: readonly Mutant[],
  textWith: Instrumented['textWith'],
): Promise<ReadonlySet<Mutant>> {
  if (mutants.length === 0) return new Set();
  const copy = copySources(['model', 'impl', 'tsconfig.json', 'package.json']);
  try {
    writeFileSync(join(copy, 'tsconfig.types.json'), JSON.stringify(config));
    const wrong = new Set<Mutant>();
    for (const round of rounds(mutants)) {
      for (const mutant of await wrongOf(round, copy, textWith)) wrong.add(mutant);
    }
    return wrong;
  } finally {
    removeCopy(copy);
  }
}

/** Mutants in groups of at most one a file. */
function rounds(mutants: readonly Mutant[]): Mutant[][] {
  const groups: Mutant[][] = [];
  const used = new Map<string, number>();
  for (const mutant of mutants) {
    const round = used.get(mutant.file) ?? 0;
    used.set(mutant.file, round + 1);
    groups[round] ??= [];
    groups[round].push(mutant);
  }
  return groups;
}

async function wrongOf(
  round: readonly Mutant[],
  copy: string,
  textWith: Instrumented['textWith'],
): Promise<readonly Mutant[]> {
  for (const mutant of round) writeFileSync(join(copy, mutant.file), textWith(mutant));
  const files = await filesWithErrors(copy);
  for (const { file } of round) writeFileSync(join(copy, file), readSource(file));
  // A type that a mutant changes may be one that another file uses.
  const isElsewhere = [...files].some((file) => !round.some((mutant) => mutant.file === file));
  if (!isElsewhere) return round.filter(({ file }) => files.has(file));
  if (round.length === 1) return round;
  const wrong = [];
  for (const mutant of round) wrong.push(...(await wrongOf([mutant], copy, textWith)));
  return wrong;
}

async function filesWithErrors(copy: string): Promise<ReadonlySet<string>> {
  try {
    await runCompiler(['--noEmit', '--pretty', 'false', '-p', join(copy, 'tsconfig.types.json')]);
    return new Set();
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    const files = [...stdout.matchAll(/^(?:.*?\/)?((?:model|impl)\/[^(]+)\(\d+,\d+\): error/gm)].map(
      ([, file = '']) => file,
    );
    if (files.length === 0) throw error;
    return new Set(files);
  }
}
