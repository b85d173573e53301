/** The histories that were recorded on QEMU, played on the QEMU of this machine; and a few random ones. Without a QEMU they are skipped. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../../format/index.ts';
import { type QemuDispatcher, startQemu } from '../../impl/qemu/dispatcher.ts';
import { withoutServer } from '../../impl/qemu/world/read.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstepOutside } from '../outside/lockstep.ts';
import { observedExpectations } from '../outside/observed.ts';
import { dataFolder } from '../package-data.ts';
import { WorldArbitrary } from './generate.ts';
import { historyFor } from './world.ts';

const folder = dataFolder('scenarios/qemu/');
const recorded = readdirSync(folder).map((file) => ({
  file,
  scenario: readScenario(readFileSync(new URL(file, folder), 'utf8'), file),
}));

type Opened = { readonly qemu: QemuDispatcher } | { readonly reason: string };

async function opened(profile?: Profile): Promise<Opened> {
  try {
    if (profile === 'kvm') accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    const name = profile === undefined ? 'qemu' : `qemu@${profile}`;
    // IOEVENTFD_CHECK_QEMU names another QEMU than the one of the distribution.
    const qemu = process.env['IOEVENTFD_CHECK_QEMU'];
    return { qemu: await startQemu({ name, profile, qemu, expected: modelDispatcher }) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

async function expectRecorded(qemu: QemuDispatcher, scenario: Scenario): Promise<void> {
  const { answer } = await qemu.run(scenario);
  // koffi is an optional dependency.
  if (answer.kind === 'unsupported' && answer.why === withoutServer) return;
  if (answer.kind !== 'effects') throw new Error(JSON.stringify(answer));
  for (const { operation, effects } of observedExpectations(scenario.expect ?? [], qemu.abilities)) {
    expect(answer.effects[operation], `operation ${operation}`).toEqual(effects);
  }
}

it.each(recorded)('$file: the model says what was seen', ({ scenario }) => {
  const session = modelDispatcher.open(scenario);
  const effects = scenario.operations.map((operation) => session.apply(operation));
  for (const { operation, effects: seen } of scenario.expect ?? []) {
    expect(effects[operation], `operation ${operation}`).toEqual(seen);
  }
  expect(scenario.confirmed?.length).toBeGreaterThan(0);
});

describe.each<readonly [string, Profile | undefined]>([
  ['without KVM', undefined],
  ['with KVM', 'kvm'],
])('a QEMU %s', async (_, profile) => {
  const system = await opened(profile);
  const reason = 'reason' in system ? ` (skipped: ${system.reason})` : '';

  it.skipIf(reason !== '')(
    `does what was recorded, and agrees with the model at random${reason}`,
    async () => {
      if ('reason' in system) return;
      const { qemu } = system;
      try {
        const [own = 'tcg'] = qemu.usualProfiles;
        const its = recorded.filter(({ scenario }) => scenario.profile === own);
        expect(its.length).toBeGreaterThan(5);
        for (const { file, scenario } of its) {
          await expectRecorded(qemu, scenario).catch((error: unknown) => {
            throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
          });
        }
        const histories = fc.sample(new WorldArbitrary(), { seed: 11, numRuns: 10 });
        for (const actions of histories) {
          const { scenario } = historyFor(actions, qemu, own);
          expect(await lockstepOutside([modelDispatcher, qemu], scenario)).toEqual({});
        }
      } finally {
        await qemu.close();
      }
    },
  );
});
