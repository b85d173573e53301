import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatView } from '../../model/map/flat-view.ts';
import { modelDispatcher, step } from '../../model/reference/reference.ts';
import { initialState } from '../../model/reference/state.ts';
import { layeredMap } from '../../model/trace/layers.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { crowded, ivshmem, kernel, movedRoot } from '../testing/scenarios.ts';
import { pageWidth } from '../text/layout.ts';
import { effectText } from '../text/operation.ts';
import { type ExplainOptions, explain } from './explain.ts';

const textOf = (scenario: Scenario, options?: ExplainOptions) =>
  `${[...explain(scenario, options)].join('\n')}\n`;

/** Scenarios as the generator makes them: the same ones in every run. */
const generated = fc.sample(new ScenarioArbitrary({ profiles: profileNames }), { numRuns: 30, seed: 7 });

describe('an explanation, as a reader sees it', () => {
  it('tells which values ring a doorbell and which call back', async () => {
    await expect(textOf(ivshmem)).toMatchFileSnapshot('../golden/explain-ivshmem.txt');
  });

  it('draws what is visible, what is hidden, what the host refused, and what waits for a commit', async () => {
    await expect(textOf(crowded)).toMatchFileSnapshot('../golden/explain-crowded.txt');
  });

  it("shows the kernel's bus, and a registration that it never finds", async () => {
    await expect(textOf(kernel)).toMatchFileSnapshot('../golden/explain-kernel.txt');
  });

  it('says where QEMU shows a map that is moved', async () => {
    await expect(textOf(movedRoot)).toMatchFileSnapshot('../golden/explain-moved-root.txt');
  });

  it('draws the map after each change, if it is asked to', async () => {
    await expect(textOf(movedRoot, { everyStep: true })).toMatchFileSnapshot(
      '../golden/explain-every-step.txt',
    );
  });

  it('shows where another dispatcher does something else', async () => {
    const deaf: Dispatcher = {
      name: 'deaf',
      open: (header) => {
        const session = modelDispatcher.open(header);
        const apply = (operation: Parameters<typeof session.apply>[0]) =>
          session.apply(operation).filter((effect) => !('signal' in effect));
        return { apply, fingerprint: () => session.fingerprint() };
      },
    };
    await expect(textOf(ivshmem, { other: deaf })).toMatchFileSnapshot('../golden/explain-other.txt');
  });
});

describe('an explanation of any scenario', () => {
  it('is ASCII, and fits a mail', () => {
    for (const scenario of generated) {
      for (const line of explain(scenario)) {
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        expect(line.length).toBeLessThanOrEqual(pageWidth);
      }
    }
  });

  it('names every effect of every operation under every profile', () => {
    for (const scenario of generated) {
      for (const profile of profileNames) {
        // Lines are broken at spaces, effects on RAM are told by their bytes: words are what can be looked for.
        const text = textOf(scenario, { profile })
          .replace(/\[[A-Z0-9 ]+\]$/gm, '')
          .replace(/\s+/g, ' ');
        const session = modelDispatcher.open({ ...scenario, profile });
        for (const effect of scenario.operations.flatMap((operation) => session.apply(operation))) {
          const sought = 'ram' in effect ? `stored in ${effect.ram}+` : effectText(effect);
          expect(text).toContain(sought);
        }
      }
    }
  });
});

describe('the layers of a drawing', () => {
  it('have on top what the model says answers', () => {
    for (const scenario of generated) {
      let state = initialState(scenario);
      for (const operation of scenario.operations) state = step(state, operation).state;
      for (const space of ['memory', 'io'] as const) {
        const { ranges } = layeredMap(state.rendered, space, state.decisions);
        const drawn = new Map<bigint, string>();
        for (const { start, layers } of ranges)
          drawn.set(start, `${layers[0]?.region.id} ${layers[0]?.offset}`);
        const view = flatView(state.rendered, space, state.decisions);
        for (const { start, region, offset } of view) expect(drawn.get(start)).toBe(`${region.id} ${offset}`);
        const length = (all: readonly { start: bigint; end: bigint }[]) =>
          all.reduce((sum, { start, end }) => sum + (end - start), 0n);
        expect(length(ranges)).toBe(length(view));
      }
    }
  });
});
