import { describe, expect, it } from 'vitest';
import { shard } from '../arguments/common/options.ts';
import { shardOf } from './shard.ts';

describe('--shard', () => {
  it.each([
    ['2/3', {}, { index: 2, count: 3 }],
    ['auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '4' }, { index: 2, count: 4 }],
    ['auto', { CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '2' }, { index: 1, count: 2 }],
    ['auto', { BUILDKITE_PARALLEL_JOB: '1', BUILDKITE_PARALLEL_JOB_COUNT: '2' }, { index: 2, count: 2 }],
    ['auto/5', { JOB_COMPLETION_INDEX: '4' }, { index: 5, count: 5 }],
    ['auto/5', { AWS_BATCH_JOB_ARRAY_INDEX: '0' }, { index: 1, count: 5 }],
    [
      'auto',
      { SLURM_ARRAY_TASK_ID: '12', SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_COUNT: '3' },
      { index: 3, count: 3 },
    ],
  ])('%s with %j', (text, environment, part) => {
    expect(shardOf(shard(text), environment)).toEqual(part);
  });

  it.each([
    ['auto', {}, 'none of CI_NODE_INDEX, '],
    ['auto', { JOB_COMPLETION_INDEX: '1' }, 'says which part, not of how many: give --shard auto/N'],
    ['auto/2', { JOB_COMPLETION_INDEX: '2' }, 'JOB_COMPLETION_INDEX makes this part 3 of 2'],
    ['auto', { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '2' }, 'CI_NODE_INDEX makes this part 0 of 2'],
    [
      'auto',
      { CI_NODE_INDEX: '\u001b', CI_NODE_TOTAL: '2' },
      'CI_NODE_INDEX: expected a number, got "\\u001b"',
    ],
    ['auto', { CI_NODE_INDEX: '1' }, 'CI_NODE_TOTAL: expected a number, got ""'],
  ])('%s with %j is said to be wrong', (text, environment, message) => {
    expect(() => shardOf(shard(text), environment)).toThrow(message);
  });

  it.each(['', '0/2', '3/2', 'auto/0', 'autos', '1', '1/2/3'])('%j is none', (text) => {
    expect(() => shard(text)).toThrow('Expected I/N');
  });
});
