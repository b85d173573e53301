/** Dispatchers with a mistake in what exploration trusts: forks that are copies, and fingerprints that tell all. */
import { optimizedDispatcherWith } from '../../../impl/optimized/dispatcher.ts';
import { KernelBus } from '../../../impl/optimized/host/kernel-bus.ts';
import { FlatView } from '../../../impl/optimized/map/flat-view.ts';
import { OptimizedSession } from '../../../impl/optimized/session.ts';
import type { Ioeventfd } from '../../../impl/optimized/tables/ioeventfd.ts';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Dispatcher, Effect, Operation, Session } from '../../../model/vocabulary/vocabulary.ts';

/** A dispatcher, and a scope of this package in which its mistake shows. */
type Wrong = {
  readonly dispatcher: Dispatcher;
  readonly scope: string;
  /** The operations of the scope that are enough; all, if left out. */
  readonly keeps?: (operation: Operation) => boolean;
};

/** What of a session the mistakes below reach, private or not. */
type Inside = {
  notifiers: { isShared: boolean };
  readonly collector: { notifierNames: unknown };
  readonly memory: {
    readonly regions: readonly object[];
    readonly host: { requests: number; readonly ordinal: number; readonly held: [number, number] };
    readonly shown: readonly {
      readonly dirty: { take(): unknown };
      readonly view: { isShared: boolean };
      readonly mirror: { isShared: boolean };
    }[];
    readonly store: {
      readonly fast: { shift: number; isShared: boolean };
      readonly table: { isShared: boolean };
      readonly order: { isShared: boolean };
      duplicates: unknown;
      isShared: boolean;
      unshare(): void;
    };
  };
};

function inside(session: OptimizedSession): Inside {
  return session as unknown as Inside;
}

/** Gives each fork a mistake; `original` is what was forked. */
type Spoil = (fork: Inside, original: Inside) => void;

/** @param before called with a session that is about to be forked: it gives what spoils the fork */
function forkingAfter(name: string, before: (original: Inside) => Spoil): Dispatcher {
  const spoiling = (session: OptimizedSession): OptimizedSession => {
    const fork = session.fork.bind(session);
    session.fork = () => {
      const spoil = before(inside(session));
      const made = fork();
      spoil(inside(made), inside(session));
      return spoiling(made);
    };
    return session;
  };
  return { name, open: (header) => spoiling(new OptimizedSession(header)) };
}

function forking(name: string, spoil: Spoil): Dispatcher {
  return forkingAfter(name, () => spoil);
}

/** A dispatcher whose sessions do not note that they share something with a fork, and write to it. A fork copies it first. */
function leaking(name: string, shared: (original: Inside) => readonly { isShared: boolean }[]): Dispatcher {
  return forkingAfter(`${name} written to by the session`, (original) => {
    const flags = shared(original).map(({ isShared }) => isShared);
    return () => {
      for (const [index, one] of shared(original).entries()) one.isShared = flags[index] ?? false;
    };
  });
}

/** The optimized dispatcher with forks that notice what their session does. Nothing is wrong before that. */
export const leakingSessions: readonly Wrong[] = [
  { dispatcher: leaking('names', ({ notifiers }) => [notifiers]), scope: 'tiny' },
  { dispatcher: leaking('the fast table', ({ memory }) => [memory.store.fast]), scope: 'tiny' },
  { dispatcher: leaking('records', ({ memory }) => [memory.store.table]), scope: 'tiny' },
  { dispatcher: leaking('the order', ({ memory }) => [memory.store.order]), scope: 'tiny' },
  { dispatcher: leaking('duplicates', ({ memory }) => [memory.store]), scope: 'tiny' },
  { dispatcher: leaking('views', ({ memory }) => memory.shown.map(({ view }) => view)), scope: 'tiny' },
  { dispatcher: leaking('mirrors', ({ memory }) => memory.shown.map(({ mirror }) => mirror)), scope: 'tiny' },
];

