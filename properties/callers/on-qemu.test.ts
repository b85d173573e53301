/** Lives of virtio and nvme devices on the QEMUs of this machine, against their models. Without a QEMU they are skipped. */
import { accessSync, constants } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Board, pcBoard, ppcBoard } from '../../impl/qemu/callers/board.ts';
import { type CallerDevice, callerDevices } from '../../impl/qemu/callers/machine.ts';
import { CallerPlayer } from '../../impl/qemu/callers/player.ts';
import { defaultQemu, examine, type Installation } from '../../impl/qemu/system/installation.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import {
  type CallerAction,
  type CallerVersion,
  callerOf,
  expectedOf,
  lived,
  livesOf,
  renderDifference,
} from './on-qemu.ts';

/** IOEVENTFD_CHECK_LIVES says how many lives of each device. */
const lives = Number(process.env['IOEVENTFD_CHECK_LIVES'] ?? 2);
const seed = Number(process.env['IOEVENTFD_CHECK_SEED'] ?? 1);

type Accelerator = 'tcg' | 'kvm';
type Kind = {
  readonly name: string;
  readonly qemu: string;
  readonly accelerator: Accelerator;
  readonly board: Board;
  readonly devices: readonly CallerDevice[];
};

const qemu = process.env['IOEVENTFD_CHECK_QEMU'] ?? defaultQemu;
const kinds: readonly Kind[] = [
  { name: 'under tcg', qemu, accelerator: 'tcg', board: pcBoard, devices: callerDevices },
  { name: 'under kvm', qemu, accelerator: 'kvm', board: pcBoard, devices: callerDevices },
  {
    name: 'with a big-endian CPU',
    // There is no program of ours for its CPU: QEMU itself writes.
    qemu: process.env['IOEVENTFD_CHECK_QEMU_PPC'] ?? 'qemu-system-ppc',
    accelerator: 'tcg',
    board: ppcBoard,
    devices: callerDevices.filter(({ kind }) => kind !== 'nvme'),
  },
];

type Opened =
  | { readonly player: CallerPlayer; readonly installation: Installation }
  | { readonly reason: string };

async function opened({ qemu: command, accelerator, board, devices }: Kind): Promise<Opened> {
  try {
    if (accelerator === 'kvm') accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    const installation = await examine(command);
    return { installation, player: await CallerPlayer.start(installation, accelerator, devices, board) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function profileOf(accelerator: Accelerator, { major, minor }: Installation): Profile {
  if (accelerator === 'kvm') return 'kvm';
  return major > 8 || (major === 8 && minor >= 1) ? 'tcg' : 'tcg-7.2';
}

function versionOf(accelerator: Accelerator, { major, minor }: Installation): CallerVersion {
  return {
    isSized: accelerator === 'tcg' && major < 9,
    isWhole: major < 9 || (major === 9 && minor < 1),
  };
}

describe.each(kinds)('devices of a QEMU $name', async (kind) => {
  const system = await opened(kind);
  const reason = 'reason' in system ? ` (skipped: ${system.reason})` : '';

  it.skipIf(reason !== '')(`notify whom their models say${reason}`, async () => {
    if ('reason' in system) return;
    const { player, installation } = system;
    const { accelerator, board, devices } = kind;
    const circumstances = { profile: profileOf(accelerator, installation), target: board.target };
    try {
      let notified = 0;
      for (const device of devices) {
        const caller = callerOf(device, versionOf(accelerator, installation));
        const random = fc.sample(livesOf(device, caller, board.hasStores ? ['cpu', 'qemu'] : ['qemu']), {
          seed,
          numRuns: lives,
        });
        for (const actions of [...random, ...knownLives(device)]) {
          const writes = expectedOf(device, caller, circumstances, actions);
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

/** Clause R3: a driver of the legacy interface rings for queue 1, and for queue 0x100, in either byte order. */
function knownLives({ kind, queues }: CallerDevice): readonly (readonly CallerAction[])[] {
  if (kind !== 'virtio-legacy') return [];
  const write = (data: bigint): CallerAction => {
    return { do: 'write', write: { offset: 0x10n, size: 2, data, by: 'qemu', at: 'first' } };
  };
  return [[{ do: 'set up', queues }, write(1n), write(0x100n)]];
}
