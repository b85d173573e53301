/** Lives of virtio and nvme devices on the QEMU of this machine, against their models. Without a QEMU they are skipped. */
import { accessSync, constants } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerDevices } from '../../impl/qemu/callers/machine.ts';
import { CallerPlayer } from '../../impl/qemu/callers/player.ts';
import { defaultQemu, examine, type Installation } from '../../impl/qemu/system/installation.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { type CallerVersion, callerOf, expectedOf, lived, livesOf, renderDifference } from './on-qemu.ts';

/** IOEVENTFD_CHECK_LIVES says how many lives of each device. */
const lives = Number(process.env['IOEVENTFD_CHECK_LIVES'] ?? 2);
const seed = Number(process.env['IOEVENTFD_CHECK_SEED'] ?? 1);

type Opened =
  | { readonly player: CallerPlayer; readonly installation: Installation }
  | { readonly reason: string };

async function opened(accelerator: 'tcg' | 'kvm'): Promise<Opened> {
  try {
    if (accelerator === 'kvm') accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    const installation = await examine(process.env['IOEVENTFD_CHECK_QEMU'] ?? defaultQemu);
    return { installation, player: await CallerPlayer.start(installation, accelerator) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function profileOf(accelerator: 'tcg' | 'kvm', { major, minor }: Installation): Profile {
  if (accelerator === 'kvm') return 'kvm';
  return major > 8 || (major === 8 && minor >= 1) ? 'tcg' : 'tcg-7.2';
}

function versionOf(accelerator: 'tcg' | 'kvm', { major, minor }: Installation): CallerVersion {
  return {
    isSized: accelerator === 'tcg' && major < 9,
    isWhole: major < 9 || (major === 9 && minor < 1),
  };
}

describe.each(['tcg', 'kvm'] as const)('devices of a QEMU under %s', async (accelerator) => {
  const system = await opened(accelerator);
  const reason = 'reason' in system ? ` (skipped: ${system.reason})` : '';

  it.skipIf(reason !== '')(`notify whom their models say${reason}`, async () => {
    if ('reason' in system) return;
    const { player, installation } = system;
    const profile = profileOf(accelerator, installation);
    try {
      let notified = 0;
      for (const device of callerDevices) {
        const caller = callerOf(device, versionOf(accelerator, installation));
        for (const actions of fc.sample(livesOf(device, caller), { seed, numRuns: lives })) {
          const writes = expectedOf(device, caller, profile, actions);
          notified += writes.filter((write) => write.notified.length > 0).length;
          const difference = await lived(player, device, actions, writes);
          expect(difference && renderDifference(difference).join('\n')).toBeUndefined();
        }
      }
      expect(notified).toBeGreaterThan(20);
    } finally {
      await player.close();
    }
  });
});
