/** Callers: QEMU's devices as their source has them, and mistakes of others. */
import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../../impl/index.ts';
import { defineCaller, mistakenCallers, qemuCallers } from '../../model/callers/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { firstDifference, runScenario } from '../compare/compare.ts';
import { checkCaller } from './check-caller.ts';
import { type CallerReport, exploreCaller, operationsIn, scenarioOf } from './explore.ts';
import { loadCaller } from './load-caller.ts';
import { randomViolations } from './random.ts';
import { violationFinding } from './violation-finding.ts';

const onlyLittle = { targets: ['little'] } as const;

/** What each documented mistake shows first: how it fails, under which profile, in how many operations. */
const mistakes: Readonly<Record<string, readonly [kind: string, operations: number]>> = {
  'firecracker-drops': ['lost', 4],
  'cloud-hypervisor-one-path': ['lost', 6],
  'vhost-user-adds-again': ['superfluous', 6],
  'vhost-net-closes-first': ['closed', 6],
  'openvmm-restore': ['not registered', 4],
  'cloud-hypervisor-old-bar': ['superfluous', 5],
  'rust-vmm-no-data': ['error', 4],
  'mshv-any-length': ['error', 4],
};

describe('documented mistakes', () => {
  it('are all in the table', () => {
    expect(mistakenCallers.map(({ name }) => name)).toEqual(Object.keys(mistakes));
  });

  it.each(mistakenCallers)('$name: the violation comes with its shortest scenario', async (caller) => {
    const report = await exploreCaller(caller, { ...onlyLittle, profiles: ['contract'], mostStates: 300 });
    const [violation] = report.violations;
    if (violation === undefined) throw new Error('no violation');
    expect([violation.kind, operationsIn(violation.history)]).toEqual(mistakes[caller.name]);
  });

  it('under kvm, a length 0 that matches everything deletes what nobody named', async () => {
    const caller = await loadCaller('mshv-any-length');
    const report = await exploreCaller(caller, { ...onlyLittle, profiles: ['kvm'], mostStates: 300 });
    expect(report.violations.map(({ kind }) => kind)).toContain('superfluous');
  });
});

const reportOf = async (
  name: string,
  profile: 'contract' | 'kvm' | 'tcg',
  target: 'little' | 'big' = 'little',
) => exploreCaller(await loadCaller(name), { profiles: [profile], targets: [target] });

const kindsOf = ({ violations }: CallerReport) => violations.map(({ kind }) => kind);

