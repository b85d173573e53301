/** The decisions in which the systems differ: names and values that can be typed, with an explanation each. */

/** Every decision with all its values, a line of explanation each: for help, documents and tests. */
export const decisionCatalogue = {
  match: {
    question: 'what a write is compared with',
    values: {
      host: "each access of the split write, with what the host holds at the access's address",
      region:
        "each access of the split write, with the answering region's own list, from the moment of the call",
      bus: "the CPU's whole store, with what the host holds, before the memory core, which then does not look again",
    },
  },
  visibility: {
    question: 'where the host is told of a registration',
    values: {
      'first-byte': 'where the first byte of its word is answered by its region',
      'any-byte': 'where any byte of its word lies in a visible piece of its region (size 0: its address)',
    },
  },
  hostChanges: {
    question: 'in which order the host hears of the changes of one commit',
    values: {
      'deletions-first': 'deletions, then additions, each sorted',
      merge: 'one merge of the old and the new list, as they come from the flat view',
    },
  },
  sizeZeroIdentity: {
    question: 'what size 0 is equal to in a deletion',
    values: {
      'a-size': 'only to size 0',
      'any-size': 'to every size, with any data and any notifier',
    },
  },
  data: {
    question: 'how match data are kept',
    values: {
      'as-given': 'the value that the callback would get',
      swapped: 'with their bytes swapped where device and target differ in byte order',
    },
  },
  host: {
    question: 'who takes registrations',
    values: {
      ideal: 'a host that refuses by `host.refuse`, collision and `host.limit`, and finds all that it holds',
      'takes-all':
        'a host that takes everything; of several that match a write, the one that it took first is signalled',
      kernel: "the kernel's bus, with its own checks, order and search",
    },
  },
  root: {
    question: 'where the flat view of a space begins',
    values: {
      own: 'at the root region of the space',
      shared: 'at what stands in for the root: its only enabled subregion, or what an alias shows',
    },
  },
  cpuStore: {
    question: "how a CPU's store reaches the memory core",
    values: {
      'address-space-write': "like QEMU's own write (under kvm: what the bus does not take)",
      'aligned-pieces': 'in aligned pieces, each by the entry of its page (TCG since QEMU 8.1)',
      'bytes-if-unaligned':
        'whole if it is aligned, else in bytes, each by the entry of its page (TCG of QEMU 7.2)',
    },
  },
} as const satisfies {
  readonly [decision: string]: {
    readonly question: string;
    readonly values: { readonly [value: string]: string };
  };
};

/** The name of a decision. */
export type DecisionName = keyof typeof decisionCatalogue;

/** What a profile decides: one value of each decision in the catalogue. Sources are in the clauses (docs/contract.md). */
export type Decisions = {
  readonly [Name in DecisionName]: keyof (typeof decisionCatalogue)[Name]['values'] & string;
};
