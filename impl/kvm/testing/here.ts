/** Tests on the running kernel: where it cannot be used they are skipped, and their name says why. */
import { readdirSync, readlinkSync } from 'node:fs';
import { describe } from 'vitest';
import { Kernel } from '../kernel.ts';
import { KernelMissingError } from '../libc.ts';

/** Why the kernel cannot be used here; undefined where it can. */
export const missing = await Kernel.open().then(
  async (kernel) => {
    await kernel.close();
    return undefined;
  },
  (error: unknown) => {
    if (error instanceof KernelMissingError) return error.message;
    throw error;
  },
);

/** A suite that needs the kernel. */
export function describeOnKernel(name: string, suite: () => void): void {
  describe.skipIf(missing !== undefined)(
    missing === undefined ? name : `${name} (skipped: ${missing})`,
    suite,
  );
}

/** What the open descriptors of this process are that have to do with virtual machines. */
export function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        // The one by which the folder is read.
        return [];
      }
    })
    .filter((target) => /kvm|eventfd|eventpoll/.test(target))
    .sort();
}
