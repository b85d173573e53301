/**
 * What a running QEMU can be asked about the seeded bugs: from which system each is told by histories of a machine, and why the others are
 * not shown by any. `npm run qemu` tries it.
 */

/** A QEMU without KVM, of any version, from 8.1 on, or older; or one with KVM. */
export type ToldFrom = 'qemu' | 'qemu 8.1' | 'qemu 7.2' | 'qemu@kvm';

/** By the name of the mutant. */
export const toldFrom: Readonly<Record<string, ToldFrom>> = {
  'size-0-never-matches-sized-writes': 'qemu 8.1',
  'match-data-dropped': 'qemu',
  'equal-priorities-first-mapped-wins': 'qemu',
  'priorities-unsigned': 'qemu',
  'priorities-ignored': 'qemu',
  'alias-offset-ignored': 'qemu',
  'alias-offset-added-twice': 'qemu',
  'alias-not-clipped': 'qemu@kvm',
  'subregions-below-their-region': 'qemu',
  'off-by-one-end': 'qemu',
  'move-to-the-same-offset-maps-anew': 'qemu',
  'change-behind-an-alias-not-rendered': 'qemu',
  'last-range-answers-its-page': 'qemu',
  'eventfd-and-callback-both-fire': 'qemu',
  'neither-fires': 'qemu',
  'two-notifiers-signalled': 'qemu@kvm',
  'size-ignored': 'qemu',
  'valid-checked-after-the-match': 'qemu@kvm',
  'match-before-the-split': 'qemu 8.1',
  'match-looked-up-again-on-split-pieces': 'qemu',
  'access-clamped-at-the-regions-end': 'qemu@kvm',
  'pieces-at-one-offset': 'qemu',
  'access-not-cut-to-alignment': 'qemu',
  'decode-error-ends-the-write': 'qemu',
  'unassigned-space-not-cut-to-alignment': 'qemu',
  'pages-taken-for-subpages': 'qemu 8.1',
  'subpages-taken-for-pages': 'qemu',
  'subpage-asks-for-the-piece-as-one-access': 'qemu',
  'pieces-cut-to-valid-max': 'qemu 8.1',
  'unassigned-pieces-of-4': 'qemu',
  'ports-cut': 'qemu',
  'ports-in-pieces': 'qemu',
  'bytes-of-7-2-in-8-1': 'qemu 8.1',
  'pieces-of-8-1-in-7-2': 'qemu 7.2',
  'largest-aligned-pieces': 'qemu 8.1',
  'bytes-left-counted-across-the-page': 'qemu 8.1',
  'own-writes-taken-for-stores': 'qemu',
  'left-behind-on-unmap': 'qemu@kvm',
  'left-behind-on-resize': 'qemu@kvm',
  'left-behind-on-retarget': 'qemu@kvm',
  'hidden-word-stays-registered': 'qemu@kvm',
  'unrelated-change-re-emits-everything': 'qemu@kvm',
  'deletions-first-under-qemu': 'qemu@kvm',
  'collision-compares-the-eventfd': 'qemu@kvm',
  'look-up-adds-lengths-for-length-0': 'qemu@kvm',
  'insertion-at-the-end': 'qemu@kvm',
  'memory-core-looks-again': 'qemu@kvm',
  'direct-writes-meet-the-bus': 'qemu',
  'stores-across-pages-not-cut': 'qemu',
  'any-length-registered-as-4': 'qemu@kvm',
  'index-loses-an-entry-behind-a-gap': 'qemu@kvm',
  'signed-32-bit-halves': 'qemu',
  'size-2-64-is-0': 'qemu',
  'passed-places-not-marked': 'qemu',
  'gap-of-the-fast-table-left-open': 'qemu',
  'released-range-still-answers': 'qemu',
  'fast-path-does-not-adjust-the-callback': 'qemu',
  'plan-puts-the-size-into-every-key': 'qemu 8.1',
  'plan-puts-the-data-into-every-key': 'qemu',
  'plan-not-refreshed': 'qemu',
  'right-part-of-a-cut-range-lost': 'qemu',
  'left-part-of-a-cut-range-lost': 'qemu',
  'window-inside-another-lost': 'qemu',
  'only-the-last-window-rendered': 'qemu',
  'first-byte-of-a-window-forgotten': 'qemu',
  'windows-of-the-second-space-forgotten': 'qemu',
  'reach-not-raised-by-an-insertion': 'qemu',
  'reach-without-the-right-subtree-after-a-removal': 'qemu@kvm',
  'third-child-of-one-offset-lost': 'qemu',
  'search-stops-at-a-child-that-reaches-beyond': 'qemu',
  'adjacent-stores-to-ram-not-joined': 'qemu',
  'ram-reported-after-what-comes-later': 'qemu@kvm',
  'last-byte-of-long-stores-lost': 'qemu',
};

