import { describe, expect, it } from 'vitest';
import { InputError } from '../../format/errors.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Effect, Operation, Profile, Session } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../compare/lockstep.ts';
import { underProfile } from '../engine/dispatchers.ts';
import { ExhaustiveChooser } from '../generate/chooser.ts';
import { type ExploreOptions, explore } from './explore.ts';
import type { ExploreReport } from './report.ts';
import { loadScope } from './scope/load.ts';
import type { Scope } from './scope/scope.ts';

const tiny = await loadScope('tiny');

function under(scope: Scope, profile: Profile): Scope {
  return { ...scope, header: { ...scope.header, profile } };
}

function counts({ end, statesOfA, statesOfB, pairs, transitions, depth }: ExploreReport): unknown[] {
  return [end, statesOfA, statesOfB, pairs, transitions, depth];
}

function run(b: Dispatcher, scope: Scope, more: Partial<ExploreOptions> = {}): Promise<ExploreReport> {
  return explore({ a: modelDispatcher, b, scope, walkSteps: 500, ...more });
}

/** Wrong: answers a write as it answered the same one before, until the map changes; a change of registrations is no reason. */
function withStaleCache(isTold: boolean): Dispatcher {
  const open = (inner: Session): Session => {
    const cache = new Map<string, readonly Effect[]>();
    return {
      apply(operation) {
        if (operation.op !== 'write') {
          if (operation.op !== 'add-eventfd' && operation.op !== 'del-eventfd') cache.clear();
          return inner.apply(operation);
        }
        const at = textOf(operation);
        const effects = cache.get(at) ?? inner.apply(operation);
        cache.set(at, effects);
        return effects;
      },
      fingerprint: () => inner.fingerprint?.() + (isTold ? textOf([...cache].sort()) : ''),
    };
  };
  return { name: 'stale', open: (header) => open(modelDispatcher.open(header)) };
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `0x${part.toString(16)}` : part));
}

describe('counts', () => {
  it.each([
    ['contract', ['exhausted', 4123, 4123, 4123, 67953, 15]],
    ['tcg', ['exhausted', 4357, 4357, 4357, 71841, 14]],
    ['kvm', ['exhausted', 9628, 9628, 9628, 158290, 19]],
  ] as const)('of the scope tiny, the model against itself, under %s', async (profile, expected) => {
    expect(counts(await run(modelDispatcher, under(tiny, profile)))).toEqual(expected);
  });

  it('of the scope transaction', async () => {
    expect(counts(await run(modelDispatcher, await loadScope('transaction')))).toEqual([
      'exhausted',
      10495,
      10495,
      10495,
      230940,
      18,
    ]);
  });
});

describe('symmetry', () => {
  const scope = { ...tiny, bounds: { ...tiny.bounds, nesting: 0 } };

  it('leaves no difference out, and finds none where there is none', async () => {
    const reduced = await run(modelDispatcher, scope);
    const whole = await run(modelDispatcher, scope, { symmetry: false });
    expect([reduced.end, whole.end]).toEqual(['exhausted', 'exhausted']);
    expect(reduced.pairs).toBeLessThan(whole.pairs);
  });

  it.each(['tcg', 'kvm'] as const)(
    'gives the same scenario where contract and %s differ',
    async (profile) => {
      const options = {
        a: underProfile(modelDispatcher, 'contract'),
        b: underProfile(modelDispatcher, profile),
      };
      const reduced = await explore({ ...options, scope });
      const whole = await explore({ ...options, scope, symmetry: false });
      expect(reduced.finding?.scenario).toEqual(whole.finding?.scenario);
      expect(reduced.finding).toBeDefined();
    },
  );
});

describe('the shortest scenario', () => {
  /** Tries every scenario of the scope, shortest first, in the order of its operations, until one shows a difference. */
  function bruteForce(
    a: Dispatcher,
    b: Dispatcher,
    scope: Scope,
    longest: number,
  ): readonly Operation[] | undefined {
    for (let length = 1; length <= longest; length++) {
      const chooser = new ExhaustiveChooser();
      do {
        const operations = Array.from(
          { length },
          () => scope.operations[chooser.below(scope.operations.length)],
        );
        const scenario = operations.flatMap((operation) => operation ?? []);
        if (lockstep(a, b, { ...scope.header, operations: scenario }) !== undefined) return scenario;
      } while (chooser.next());
    }
    return undefined;
  }

  it.each(['tcg', 'kvm'] as const)(
    'is the first of all those of its length: contract and %s',
    async (profile) => {
      const a = underProfile(modelDispatcher, 'contract');
      const b = underProfile(modelDispatcher, profile);
      const report = await explore({ a, b, scope: tiny });
      const found = report.finding?.scenario.operations;
      expect(found).toEqual(bruteForce(a, b, tiny, 4));
      expect(report).toMatchObject({ end: 'difference', isShortest: true });
    },
  );
});

