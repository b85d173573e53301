/** The running kernel: its virtual machines, their buses, and the dispatcher that is made of them. See docs/real-kernel.md. */

export { KernelDispatcher } from './dispatcher.ts';
export { Kernel } from './kernel.ts';
export { KernelMissingError, SystemCallError } from './libc.ts';
export {
  type BusName,
  type Exit,
  GuestFailedError,
  GuestRunsOnError,
  type Machine,
  type Registration,
  TooManyPagesError,
} from './machine.ts';
export { Notifiers } from './notifiers.ts';
