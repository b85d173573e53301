/**
 * A program over a pipe: scenarios of 24 operations that are sent, answered and compared with the model, beside what the program needs
 * alone for the same requests, from a file; and beside what the same takes where the dispatcher is in the process.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeScenarioLine } from '../../format/index.ts';
import { helloLine } from '../../format/protocol.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { mostUnderWay } from '../../impl/outside/program.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { isOutside } from '../../model/vocabulary/outside.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../../properties/compare/lockstep.ts';
import { randomScenarios } from '../../properties/engine/batch-plan.ts';
import { fittedTo } from '../../properties/outside/abilities.ts';
import { loadAnyDispatcher } from '../../properties/outside/load.ts';
import { lockstepOutside } from '../../properties/outside/lockstep.ts';
import { type Costs, median } from '../rounds.ts';

const operations = 24;

/** The first rounds, which do not count. */
const warmUp = 2;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const command = `python3 ${JSON.stringify(join(root, 'examples', 'dispatcher.py'))}`;

/** Nanoseconds a scenario: over the pipe, of the program alone, and of our dispatcher in this process. */
export async function pipe(count: number, rounds: number): Promise<Costs> {
  const program = await loadAnyDispatcher(`exec:${command}`);
  if (!isOutside(program)) throw new Error('a program lives outside');
  const { abilities } = program;
  const scenarios: Scenario[] = [];
  for (const scenario of randomScenarios({ seed: 1, runs: 20 * count, profiles: abilities.profiles })) {
    const fitted = fittedTo(scenario, abilities);
    if (fitted.operations.length < operations) continue;
    scenarios.push(fittedTo({ ...fitted, operations: fitted.operations.slice(0, operations) }, abilities));
    if (scenarios.length === count) break;
  }
  const requests = requestsOf(scenarios);
  const costs: Record<'piped' | 'alone' | 'inside', number[]> = { piped: [], alone: [], inside: [] };
  for (let round = 0; round < warmUp + rounds; round++) {
    const each = (started: number) => (1e6 * (performance.now() - started)) / scenarios.length;
    let started = performance.now();
    await compareAll(scenarios, async (scenario) => {
      const { failure } = await lockstepOutside([modelDispatcher, program], scenario);
      if (failure !== undefined) throw new Error(failure.message);
    });
    costs.piped.push(each(started));
    costs.alone.push((1e6 * requests.run()) / scenarios.length);
    started = performance.now();
    for (const scenario of scenarios) lockstep(modelDispatcher, optimizedDispatcher, scenario);
    costs.inside.push(each(started));
  }
  await program.close();
  requests.remove();
  const counted = (all: readonly number[]) => median(all.slice(warmUp));
  const piped = counted(costs.piped);
  return {
    piped,
    alone: counted(costs.alone),
    inside: counted(costs.inside),
    'scenarios a second': 1e9 / piped,
  };
}

/** As many at a time as `check` sends ahead. */
async function compareAll(scenarios: readonly Scenario[], compare: (scenario: Scenario) => Promise<void>) {
  const left = scenarios.values();
  const some = async () => {
    for (const scenario of left) await compare(scenario);
  };
  await Promise.all(Array.from({ length: 2 * mostUnderWay }, some));
}

/** The same requests in a file. `run` gives the milliseconds that the program takes for them, its start left out. */
function requestsOf(scenarios: readonly Scenario[]) {
  const folder = mkdtempSync(join(tmpdir(), 'ioeventfd-check-bench-'));
  const [some, none] = [join(folder, 'some'), join(folder, 'none')];
  const lines = scenarios.map((scenario, id) => `{"id":${id},"scenario":${writeScenarioLine(scenario)}}\n`);
  writeFileSync(none, `${helloLine()}\n`);
  writeFileSync(some, `${helloLine()}\n${lines.join('')}`);
  const timeOf = (file: string) => {
    const input = openSync(file, 'r');
    const started = performance.now();
    spawnSync('/bin/sh', ['-c', command], { stdio: [input, 'ignore', 'inherit'] });
    closeSync(input);
    return performance.now() - started;
  };
  return {
    run: () => timeOf(some) - timeOf(none),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