const reasons: readonly (readonly [why: string, mutants: readonly string[]])[] = [
  [
    'a device of this machine has one word at a time',
    [
      'deletion-ignores-data',
      'deletion-ignores-the-notifier',
      'deletion-of-size-0-is-exact',
      'same-word-registered-once',
      'data-match-before-wildcard',
      'any-size-word-comes-last',
      'last-notifier-first',
      'keyed-by-address-only',
      'deletion-by-notifier-only',
      'fast-table-keeps-the-old-notifier',
      'several-notifiers-newest-first',
      'removed-notifier-still-first',
      'all-kinds-forgotten-with-one',
      'first-of-equal-registrations-goes-first',
      'last-of-duplicates-counts-as-held',
    ],
  ],
  [
    'it is a mistake in what the contract says, which no QEMU keeps',
    [
      'deletion-of-size-0-removes-another',
      'stored-data-swapped',
      'counts-before-the-commit',
      'flat-view-root-of-an-only-child',
      'additions-before-deletions',
      'changes-merged',
      'refused-word-fires',
      'one-limit-for-both-spaces',
      'limit-off-by-one',
      'limit-before-collision',
      'refusals-not-counted',
      'word-split-by-an-overlay-registered-twice',
      'unsorted-list-after-a-straddling-entry',
      'fast-path-open-while-the-host-differs',
      'differences-on-their-way-forgotten',
      'data-held-at-another-address',
      'data-held-once-held-for-ever',
    ],
  ],
  [
    'QEMU aborts where a device breaches a precondition, and no device does',
    ['absent-deletion-accepted', 'notifier-named-by-success'],
  ],
  ['the words of these devices lie in their regions', ['word-beyond-the-end-refused']],
  [
    'no region of this machine is disabled: QEMU maps and unmaps BARs and windows',
    [
      'registration-while-disabled-forgotten',
      'disabled-container-transparent',
      'enable-maps-anew',
      'update-flag-not-set-by-enable',
      'left-behind-on-disable',
      'registrations-dropped-on-disable',
      'enabled-container-not-rendered',
    ],
  ],
  [
    'no device of this machine is big endian',
    [
      'data-never-swapped',
      'pieces-of-big-endian-devices-reversed',
      'native-is-little-endian',
      'foreign-byte-order-on-the-fast-path',
    ],
  ],
  [
    'the data of a word are one byte, 0xfa',
    [
      'data-truncated-to-16-bits',
      'data-truncated-to-32-bits',
      'data-truncated-to-the-access',
      'kernel-cuts-data-to-the-word',
      'data-compared-in-32-bits',
      'data-rounded-at-2-53',
    ],
  ],
  [
    'no word is registered in a transaction',
    [
      'counts-from-the-commit',
      'host-told-inside-a-transaction',
      'cancelled-changes-told',
      'second-difference-of-a-commit-lost',
    ],
  ],
  ['the containers of this machine are as large as their spaces', ['container-does-not-clip']],
  [
    'no region of this machine moves: QEMU unmaps a BAR, and maps it elsewhere',
    [
      'move-keeps-the-place',
      'update-flag-not-cleared',
      'left-behind-on-move',
      'moved-region-registered-at-its-old-place',
      'deleted-at-the-current-address',
      'inverted-condition-at-a-move',
      'slot-keeps-the-old-offset',
      'moved-root-not-rendered',
    ],
  ],
  [
    'a window is mapped anew in the transaction in which it changes',
    ['resize-maps-anew', 'retarget-not-rendered', 'resize-not-rendered'],
  ],
  ['no space of this machine has one child only', ['flat-view-root-is-the-space']],
  [
    'the devices with words take accesses of 1 byte, and fill their pages',
    ['widened-access-matches-widened', 'memory-planned-like-ports'],
  ],
  [
    'no device of this machine shows such limits of accesses',
    [
      'accesses-of-8-by-default',
      'unaligned-of-valid-and-impl-exchanged',
      'valid-min-without-max-counts',
      'default-impl-max-beats-impl-min',
    ],
  ],
  [
    'where a region of this machine refuses what its neighbour takes, the border is at a multiple of 8',
    [
      'page-decided-by-its-first-byte',
      'page-decided-by-its-last-byte',
      'subpage-accepts-every-piece',
      'subpage-asks-for-the-first-access-only',
      'refused-piece-named-by-its-last-byte',
      'cache-hit-not-checked',
    ],
  ],
  ['there is no RAM of ports', ['ram-of-ports-filled-up-to-its-end']],
  [
    'a guest opens no transaction in another',
    ['nested-commit-taken-for-the-outermost', 'windows-forgotten-at-an-inner-commit'],
  ],
  ['no transaction of a guest changes the words of both spaces', ['ports-told-first']],
  ['QEMU aborts where a word is refused', ['refused-word-asked-again', 'refused-word-deleted']],
  [
    'a word of this machine is one byte: it is covered whole, or not at all',
    [
      'list-sorted-under-qemu',
      'told-by-the-first-byte-under-qemu',
      'seams-not-joined',
      'word-before-its-range-not-counted',
      'words-before-a-new-range-not-counted',
      'first-of-the-list-lost-when-nothing-straddles',
      'held-forgotten-with-the-list',
    ],
  ],
  [
    'two different words of this machine never begin at one address',
    [
      'collision-ignores-the-bus',
      'collision-ignores-length-0',
      'collision-is-any-overlap',
      'collision-ignores-data',
      'deassign-of-length-0-is-a-wildcard',
      'deassign-ignores-the-match-flag',
      'data-of-a-removed-entry-still-counted',
    ],
  ],
  [
    'all of this machine lies below 4 GiB',
    [
      'overflow-check-off-by-one',
      'address-truncated-to-32-bits',
      'host-address-truncated-to-32-bits',
      'rounding-at-2-53',
      'host-address-rounded-at-2-53',
      'carry-lost-between-halves',
      'write-ends-at-2-64',
      'end-of-range-at-2-64',
      'last-byte-of-the-space-hidden',
      'high-half-of-the-offset-lost-on-the-fast-path',
      'offsets-beyond-4-gib-on-the-fast-path',
      'high-half-of-the-address-not-compared',
    ],
  ],
  [
    'this machine has too few words at once',
    [
      'linear-scan-instead-of-the-search',
      'no-step-back-over-equals',
      'first-equal-entry-decides',
      'walk-goes-on-past-unequal-entries',
      'insertion-before-equals',
      'search-remembered-after-a-removal',
      'search-remembered-after-an-insertion',
      'insertion-point-searched-from-the-address',
      'last-entry-lost-when-the-bus-grows',
      'index-loses-an-entry-when-it-grows',
      'passed-marks-lost-on-removal',
      'fast-table-loses-one-when-it-grows',
      'order-loses-one-when-a-chunk-splits',
    ],
  ],
  ['the kernel has no limit of registrations', ['refusals-count-to-the-limit']],
  ['no CPU stores 8 bytes to a port', ['8-bytes-at-a-port']],
  [
    'the RAM of this machine comes in whole pages, each region in one piece',
    ['any-ram-before-the-bus', 'stores-to-ram-joined-whatever-the-offset'],
  ],
  ['no region with words is visible at two places', ['only-the-first-range-of-a-region-refreshed']],
  [
    'BARs are aligned to their sizes: of two that overlap, one lies in the other',
    ['child-that-spans-a-window-not-found', 'child-that-ends-at-the-first-byte-not-found'],
  ],
];

/**
 * Where histories of a machine tell a mutant from a running QEMU, or why they do not; neither, where nobody knows: for a program.
 *
 * @param name of the mutant
 */
export function onQemu(name: string): {
  readonly from: ToldFrom | undefined;
  readonly whyNot: string | undefined;
} {
  return { from: toldFrom[name], whyNot: whyNotShown[name] };
}

/** Why no history of this machine shows a mutant, by its name. */
export const whyNotShown: Readonly<Record<string, string>> = Object.fromEntries(
  reasons.flatMap(([why, mutants]) => mutants.map((name) => [name, why])),
);