/** The optimized dispatcher with forks that go wrong. What its sessions do without forks is right. */
export const wrongForks: readonly Wrong[] = [
  {
    dispatcher: forking('names shared', (fork, original) => {
      fork.notifiers = original.notifiers;
      fork.collector.notifierNames = original.notifiers;
      original.notifiers.isShared = false;
    }),
    scope: 'tiny',
  },
  {
    dispatcher: forking('duplicates shared', ({ memory }, original) => {
      memory.store.unshare();
      memory.store.duplicates = original.memory.store.duplicates;
    }),
    scope: 'tiny',
  },
  {
    dispatcher: forking('table shifted', ({ memory }) => {
      memory.store.fast.shift = 28;
    }),
    scope: 'index',
  },
  {
    dispatcher: forking('traits shared', ({ memory }, original) => {
      for (const [number, region] of memory.regions.entries()) {
        const source = original.memory.regions[number] as { traits: number };
        Object.defineProperty(region, 'traits', {
          get: () => source.traits,
          set: (traits: number) => {
            source.traits = traits;
          },
        });
      }
    }),
    scope: 'tiny',
  },
  {
    dispatcher: forking('dirty windows lost', ({ memory }) => {
      for (const { dirty } of memory.shown) dirty.take();
    }),
    scope: 'tiny',
  },
  {
    dispatcher: forking('requests counted anew', ({ memory }) => {
      memory.host.requests = 0;
    }),
    scope: 'refuse-third',
  },
  {
    dispatcher: forking('what the host holds counted anew', ({ memory }) => {
      memory.host.held[0] = 0;
    }),
    scope: 'limit-reached',
  },
];

function telling(name: string, left: (text: string, inside: Inside) => string): Dispatcher {
  const session = (opened: OptimizedSession): OptimizedSession => {
    const fork = opened.fork.bind(opened);
    const fingerprint = opened.fingerprint.bind(opened);
    opened.fork = () => session(fork());
    opened.fingerprint = () => left(fingerprint(), inside(opened));
    return opened;
  };
  return { name, open: (header) => session(new OptimizedSession(header)) };
}

/** The optimized dispatcher with a fingerprint that leaves something out. */
export const wrongFingerprints: readonly Wrong[] = [
  {
    dispatcher: telling('requests left out', (text, { memory }) =>
      text.replace(new RegExp(`;(\\d+),${memory.host.ordinal}(?=[;p]|$)`), ';$1'),
    ),
    scope: 'refuse-third',
  },
  {
    dispatcher: telling('view left out', (text) => text.replace(/;[0-9a-f]+-[0-9a-f]+:[^;]*/g, ';')),
    scope: 'tiny',
  },
  {
    dispatcher: telling('priority left out', (text) =>
      text.replace(/,(memory|io|\w+),-?\d+(?=[,;|])/g, ',$1'),
    ),
    scope: 'overlap',
  },
  {
    dispatcher: telling('enabled left out', (text) => text.replace(/(,[0-9a-z]+)-(?=[,;|])/g, '$1')),
    scope: 'overlap',
  },
];

/** The kernel's bus, which remembers what its search found although an entry was removed. */
class StaleBus extends KernelBus {
  override remove(ioeventfd: Ioeventfd): void {
    const inside = this as unknown as { epoch: number };
    const { epoch } = inside;
    super.remove(ioeventfd);
    inside.epoch = epoch;
  }
}

/** A flat view whose cache leads to ranges that are no longer there. */
class UnclearedView extends FlatView {}
Object.defineProperty(UnclearedView.prototype, 'clear', { value: () => {} });

type ModelSession = ReturnType<typeof modelDispatcher.open>;

/** What a session remembers of a write. */
type Memory = { readonly effects: readonly Effect[]; readonly registrations: number; uses: number };

/** Remembers of each write the effects that it had, and gives them again while `isGood` says so. */
type Cache = {
  readonly memories: Map<string, Memory>;
  /** How many ioeventfds are registered. */
  registrations: number;
  /** What a change of the map or of a registration does to the memories. */
  readonly change: (cache: Cache, operation: Operation) => void;
  readonly answer: (cache: Cache, memory: Memory) => readonly Effect[] | undefined;
};

