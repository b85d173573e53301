/** The command line of the machine. */
import { donePort } from '../guest/program.ts';
import { bridges, type Device, devices, mainRam, sharedRam } from '../world/machine.ts';
import type { SharedFiles } from './files.ts';
import type { Installation } from './installation.ts';

export type Accelerator = 'tcg' | 'kvm';

/** Descriptors of the sockets that QEMU inherits. */
export const descriptors = { qtest: 3, monitor: 4, peers: 5, done: 6 } as const;

/** Where the files are that QEMU and this process share. */
type Paths = { readonly main: string; readonly shared: string; readonly image: string };

/** What is asked of the command line. */
export type Machine = {
  readonly devicesAndTraces: readonly string[];
  /** The rest of the machine, by the path of its firmware; a PC with our program, if left out. */
  readonly board?: ((image: string) => readonly string[]) | undefined;
};

export function argumentsOf(
  { logItem }: Pick<Installation, 'logItem'>,
  accelerator: Accelerator,
  { main, shared, image }: SharedFiles,
  { devicesAndTraces, board }: Machine,
): readonly string[] {
  return [
    ...(board?.(image) ?? boardArguments(accelerator, { main: main.path, shared: shared.path, image })),
    ...devicesAndTraces,
    ...(board === undefined ? doneArguments : []),
    // The CPU waits until a history needs it.
    ...['-S', '-d', logItem],
    ...['-chardev', `socket,id=qtest,fd=${descriptors.qtest}`, '-qtest', 'chardev:qtest'],
    ...['-chardev', `socket,id=monitor,fd=${descriptors.monitor}`, '-mon', 'chardev=monitor,mode=control'],
  ];
}

/** A PC says by this device that commands are done. */
const doneArguments = [
  ...['-chardev', `socket,id=done,fd=${descriptors.done}`],
  ...['-device', `isa-debugcon,chardev=done,iobase=${donePort}`],
];

/** The machine of a world, and what is traced of it. */
export function machineArguments(accelerator: Accelerator, paths: Paths): readonly string[] {
  return [...boardArguments(accelerator, paths), ...worldArguments(false)];
}

/** The devices of a world. */
export function worldArguments(hasServer: boolean): readonly string[] {
  return [
    ...bridgeArguments(),
    ...deviceArguments(ownDevices),
    ...(hasServer
      ? [...['-chardev', `socket,id=peers,fd=${descriptors.peers}`], ...deviceArguments(devicesOfServer)]
      : []),
  ];
}

/** The machine without devices of its own. */
function boardArguments(accelerator: Accelerator, { main, shared, image }: Paths): readonly string[] {
  return [
    ...['-machine', 'q35,memory-backend=main', '-accel', accelerator, '-m', `${mainRam.size >> 20n}`],
    ...['-display', 'none', '-nodefaults', '-no-user-config', '-bios', image],
    ...[
      '-object',
      ramObject('main', mainRam.size, main),
      '-object',
      ramObject('shared', sharedRam.size, shared),
    ],
    ...['-trace', 'memory_region_ops_*'],
    ...(accelerator === 'kvm' ? ['-trace', 'kvm_set_ioeventfd_*'] : []),
  ];
}

/** The machine for a test that has no files: QEMU's own RAM. */
export function defaultRamArguments(): readonly string[] {
  return [
    ...['-machine', 'q35', '-m', `${mainRam.size >> 20n}`, '-nodefaults'],
    ...['-object', `memory-backend-ram,id=shared,size=${sharedRam.size}`],
    ...bridgeArguments(),
    ...deviceArguments(ownDevices),
  ];
}

function ramObject(id: string, size: bigint, path: string): string {
  return `memory-backend-file,id=${id},size=${size},mem-path=${path},share=on`;
}

const devicesOfServer = devices.filter(({ needsServer }) => needsServer === true);
const ownDevices = devices.filter((device) => !devicesOfServer.includes(device));

function bridgeArguments(): readonly string[] {
  return bridges.flatMap(({ name, slot }) => [
    '-device',
    `pci-bridge,id=${name},chassis_nr=1,shpc=off,addr=0x${slot.toString(16)}`,
  ]);
}

/** Those behind a bridge have a name: they can be unplugged. */
function deviceArguments(which: readonly Device[]): readonly string[] {
  return which.flatMap(({ name, model, slot, bridge }) => [
    '-device',
    `${model},addr=0x${slot.toString(16)}${bridge === undefined ? '' : `,id=${name},bus=${bridge}`}`,
  ]);
}
