/** The counts of the ledger, sampled on the running kernel. */
import { expect, it } from 'vitest';
import { KernelDispatcher } from '../../impl/kvm/index.ts';
import { describeOnKernel } from '../../impl/kvm/testing/here.ts';
import { assign, type Bus } from '../../model/bus/kernel-bus.ts';
import { isDead, isDeadIn, scenarioOfSet, setsWithin8 } from './dead-registrations.ts';

/** Every so many-th set: some 200 of each kind. */
const samples = [
  { words: 2, anyLength: true, every: 2 },
  { words: 3, anyLength: false, every: 13 },
  { words: 3, anyLength: true, every: 41 },
  { words: 4, anyLength: false, every: 151 },
] as const;

describeOnKernel('dead registrations on the running kernel', () => {
  it.each(samples)('sets of $words words, length 0: $anyLength', async ({ words, anyLength, every }) => {
    const kvm = await KernelDispatcher.open();
    const chosen = [...setsWithin8(words, anyLength)].filter((_, index) => index % every === 0);
    const runs = await Promise.all(chosen.map((set) => kvm.run(scenarioOfSet(set))));
    await kvm.close();
    const onKernel = runs.map(({ answer }, index) =>
      answer.kind === 'effects' ? isDeadIn(chosen[index] ?? [], answer.effects) : answer,
    );
    const inModel = chosen.map((set) => {
      const bus = set.reduce<Bus>((before, word) => assign(before, word), []);
      return bus.some((one) => isDead(one, bus));
    });
    expect(onKernel).toEqual(inModel);
    expect(inModel.filter((one) => one).length).toBeGreaterThan(5);
  });
});
