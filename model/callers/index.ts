/** The callers that are shipped: QEMU's devices, and documented mistakes of others. */
import type { Caller } from './caller.ts';
import { ivshmemDoorbell } from './ivshmem-doorbell.ts';
import { mshvAnyLength, rustVmmNoData } from './mistakes/deletion.ts';
import { cloudHypervisorOnePath, firecrackerDrops } from './mistakes/fallback.ts';
import {
  cloudHypervisorOldBar,
  openvmmRestore,
  vhostNetClosesFirst,
  vhostUserAddsAgain,
} from './mistakes/life.ts';
import { nvme, nvmeHighQueues } from './nvme.ts';
import { pciTestdev } from './pci-testdev.ts';
import { vfioNvidia } from './vfio-nvidia.ts';
import { virtioMmio, virtioMmioNotificationData } from './virtio-mmio.ts';
import { virtioPciLegacy, virtioPciModern, virtioPciModernSized, virtioPciNotifyPort } from './virtio-pci.ts';

export * from './caller.ts';

/** A caller whose states are nobody's concern but its own. */
export type AnyCaller = Caller<unknown>;

/** Forgets the type of a caller's states. The harness only ever gives a caller states that it made itself. */
export function anyCaller<State>(caller: Caller<State>): AnyCaller {
  return caller as unknown as AnyCaller;
}

/** QEMU's callers, each as its source has it. */
export const qemuCallers: readonly AnyCaller[] = [
  anyCaller(ivshmemDoorbell),
  ...[
    virtioPciModern,
    virtioPciModernSized,
    virtioPciNotifyPort,
    virtioPciLegacy,
    virtioMmio,
    virtioMmioNotificationData,
  ].map(anyCaller),
  anyCaller(nvme),
  anyCaller(nvmeHighQueues),
  anyCaller(pciTestdev),
  anyCaller(vfioNvidia),
];

/** Documented mistakes of others, re-enacted: each is not prepared. */
export const mistakenCallers: readonly AnyCaller[] = [
  ...[firecrackerDrops, cloudHypervisorOnePath].map(anyCaller),
  ...[vhostUserAddsAgain, vhostNetClosesFirst, openvmmRestore].map(anyCaller),
  anyCaller(cloudHypervisorOldBar),
  ...[rustVmmNoData, mshvAnyLength].map(anyCaller),
];