describe('state that is in one side only', () => {
  const small = { ...tiny, bounds: { ...tiny.bounds, nesting: 0, registrations: 1 } };

  it('is explored where the fingerprint tells it, though only writes change it', async () => {
    const report = await run(withStaleCache(true), small);
    expect(report.finding?.scenario.operations.map(({ op }) => op)).toEqual([
      'create',
      'map',
      'write',
      'add-eventfd',
      'write',
    ]);
    expect(report).toMatchObject({ end: 'difference', isShortest: true });
  });

  it('is found where it does not: the fingerprint hides something', async () => {
    const report = await run(withStaleCache(false), small);
    expect(report.finding?.scenario.operations.map(({ op }) => op)).toEqual([
      'create',
      'map',
      'write',
      'add-eventfd',
      'write',
    ]);
    expect(report).toMatchObject({
      end: 'difference',
      isShortest: false,
      flaw: { dispatcher: 'stale', what: 'fingerprint' },
    });
  });

  it('is found where only a second write shows it, and then nothing is said to be shortest', async () => {
    const operations: readonly Operation[] = [
      ...small.operations.filter(({ op }) => op !== 'write'),
      { op: 'write', space: 'memory', address: 4n, size: 4, data: 1n },
      { op: 'write', space: 'memory', address: 4n, size: 4, data: 1n },
    ];
    const toggling: Dispatcher = {
      name: 'toggling',
      open(header) {
        const inner = modelDispatcher.open(header);
        let writes = 0;
        const fingerprint = () => inner.fingerprint();
        return {
          apply: (operation) =>
            operation.op === 'write' && ++writes === 2 ? [{ signal: 'n0' }] : inner.apply(operation),
          fingerprint,
        };
      },
    };
    const report = await run(toggling, { ...small, operations });
    expect(report).toMatchObject({ end: 'difference', isShortest: false });
    expect(report.finding?.scenario.operations.map(({ op }) => op).slice(-2)).toEqual(['write', 'write']);
  });
});

describe('a run that ends early', () => {
  it('never says exhausted: aborted', async () => {
    const abort = AbortSignal.abort();
    const report = await run(modelDispatcher, tiny, { abort });
    expect(report.end).toBe('interrupted');
    const controller = new AbortController();
    const later = await run(modelDispatcher, await loadScope('default'), {
      abort: controller.signal,
      onProgress: ({ pairs }) => pairs > 2000 && controller.abort(),
    });
    expect(later.end).toBe('interrupted');
    expect(later.pairs).toBeGreaterThan(2000);
  });

  it('never says exhausted: out of memory', async () => {
    const report = await run(modelDispatcher, tiny, { memoryLimit: 1 });
    expect(report.end).toBe('memory');
  });
});

describe('the optimized dispatcher', () => {
  // The others: `npm run scopes`.
  it.each(['contract', 'kvm'] as const)('is the model, in the scope tiny, under %s', async (profile) => {
    const bounds = { ...tiny.bounds, registrations: 1 };
    const report = await run(optimizedDispatcher, { ...under(tiny, profile), bounds });
    expect(report.end).toBe('exhausted');
  });
});

describe('a dispatcher that does not do what a dispatcher does', () => {
  /** The model with other methods in its sessions. */
  function modelWith(change: (session: Session) => Partial<Record<keyof Session, unknown>>): Dispatcher {
    return {
      name: 'mine',
      open(header) {
        const session = modelDispatcher.open(header);
        const { fingerprint } = session;
        return {
          apply: (operation) => session.apply(operation),
          fingerprint: () => fingerprint?.call(session) ?? '',
          ...change(session),
        } as Session;
      },
    };
  }

  it.each([
    ['is missing', undefined, 'its sessions have no fingerprint(). Add one, or use check instead'],
    ['is no string', () => 7, 'its fingerprint() gives a number, expected a string'],
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
      'its fingerprint() throws: no idea',
    ],
  ])('is refused in one line: its fingerprint %s', async (_, fingerprint, reason) => {
    const exploring = run(
      modelWith(() => ({ fingerprint })),
      tiny,
    );
    await expect(exploring).rejects.toThrow(new InputError(`mine: cannot be explored: ${reason}`));
  });

  it('is refused in one line: its fork gives no session', async () => {
    const exploring = run(
      modelWith(() => ({ fork: () => ({}) })),
      tiny,
    );
    await expect(exploring).rejects.toThrow(
      new InputError('mine: cannot be explored: its fork() gives no session'),
    );
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['gives nothing', () => undefined],
    ['gives a list of numbers', () => [1]],
  ])('differs where it %s', async (_, fail) => {
    const mine = modelWith((session) => ({
      apply: (operation: Operation) => (operation.op === 'write' ? fail() : session.apply(operation)),
    }));
    const report = await run(mine, tiny);
    expect(report).toMatchObject({ end: 'difference', isShortest: true });
    expect(report.finding?.scenario.operations.map(({ op }) => op)).toEqual(['write']);
    expect(report.finding?.failure.kind).toMatch(/ \/ exception$/);
  });
});
