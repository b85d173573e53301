/** `mutants [NAME...]`: how soon each seeded bug is found, and by what. */

import { InputError } from '../../format/errors.ts';
import { mutants } from '../../impl/mutants/index.ts';
import { isProgram } from '../../properties/engine/dispatchers.ts';
import { runMatrix } from '../../properties/matrix/run.ts';
import { onQemu } from '../../properties/world/mutants.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import { type ShardOption, shardOf } from '../io/shard.ts';
import { workersFor } from '../io/workers.ts';
import {
  lineOf,
  type Matrix,
  matrixJson,
  matrixStatuses,
  renderMatrix,
  verdictOf,
} from '../text/matrix-report.ts';

export type MutantsOptions = {
  readonly seeds: number;
  readonly runs: number;
  readonly explore: boolean;
  readonly shard?: ShardOption;
  readonly workers?: number;
  readonly json?: true;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
  readonly list?: true;
};

/** The dispatchers that the matrix itself is tried on: the one must be found, the other must not. */
const controls = ['canary', 'impl'];

export async function runMutants(
  wanted: readonly string[],
  options: MutantsOptions,
  context: Context,
): Promise<void> {
  if (options.list) return listMutants(context);
  requirePageDirectory(options.html);
  const all = wanted.length > 0 ? wanted.map(nameOf) : mutants.map(({ name }) => name);
  const { environment, errors } = context.surroundings;
  const shard = options.shard && shardOf(options.shard, environment);
  const { index, count } = shard ?? { index: 1, count: 1 };
  const names = all.filter((_, position) => position % count === index - 1);
  const started = performance.now();
  const progress = context.progress('seeded bugs', options.quiet || options.json);
  let done = 0;
  const rows = await runMatrix({
    names: [...controls, ...names],
    seeds: Array.from({ length: options.seeds }, (_, index) => index + 1),
    scenarios: options.runs,
    explores: options.explore,
    workers: workersFor(options.workers, errors),
    abort: context.interrupt,
    onRow: ({ name }) =>
      progress.show(`seeded bugs: ${++done} of ${names.length + controls.length}, ${name}`),
  }).finally(() => progress.stop());
  const matrix: Matrix = {
    shard,
    mutants: all,
    controls: rows.filter(({ name }) => controls.includes(name)).map(lineOf),
    rows: rows.filter(({ name }) => !controls.includes(name)).map(lineOf),
    asked: names.length,
    seeds: options.seeds,
    scenarios: options.runs,
    explores: options.explore,
    milliseconds: performance.now() - started,
  };
  const { outcome } = verdictOf(matrix);
  context.status = matrixStatuses[outcome];
  if (options.html !== undefined) {
    const { mutantsPage, writeReport } = await import('../show/index.ts');
    const ofMutants = rows.filter(({ name }) => !controls.includes(name));
    const page = mutantsPage(ofMutants, context.surroundings.program);
    await writeReport(options.html, page, options, context);
  }
  if (options.quiet && context.status === exitStatus.fine) return;
  await context.output.lines(options.json ? [matrixJson(matrix)] : renderMatrix(matrix, context.style));
}

/** A name as it is typed: with or without `mutant:`; or a program. */
function nameOf(given: string): string {
  if (isProgram(given)) return given;
  const name = given.replace(/^mutant:/, '');
  if (!mutants.some((mutant) => mutant.name === name)) {
    throw new InputError(
      `no mutant is called ${JSON.stringify(name)}; ioeventfd-check mutants --list names them all`,
    );
  }
  return name;
}

function onQemuLine(name: string): string[] {
  const { from, whyNot } = onQemu(name);
  if (from !== undefined) return [`  told from: ${from}`];
  return whyNot === undefined ? [] : [`  on no QEMU: ${whyNot}`];
}

/** `--list`: every mutant and its story. */
async function listMutants(context: Context): Promise<void> {
  const lines = mutants.flatMap(({ name, clause, story, profiles, reenacts }) => [
    context.style.bold(name),
    `  ${clause}, ${profiles.join(', ')}: ${story}`,
    ...(reenacts === undefined ? [] : [`  as in: ${reenacts}`]),
    ...onQemuLine(name),
  ]);
  await context.output.lines(lines);
}
