/** The command line of the machine. */
import { bridges, devices, mainRam, sharedRam } from '../world/machine.ts';
import type { SharedFiles } from './files.ts';
import type { Installation } from './installation.ts';

export type Accelerator = 'tcg' | 'kvm';

/** Descriptors of the sockets that QEMU inherits. */
export const descriptors = { qtest: 3, monitor: 4 } as const;

export function argumentsOf(
  { logItem }: Pick<Installation, 'logItem'>,
  accelerator: Accelerator,
  files: Pick<SharedFiles, 'image'> & {
    readonly main: { readonly path: string };
    readonly shared: { readonly path: string };
  },
): readonly string[] {
  const { main, shared, image } = files;
  const ram = (id: string, size: bigint, path: string) =>
    `memory-backend-file,id=${id},size=${size},mem-path=${path},share=on`;
  return [
    ...['-machine', 'q35,memory-backend=main', '-accel', accelerator, '-S', '-m', `${mainRam.size >> 20n}`],
    ...['-display', 'none', '-nodefaults', '-no-user-config', '-bios', image],
    ...['-object', ram('main', mainRam.size, main.path)],
    ...['-object', ram('shared', sharedRam.size, shared.path)],
    ...['-chardev', `socket,id=qtest,fd=${descriptors.qtest}`, '-qtest', 'chardev:qtest'],
    ...['-chardev', `socket,id=monitor,fd=${descriptors.monitor}`, '-mon', 'chardev=monitor,mode=control'],
    ...['-d', logItem, '-trace', 'memory_region_ops_*'],
    ...(accelerator === 'kvm' ? ['-trace', 'kvm_set_ioeventfd_*'] : []),
    ...bridges.flatMap(({ name, slot }) => [
      '-device',
      `pci-bridge,id=${name},chassis_nr=1,shpc=off,addr=0x${slot.toString(16)}`,
    ]),
    ...devices.flatMap(({ model, slot, bridge }) => [
      '-device',
      `${model},addr=0x${slot.toString(16)}${bridge === undefined ? '' : `,bus=${bridge}`}`,
    ]),
  ];
}
