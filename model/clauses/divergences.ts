import type { ClauseId } from './catalogue.ts';

/** A place where a running system does not keep the contract. */
export type Divergence = {
  readonly number: number;
  readonly title: string;
  readonly statement: string;
  /** The clauses that it breaks or explains. */
  readonly clauses: readonly ClauseId[];
  /** A named scenario under properties/scenarios that shows it, without `.json`; and one that shows the contract. */
  readonly scenario: string;
  readonly counterpart?: string;
};

/** What was found while the contract was gathered. Whether each is known upstream is not established. */
export const divergences = [
  {
    number: 1,
    title: "Dead registrations in the kernel's bus",
    statement:
      'The bus is ordered and searched with a comparison that is neither symmetric nor transitive, so a ' +
      'registration that the kernel took can be unreachable, depending on what was registered before it. Among ' +
      'naturally aligned words within 8 bytes and without size 0, no ordered pair of 210 loses one, and 490 of 2730 ' +
      'ordered triples do; with size 0, 28 of 476 pairs.',
    clauses: ['K7'],
    scenario: 'k7-kvm-eight-bytes-after-both-halves-is-dead',
    counterpart: 'k7-contract-both-halves-and-the-whole',
  },
  {
    number: 2,
    title: 'A key that changes hands collides with itself',
    statement:
      'In one commit QEMU can ask to add a registration before it asks to delete the one that holds its key: the ' +
      'kernel answers EEXIST, and QEMU aborts.',
    clauses: ['H3', 'H4', 'D5'],
    scenario: 'h3-kvm-a-key-that-changes-hands-can-collide',
    counterpart: 'h3-contract-a-key-that-changes-hands-never-collides',
  },
  {
    number: 3,
    title: 'A half-hidden word stays in the kernel, a word with a hole is requested twice',
    statement:
      'QEMU registers a word for each visible range that holds any of its bytes. A word whose first byte is covered ' +
      'takes writes of the region that covers it; a word with a hole in its middle collides with itself (EEXIST, ' +
      'and QEMU aborts).',
    clauses: ['H2', 'D5', 'D9'],
    scenario: 'h2-kvm-a-half-covered-word-takes-anothers-write',
    counterpart: 'h2-contract-a-covered-first-byte-hides-the-word',
  },
  {
    number: 4,
    title: 'Unsorted lists lose a live registration',
    statement:
      "A word whose first bytes are covered makes QEMU's list of visible registrations unsorted. Merging it with the " +
      'next one, QEMU asks to add what the host has, and to delete what is still registered.',
    clauses: ['H3'],
    scenario: 'h3-kvm-unsorted-lists-lose-a-registration',
    counterpart: 'h3-contract-a-covered-wide-word-comes-back',
  },
  {
    number: 5,
    title: 'The root of the flat view is rendered at its own offset',
    statement:
      'Where the only enabled region of a space is an alias at 0 of a whole region, mapping that region at some offset ' +
      'of another container, even one that is mapped nowhere, moves everything in the space by that offset.',
    clauses: ['M6'],
    scenario: 'm6-kvm-the-only-window-moves-with-its-target',
    counterpart: 'm6-contract-a-space-shows-what-is-mapped-in-it',
  },
  {
    number: 6,
    title: 'Size 0 compares equal to everything',
    statement:
      'Deleting a size-0 registration can remove another one at its offset; deleting a sized one can remove the size-0 ' +
      'one; and deleting what was never added can succeed.',
    clauses: ['R2'],
    scenario: 'r2-tcg-deleting-what-was-never-added-removes-a-sized-one',
    counterpart: 'r2-contract-size-zero-is-no-wildcard-for-deletion',
  },
  {
    number: 7,
    title: 'Data are swapped once too often under emulation',
    statement:
      'Where device and target differ in byte order, the emulation matches a value that is not the one the callback ' +
      'would get: a write that should signal calls back, and one that should call back signals.',
    clauses: ['R3', 'R4'],
    scenario: 'r3-tcg-other-byte-order-matches-the-number-stored',
    counterpart: 'r3-contract-data-are-what-the-callback-would-get',
  },
  {
    number: 8,
    title: 'What a region rejects signals under KVM',
    statement:
      "The kernel matches before QEMU's check of size and alignment, so a write that is no legal access of the device signals.",
    clauses: ['D6'],
    scenario: 'd6-kvm-a-rejected-access-still-signals',
    counterpart: 'd6-contract-a-rejected-access-does-nothing',
  },
  {
    number: 9,
    title: 'Split under emulation, whole under KVM',
    statement:
      'The emulation matches the accesses of a split write, the kernel the whole write. A 4-byte word at offset 2, or an 8-byte ' +
      'word on a region of 4-byte accesses, fires under KVM only; an access that equals a registration fires under ' +
      'emulation only.',
    clauses: ['S2', 'D1', 'K12'],
    scenario: 's2-kvm-the-store-is-matched-before-it-is-cut',
    counterpart: 's2-contract-a-word-that-no-access-has-is-never-matched',
  },
  {
    number: 10,
    title: 'A word below address 0',
    statement:
      'A word that a window would place below address 0, and of which a byte is visible, makes QEMU fail an assertion. ' +
      'Here it is not told to the host.',
    clauses: ['M7'],
    scenario: 'm7-kvm-a-word-below-address-zero-is-not-told',
    counterpart: 'm7-contract-a-word-below-address-zero-is-not-told',
  },
  {
    number: 11,
    title: "ivshmem's callback takes 8 bits of the vector",
    statement:
      "The device's specification gives the vector 16 bits, and says that a write for a vector that does not exist is " +
      'ignored; the callback takes the low 8, and notifies that vector.',
    clauses: ['C1'],
    scenario: 'c1-tcg-vector-above-255-is-cut-by-the-callback',
  },
] as const satisfies readonly Divergence[];