/** The model with a cache of writes, which no fingerprint tells. */
function caching(
  name: string,
  { change, answer }: Pick<Cache, 'change' | 'answer'>,
  forked: 'with the cache' | 'without it' | 'not at all',
): Dispatcher {
  const session = (inner: ModelSession, cache: Cache): Session => ({
    apply(operation) {
      if (operation.op !== 'write') {
        const effects = inner.apply(operation);
        const failed = effects.some((effect) => 'error' in effect);
        if (operation.op === 'add-eventfd' && !failed) cache.registrations++;
        if (operation.op === 'del-eventfd' && !failed) cache.registrations--;
        change(cache, operation);
        return effects;
      }
      const at = `${operation.space} ${operation.address} ${'bytes' in operation ? operation.bytes : `${operation.size} ${operation.data}`}`;
      const memory = cache.memories.get(at);
      const remembered = memory && answer(cache, memory);
      if (memory !== undefined) memory.uses++;
      if (remembered !== undefined) return remembered;
      const effects = inner.apply(operation);
      cache.memories.set(at, { effects, registrations: cache.registrations, uses: 0 });
      return effects;
    },
    fingerprint: () => inner.fingerprint(),
    ...(forked !== 'not at all' && {
      fork: () => {
        const memories =
          forked === 'without it'
            ? new Map<string, Memory>()
            : new Map([...cache.memories].map(([at, memory]) => [at, { ...memory }] as const));
        return session(inner.fork() as ModelSession, { ...cache, memories });
      },
    }),
  });
  return {
    name,
    open: (header) =>
      session(modelDispatcher.open(header), { memories: new Map(), registrations: 0, change, answer }),
  };
}

const remembered: Cache['answer'] = (_, { effects }) => effects;

/** A change of registrations is no reason to forget. */
const untilTheMapChanges: Pick<Cache, 'change' | 'answer'> = {
  change: ({ memories }, { op }) => {
    if (op !== 'add-eventfd' && op !== 'del-eventfd') memories.clear();
  },
  answer: remembered,
};

/** Right when it is used for the first time, and then no longer. */
const wrongTheSecondTime: Pick<Cache, 'change' | 'answer'> = {
  change: ({ memories }) => memories.clear(),
  answer: (_, { effects, uses }) =>
    uses === 1 && effects.some((effect) => 'signal' in effect) ? [] : effects,
};

/** Good as long as the number of registrations is the same, which two changes can make it again. */
const byTheNumberOfRegistrations: Pick<Cache, 'change' | 'answer'> = {
  change: ({ memories }, { op }) => {
    if (op !== 'add-eventfd' && op !== 'del-eventfd') memories.clear();
  },
  answer: ({ registrations }, memory) =>
    memory.registrations === registrations ? memory.effects : undefined,
};

/** What writes fill and a change does not empty. `length`: operations of the scenario that is shown. */
export const cachingDispatchers: readonly (Wrong & { readonly length: number })[] = [
  {
    dispatcher: optimizedDispatcherWith('a bus that remembers', { bus: () => new StaleBus() }),
    scope: 'kernel-bus',
    // Three registrations, of which one hides another from the kernel's search.
    keeps: (operation) =>
      !('notifier' in operation) ||
      (operation.data === undefined &&
        ['0 4', '0 8', '2 2'].includes(`${operation.offset} ${operation.size}`)),
    length: 8,
  },
  {
    dispatcher: optimizedDispatcherWith('ranges not cleared', { view: (sizes) => new UnclearedView(sizes) }),
    scope: 'tiny',
    length: 5,
  },
  {
    dispatcher: caching('until the map changes', untilTheMapChanges, 'with the cache'),
    scope: 'tiny',
    length: 5,
  },
  { dispatcher: caching('without a fork', untilTheMapChanges, 'not at all'), scope: 'tiny', length: 5 },
  {
    dispatcher: caching('wrong the second time', wrongTheSecondTime, 'with the cache'),
    scope: 'tiny',
    length: 6,
  },
  {
    dispatcher: caching('by number', byTheNumberOfRegistrations, 'with the cache'),
    scope: 'tiny',
    length: 7,
  },
];

/** The same, but each fork begins without what was remembered. */
export const forgetfulForks: readonly Wrong[] = [
  { dispatcher: caching('until the map changes', untilTheMapChanges, 'without it'), scope: 'tiny' },
  { dispatcher: caching('by number', byTheNumberOfRegistrations, 'without it'), scope: 'tiny' },
];