describe("QEMU's callers", () => {
  it.each(['virtio-mmio', 'pci-testdev', 'virtio-pci-notify-port'])(
    '%s is prepared: every history, of any length',
    async (name) => {
      const { explored, violations } = await reportOf(name, 'kvm');
      expect(violations).toEqual([]);
      expect(explored.map(({ isExhausted }) => isExhausted)).toEqual([true]);
    },
  );

  it('ivshmem does more than it registers, which is allowed, and said', async () => {
    const { violations, remarks } = await reportOf('ivshmem-doorbell', 'contract');
    expect(violations).toEqual([]);
    expect(remarks.map(({ kind }) => kind)).toEqual(['beyond']);
  });

  it('virtio-pci under kvm loses a queue when one store rings two', async () => {
    const { violations } = await reportOf('virtio-pci-modern', 'kvm');
    expect(violations.map(({ kind, message }) => [kind, message])).toEqual([
      ['lost', 'notified: queue0; should have been: queue0, queue1'],
    ]);
  });

  it('a big-endian guest of a little-endian device: the emulation matches the wrong number (R3)', async () => {
    expect(kindsOf(await reportOf('virtio-mmio', 'tcg', 'big'))).toEqual(['superfluous']);
  });

  it('nvme registers queue 8193 where queue 1 is, and QEMU aborts', async () => {
    const caller = await loadCaller('nvme-high-queues');
    const report = await exploreCaller(caller, { ...onlyLittle, profiles: ['kvm'], mostStates: 100 });
    const aborts = report.violations.find(({ kind }) => kind === 'aborts');
    expect(aborts?.message).toContain('EEXIST');
  });

  it('vfio registers a word again when a write of it comes from QEMU itself', async () => {
    const { violations } = await reportOf('vfio-nvidia', 'kvm');
    expect(violations.map(({ kind }) => kind)).toEqual(['aborts']);
    const moves = violations[0]?.history.map(({ move }) => move) ?? [];
    // Ten equal stores by the CPU, and one by QEMU.
    expect(moves.filter((move) => move?.kind === 'write' && move.by === 'cpu')).toHaveLength(10);
    expect(moves.at(-1)).toMatchObject({ kind: 'write', by: 'qemu' });
  });

  it('each has a source, and writes that reach every region', () => {
    for (const { source, regions, writes } of qemuCallers) {
      expect(source).toMatch(/\(hw\/.*QEMU/);
      for (const { region } of regions) expect(writes.map((write) => write.region)).toContain(region);
    }
  });
});

describe('a violation', () => {
  it('is a scenario that replays on model and impl, and expects what it shows', async () => {
    const caller = await loadCaller('firecracker-drops');
    const { violations } = await exploreCaller(caller, {
      ...onlyLittle,
      profiles: ['contract'],
      mostStates: 100,
    });
    const [violation] = violations;
    if (violation === undefined) throw new Error('no violation');
    const { scenario } = violationFinding(violation, caller);
    expect(scenario.host).toEqual({ refuse: [0] });
    const effects = runScenario(modelDispatcher, scenario);
    expect(firstDifference(effects, runScenario(optimizedDispatcher, scenario))).toBeUndefined();
    for (const { operation, effects: expected } of scenario.expect ?? []) {
      expect(effects[operation]).toEqual(expected);
    }
  });

  it('counts the refusals of a whole history, in both spaces', async () => {
    const caller = defineCaller<{ readonly count: number }>({
      name: 'counts',
      title: 'a word more at each event',
      source: 'this test',
      regions: [{ region: 'd', size: 0x10n, address: 0n }],
      initial: { count: 0 },
      events: ({ count }) => (count < 2 ? ['more'] : []),
      after: ({ count }) => ({ count: count + 1 }),
      registrations: ({ count }) =>
        Array.from({ length: count }, (_, i) => ({
          region: 'd',
          offset: BigInt(4 * i),
          size: 4 as const,
          notifier: `n${i}`,
        })),
      // Right for the first word only, so that the second must be refused to show it.
      callback: (_, { offset }) => (offset === 0n ? { notify: ['n0'] } : { notify: [] }),
      writes: [
        { region: 'd', offset: 0n, size: 4, data: 0n },
        { region: 'd', offset: 4n, size: 4, data: 0n },
      ],
    });
    const { violations } = await exploreCaller(caller as never, { ...onlyLittle, profiles: ['contract'] });
    const [violation] = violations;
    if (violation === undefined) throw new Error('no violation');
    expect(scenarioOf(violation, caller as never).host).toEqual({ refuse: [1] });
  });
});

describe('random lives', () => {
  it('find what a callback drops, shrunk to the registration, its refusal, and the write', async () => {
    const caller = await loadCaller('firecracker-drops');
    const options = { ...onlyLittle, profiles: ['kvm'], seed: 1, runs: 50 } as const;
    const [violation] = randomViolations(caller, options);
    expect(violation?.kind).toBe('lost');
    expect(violation?.history.map(({ move }) => move?.kind)).toEqual([undefined, 'event', 'write']);
    expect(randomViolations(caller, options)).toEqual([violation]);
  });

  it('are a part of the check', async () => {
    const caller = await loadCaller('firecracker-drops');
    const options = { ...onlyLittle, profiles: ['kvm'], seed: 1, mostStates: 1 } as const;
    const [without, withRuns] = [
      await checkCaller(caller, { ...options, runs: 0 }),
      await checkCaller(caller, { ...options, runs: 50 }),
    ];
    expect(kindsOf(without)).toEqual([]);
    expect(kindsOf(withRuns)).toEqual(['lost']);
    expect(withRuns.explored.map(({ kinds }) => kinds)).toEqual([['lost']]);
  });
});
