/** What is where, and what is registered, while a history is played. */
import type { EventfdChange, Operation } from '../../../model/vocabulary/vocabulary.ts';

export class PlayState {
  /** Where regions are mapped. */
  readonly bases = new Map<string, bigint>();
  /** What each notifier is registered for. */
  readonly registered = new Map<string, EventfdChange>();

  /** Operations that are done. */
  note(operations: readonly Operation[]): void {
    for (const operation of operations) {
      switch (operation.op) {
        case 'map':
          this.bases.set(operation.region, operation.offset);
          break;
        case 'unmap':
          this.bases.delete(operation.region);
          break;
        case 'add-eventfd':
          this.registered.set(operation.notifier, operation);
          break;
        case 'del-eventfd':
          this.registered.delete(operation.notifier);
          break;
        default:
      }
    }
  }
}
