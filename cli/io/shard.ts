/** Which part of a run this machine does: said by an option, or by the variables of the system that started it. */
import { InputError, printable } from '../../format/errors.ts';
import type { Shard } from '../../properties/engine/batch-plan.ts';

/** `--shard`: I/N; or `auto`, or `auto/N`, where the environment says which part this is. */
export type ShardOption = Shard | { readonly index: 'auto'; readonly count: number | undefined };

/** What a system says of the part: its index, from `first`, and how many there are, if it says so. */
type Source = {
  readonly index: string;
  /** What the first part is called: a number, or the variable that has it. */
  readonly first: number | string;
  readonly count?: string;
};

/** The first of them that is set counts. */
const sources: readonly Source[] = [
  // GitLab CI, `parallel: N`.
  { index: 'CI_NODE_INDEX', first: 1, count: 'CI_NODE_TOTAL' },
  { index: 'CIRCLE_NODE_INDEX', first: 0, count: 'CIRCLE_NODE_TOTAL' },
  { index: 'BUILDKITE_PARALLEL_JOB', first: 0, count: 'BUILDKITE_PARALLEL_JOB_COUNT' },
  // An indexed Job of Kubernetes. It does not say how many completions there are.
  { index: 'JOB_COMPLETION_INDEX', first: 0 },
  { index: 'SLURM_ARRAY_TASK_ID', first: 'SLURM_ARRAY_TASK_MIN', count: 'SLURM_ARRAY_TASK_COUNT' },
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0 },
];

/**
 * The part that an option asks for.
 *
 * @throws InputError where the environment does not say it, or says what cannot be
 */
export function shardOf(option: ShardOption, environment: NodeJS.ProcessEnv): Shard {
  if (option.index !== 'auto') return option as Shard;
  const source = sources.find(({ index }) => environment[index] !== undefined);
  if (source === undefined) {
    const known = sources.map(({ index }) => index).join(', ');
    throw new InputError(`--shard auto: none of ${known} is set: give --shard I/N`);
  }
  const { index, first, count } = source;
  const from = typeof first === 'number' ? first : numberIn(environment, first);
  const total = option.count ?? (count === undefined ? undefined : numberIn(environment, count));
  if (total === undefined) {
    throw new InputError(`--shard auto: ${index} says which part, not of how many: give --shard auto/N`);
  }
  const part = numberIn(environment, index) - from + 1;
  if (part < 1 || part > total) {
    throw new InputError(`--shard auto: ${index} makes this part ${part} of ${total}`);
  }
  return { index: part, count: total };
}

function numberIn(environment: NodeJS.ProcessEnv, name: string): number {
  const text = environment[name] ?? '';
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InputError(`--shard auto: ${name}: expected a number, got ${printable(JSON.stringify(text))}`);
}
