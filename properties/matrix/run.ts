/** The matrix on all cores: a worker thread takes one row after the other. Programs are asked by this thread. */
import { isProgram } from '../engine/dispatchers.ts';
import { WorkerPool } from '../engine/worker-pool.ts';
import { programRow } from './program-row.ts';
import type { PlainRow, RowTask } from './row-worker.ts';

export type MatrixRun = {
  readonly names: readonly string[];
  readonly seeds: readonly number[];
  readonly scenarios: number;
  readonly explores: boolean;
  readonly workers: number;
  readonly onRow: (row: PlainRow) => void;
  readonly abort: AbortSignal;
};

/** The rows in the order of the names, whatever the order in which they were made. Rows that were not begun are left out. */
export async function runMatrix(run: MatrixRun): Promise<PlainRow[]> {
  const { names, seeds, scenarios, explores, workers, onRow, abort } = run;
  const pool = new WorkerPool(new URL('./row-worker.js', import.meta.url), workers);
  const rows = new Map<string, PlainRow>();
  const left = [...names];
  const takeRows = async () => {
    for (let name = left.shift(); name !== undefined && !abort.aborted; name = left.shift()) {
      const task: RowTask = { name, seeds, scenarios, explores };
      const at = `${name}, seeds ${seeds.join(', ')}`;
      const row = isProgram(name)
        ? await programRow(task, abort)
        : await pool.run<RowTask, PlainRow>(task, at, abort);
      rows.set(name, row);
      onRow(row);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, takeRows));
  } catch (error) {
    if (!abort.aborted) throw error;
  } finally {
    await pool.end();
  }
  return names.flatMap((name) => rows.get(name) ?? []);
}
