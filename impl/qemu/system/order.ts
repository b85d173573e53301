/**
 * The order of notifiers, which in QEMU is an order of pointers. It is learned by letting one device take over the word of another under
 * KVM: where QEMU adds before it deletes, the kernel refuses and QEMU aborts.
 */
import { aside, initialCommands, placeAside, placeNowhere } from '../world/commands.ts';
import { type Device, testdevs } from '../world/machine.ts';
import { QemuBreakdownError } from './errors.ts';
import { refusalIn } from './host-effects.ts';
import type { Installation } from './installation.ts';
import { Qemu } from './qemu.ts';

/**
 * The `pci-testdev` devices, the one with the lowest notifiers first. It is the same whenever this QEMU is started with the same machine.
 *
 * @throws QemuUnusableError where QEMU does not start
 */
export async function orderOfNotifiers(installation: Installation): Promise<readonly string[]> {
  const sorted: Device[] = [];
  for (const device of testdevs) {
    let at = 0;
    for (; at < sorted.length; at++) {
      const other = sorted[at];
      if (other === undefined || (await isBelow(device, other, installation))) break;
    }
    sorted.splice(at, 0, device);
  }
  return sorted.map(({ name }) => name);
}

/** Whether the notifiers of one are below those of the other. */
async function isBelow(one: Device, other: Device, installation: Installation): Promise<boolean> {
  const qemu = await Qemu.start(installation, 'kvm');
  const [lower, upper] = [one.bars[0], other.bars[0]];
  if (lower === undefined || upper === undefined) throw new Error('a pci-testdev without a BAR');
  const select = `writeb 0x${aside.memory.toString(16)} 0x1`;
  try {
    qemu.send(initialCommands());
    qemu.send([...placeAside(lower, one), select, ...placeAside(upper, other), select]);
    await qemu.command('endianness');
    // The word of the one below becomes visible when that of the other goes. Where it is the lower, it is added before.
    qemu.send(placeNowhere(upper, other));
    await qemu.command('endianness');
    return false;
  } catch (error) {
    if (error instanceof QemuBreakdownError && refusalIn(qemu.stderr) !== undefined) return true;
    throw error;
  } finally {
    await qemu.close();
  }
}
