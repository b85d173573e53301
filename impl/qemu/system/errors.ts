/** What can go wrong with a QEMU. */
import type { BreakdownKind } from '../../../model/vocabulary/outside.ts';

/** QEMU cannot be used: it is missing, too old, or does not start as it should. One line. */
export class QemuUnusableError extends Error {
  override readonly name = 'QemuUnusableError';
}

/** A QEMU that was running broke down, or said what it should not. One line. */
export class QemuBreakdownError extends Error {
  override readonly name = 'QemuBreakdownError';
  readonly kind: BreakdownKind;

  constructor(kind: BreakdownKind, what: string) {
    super(what);
    this.kind = kind;
  }
}
