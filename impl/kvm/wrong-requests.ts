/**
 * What no scenario can say, asked all the same beside the registrations of one: `KVM_IOEVENTFD` with one thing wrong. The kernel refuses it
 * before it looks at the bus (`kvm_assign_ioeventfd`, virt/kvm/eventfd.c), so the answer is the same whatever is registered.
 */
import type { Registration } from './machine.ts';

export type WrongRequest = {
  /** What is wrong, for a message. */
  readonly what: string;
  readonly error: 'EINVAL' | 'EBADF';
  /** @param noEventfd a descriptor that is open, and of no eventfd */
  readonly of: (right: Registration, noEventfd: number) => Registration;
};

const twoTo64 = 1n << 64n;
/** The first bit that `KVM_IOEVENTFD_VALID_FLAG_MASK` does not have, and the last. */
const unknownFlags = [1 << 5, 1 << 31] as const;
/** Beyond any limit of open files. */
const closedDescriptor = 0x7fff_ffff;

const ofLength = (size: number): WrongRequest => ({
  what: `of length ${size}`,
  error: 'EINVAL',
  of: (right) => ({ ...right, size }),
});

const withFlag = (flags: number): WrongRequest => ({
  what: 'with an unknown flag',
  error: 'EINVAL',
  of: (right) => ({ ...right, flags }),
});

export const wrongRequests: readonly WrongRequest[] = [
  ofLength(3),
  withFlag(unknownFlags[0]),
  {
    what: 'of length 0 with data',
    error: 'EINVAL',
    of: (right) => ({ ...right, size: 0, data: right.data ?? 0n }),
  },
  {
    what: 'that ends at 2^64',
    error: 'EINVAL',
    of: (right) => ({ ...right, size: right.size || 4, address: twoTo64 - BigInt(right.size || 4) }),
  },
  { what: 'of what is no eventfd', error: 'EINVAL', of: (right, eventfd) => ({ ...right, eventfd }) },
  ofLength(16),
  {
    what: 'that ends beyond 2^64',
    error: 'EINVAL',
    of: (right) => ({ ...right, size: 8, address: twoTo64 - 1n }),
  },
  {
    what: 'of a closed descriptor',
    error: 'EBADF',
    // The range is looked at first, and that of the right one may end at 2^64.
    of: (right) => ({ ...right, address: 0n, eventfd: closedDescriptor }),
  },
  withFlag(unknownFlags[1]),
  ofLength(5),
];
