/** The re-enactments of docs/others.md: each saved scenario shows its difference, and cannot be made simpler. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readScenario } from '../format/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { OutsideDispatcher } from '../model/vocabulary/outside.ts';
import { loadAnyDispatcher } from '../properties/outside/load.ts';
import { lockstepOutside } from '../properties/outside/lockstep.ts';
import { shrunkOutside } from '../properties/outside/shrink.ts';

const folder = new URL('../examples/others/', import.meta.url);

/** Of each system, the scenarios of each difference that `--only` keeps. */
const systems: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  crosvm: { twice: ['crosvm-twice'], range: ['crosvm-range', 'crosvm-range-of-another'] },
  acrn: {
    swallow: ['acrn-swallow'],
    shorter: ['acrn-shorter'],
    conflict: ['acrn-conflict', 'acrn-no-conflict'],
    deassign: ['acrn-deassign'],
    end: ['acrn-end'],
    range: ['acrn-range'],
    'conflict,swallow': ['acrn-refused-and-swallowed'],
  },
  cloud_hypervisor: {
    every: ['cloud-hypervisor-every', 'cloud-hypervisor-no-refusal', 'cloud-hypervisor-order'],
    dropped: ['cloud-hypervisor-dropped'],
  },
};

const started: OutsideDispatcher[] = [];
afterAll(() => Promise.all(started.map((one) => one.close())));

async function start(system: string, only: string): Promise<OutsideDispatcher> {
  const path = fileURLToPath(new URL(`${system}.py`, folder));
  const program = (await loadAnyDispatcher(`exec:python3 ${path} --only ${only}`)) as OutsideDispatcher;
  started.push(program);
  return program;
}

function scenarioOf(name: string) {
  return readScenario(readFileSync(new URL(`scenarios/${name}.json`, folder), 'utf8'), name);
}

it('every saved scenario is in the table above, and in the document', () => {
  const saved = readdirSync(new URL('scenarios/', folder)).map((file) => file.replace(/\.json$/, ''));
  const document = readFileSync(new URL('../docs/others.md', import.meta.url), 'utf8');
  const named = Object.values(systems).flatMap((ways) => Object.values(ways).flat());
  expect(named.toSorted()).toEqual(saved.toSorted());
  expect(saved.filter((name) => !document.includes(`/${name}.json)`))).toEqual([]);
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.runIf(hasPython).each(Object.entries(systems))('%s', (system, ways) => {
  it.each(Object.entries(ways))(
    '--only %s shows what it says, which cannot be made simpler',
    async (only, names) => {
      const pair = [modelDispatcher, await start(system, only)] as const;
      for (const name of names) {
        const scenario = scenarioOf(name);
        const { failure, unsupported } = await lockstepOutside(pair, scenario);
        expect([name, unsupported, failure?.operation]).toEqual([
          name,
          undefined,
          scenario.operations.length - 1,
        ]);
        if (failure === undefined) continue;
        const found = { scenario, failure, originalLength: scenario.operations.length };
        const { operations } = (await shrunkOutside(found, { pair, seconds: 10 })).scenario;
        expect([name, operations.length]).toEqual([name, scenario.operations.length]);
      }
    },
  );

  it('--only none agrees with the model on all of them', async () => {
    const pair = [modelDispatcher, await start(system, 'none')] as const;
    for (const name of Object.values(ways).flat()) {
      const { failure, unsupported } = await lockstepOutside(pair, scenarioOf(name));
      expect([name, unsupported, failure?.message]).toEqual([name, undefined, undefined]);
    }
  });
});
