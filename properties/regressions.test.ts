/**
 * The regressions: each scenario once told a mistake from the truth, and must do so again. The mistake is a seeded bug, which
 * the file names in `found.dispatchers`, or one that model and dispatcher could share: the model with a rule switched off.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario, writeScenario } from '../format/index.ts';
import { optimizedDispatcher } from '../impl/index.ts';
import { mutants } from '../impl/mutants/index.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../model/vocabulary/vocabulary.ts';
import { differenceOf, runScenario } from './compare/compare.ts';
import { lockstep } from './compare/lockstep.ts';
import { dispatcherNamed } from './engine/dispatchers.ts';
import { without } from './testing/rule-switch.ts';
import { ruleSwitches } from './testing/rule-switches.ts';

const folder = new URL('./regressions/', import.meta.url);
const regressions = readdirSync(folder)
  .sort()
  .map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return { name: file.replace(/\.json$/, ''), text, scenario: readScenario(text, file) };
  });

/** All of them. A file that is missing here is not run by `check`, and one that is missing there has been lost. */
const expected: readonly string[] = [
  '8-bytes-at-a-port',
  'a-change-that-shows-nothing-is-rendered',
  'a-retarget-of-a-disabled-alias-is-rendered',
  'absent-deletion-accepted',
  'access-clamped-at-the-regions-end',
  'access-not-cut-to-alignment',
  'accesses-of-8-by-default',
  'additions-before-deletions',
  'address-truncated-to-32-bits',
  'adjacent-stores-to-ram-not-joined',
  'alias-not-clipped',
  'alias-offset-added-twice',
  'alias-offset-ignored',
  'all-kinds-forgotten-with-one',
  'an-only-child-of-any-size-is-the-root',
  'any-length-registered-as-4',
  'any-ram-before-the-bus',
  'any-size-word-comes-last',
  'bytes-left-counted-across-the-page',
  'bytes-of-7-2-in-8-1',
  'cache-hit-not-checked',
  'cancelled-changes-told',
  'carry-lost-between-halves',
  'change-behind-an-alias-not-rendered',
  'changes-merged',
  'child-that-ends-at-the-first-byte-not-found',
  'child-that-spans-a-window-not-found',
  'collision-compares-the-eventfd',
  'collision-ignores-data',
  'collision-ignores-length-0',
  'collision-ignores-the-bus',
  'collision-is-any-overlap',
  'container-does-not-clip',
  'counts-before-the-commit',
  'counts-from-the-commit',
  'data-compared-in-32-bits',
  'data-held-at-another-address',
  'data-held-once-held-for-ever',
  'data-match-before-wildcard',
  'data-never-swapped',
  'data-of-a-removed-entry-still-counted',
  'data-rounded-at-2-53',
  'data-truncated-to-16-bits',
  'data-truncated-to-32-bits',
  'data-truncated-to-the-access',
  'deassign-ignores-the-match-flag',
  'deassign-of-length-0-is-a-wildcard',
  'decode-error-ends-the-write',
  'default-impl-max-beats-impl-min',
  'deleted-at-the-current-address',
  'deletion-by-notifier-only',
  'deletion-ignores-data',
  'deletion-ignores-the-notifier',
  'deletion-of-size-0-is-exact',
  'deletion-of-size-0-removes-another',
  'deletions-first-under-qemu',
  'differences-on-their-way-forgotten',
  'direct-writes-meet-the-bus',
  'disabled-container-transparent',
  'enable-maps-anew',
  'enabled-container-not-rendered',
  'end-of-range-at-2-64',
  'equal-priorities-first-mapped-wins',
  'eventfd-and-callback-both-fire',
  'fast-path-does-not-adjust-the-callback',
  'fast-path-open-while-the-host-differs',
  'fast-table-keeps-the-old-notifier',
  'fast-table-loses-one-when-it-grows',
  'first-byte-of-a-window-forgotten',
  'first-equal-entry-decides',
  'first-of-equal-registrations-goes-first',
  'first-of-the-list-lost-when-nothing-straddles',
  'flat-view-root-is-the-space',
  'flat-view-root-of-an-only-child',
  'foreign-byte-order-on-the-fast-path',
  'gap-of-the-fast-table-left-open',
  'held-forgotten-with-the-list',
  'hidden-word-stays-registered',
  'high-half-of-the-address-not-compared',
  'high-half-of-the-offset-lost-on-the-fast-path',
  'host-address-rounded-at-2-53',
  'host-address-truncated-to-32-bits',
  'host-told-inside-a-transaction',
  'index-loses-an-entry-behind-a-gap',
  'index-loses-an-entry-when-it-grows',
  'insertion-at-the-end',
  'insertion-before-equals',
  'insertion-point-searched-from-the-address',
  'inverted-condition-at-a-move',
  'kernel-cuts-data-to-the-word',
  'keyed-by-address-only',
  'largest-aligned-pieces',
  'last-byte-of-long-stores-lost',
  'last-byte-of-the-space-hidden',
  'last-entry-lost-when-the-bus-grows',
  'last-notifier-first',
  'last-of-duplicates-counts-as-held',
  'last-range-answers-its-page',
  'left-behind-on-disable',
  'left-behind-on-move',
  'left-behind-on-resize',
  'left-behind-on-retarget',
  'left-behind-on-unmap',
  'left-part-of-a-cut-range-lost',
  'limit-before-collision',
  'limit-off-by-one',
  'linear-scan-instead-of-the-search',
  'list-sorted-under-qemu',
  'look-up-adds-lengths-for-length-0',
  'match-before-the-split',
  'match-data-dropped',
  'match-looked-up-again-on-split-pieces',
  'memory-core-looks-again',
  'memory-planned-like-ports',
  'move-keeps-the-place',
  'move-to-the-same-offset-maps-anew',
  'moved-region-registered-at-its-old-place',
  'moved-root-not-rendered',
  'native-is-little-endian',
  'neither-fires',
  'nested-commit-taken-for-the-outermost',
  'no-step-back-over-equals',
  'notifier-named-by-success',
  'off-by-one-end',
  'offsets-beyond-4-gib-on-the-fast-path',
  'one-limit-for-both-spaces',
  'only-the-first-range-of-a-region-refreshed',
  'only-the-last-window-rendered',
  'order-loses-one-when-a-chunk-splits',
  'overflow-check-off-by-one',
  'own-writes-taken-for-stores',
  'page-decided-by-its-first-byte',
  'page-decided-by-its-last-byte',
  'pages-taken-for-subpages',
  'passed-marks-lost-on-removal',
  'passed-places-not-marked',
  'pieces-at-one-offset',
  'pieces-cut-to-valid-max',
  'pieces-of-8-1-in-7-2',
  'pieces-of-big-endian-devices-reversed',
  'plan-not-refreshed',
  'plan-puts-the-data-into-every-key',
  'plan-puts-the-size-into-every-key',
  'ports-cut',
  'ports-in-pieces',
  'ports-told-first',
  'priorities-ignored',
  'priorities-unsigned',
  'ram-of-ports-filled-up-to-its-end',
  'ram-reported-after-what-comes-later',
  'reach-not-raised-by-an-insertion',
  'reach-without-the-right-subtree-after-a-removal',
  'refusals-count-to-the-limit',
  'refusals-not-counted',
  'refused-piece-named-by-its-last-byte',
  'refused-word-asked-again',
  'refused-word-deleted',
  'refused-word-fires',
  'registration-while-disabled-forgotten',
  'registrations-dropped-on-disable',
  'released-range-still-answers',
  'removed-notifier-still-first',
  'resize-maps-anew',
  'resize-not-rendered',
  'retarget-not-rendered',
  'right-part-of-a-cut-range-lost',
  'rounding-at-2-53',
  'same-word-registered-once',
  'seams-not-joined',
  'search-remembered-after-a-removal',
  'search-remembered-after-an-insertion',
  'search-stops-at-a-child-that-reaches-beyond',
  'second-difference-of-a-commit-lost',
  'several-notifiers-newest-first',
  'signed-32-bit-halves',
  'size-0-never-matches-sized-writes',
  'size-2-64-is-0',
  'size-ignored',
  'slot-keeps-the-old-offset',
  'stored-data-swapped',
  'stores-across-pages-not-cut',
  'stores-to-ram-joined-whatever-the-offset',
  'subpage-accepts-every-piece',
  'subpage-asks-for-the-first-access-only',
  'subpage-asks-for-the-piece-as-one-access',
  'subpages-taken-for-pages',
  'subregions-below-their-region',
  'third-child-of-one-offset-lost',
  'told-by-the-first-byte-under-qemu',
  'two-notifiers-signalled',
  'unaligned-of-valid-and-impl-exchanged',
  'unassigned-pieces-of-4',
  'unassigned-space-not-cut-to-alignment',
  'unrelated-change-re-emits-everything',
  'unsorted-list-after-a-straddling-entry',
  'update-flag-not-cleared',
  'update-flag-not-set-by-enable',
  'valid-checked-after-the-match',
  'valid-min-without-max-counts',
  'walk-goes-on-past-unequal-entries',
  'widened-access-matches-widened',
  'window-inside-another-lost',
  'windows-forgotten-at-an-inner-commit',
  'windows-of-the-second-space-forgotten',
  'word-before-its-range-not-counted',
  'word-beyond-the-end-refused',
  'word-split-by-an-overlay-registered-twice',
  'words-before-a-new-range-not-counted',
  'write-ends-at-2-64',
];

/** Mistakes of the model itself, by regression: the rule that is switched off (testing/rule-switches.ts). */
const rulesSwitchedOff: Readonly<Record<string, string>> = {
  'a-change-that-shows-nothing-is-rendered': 'that what shows nothing new is not rendered',
  'a-retarget-of-a-disabled-alias-is-rendered': 'that a disabled alias is not rendered when it is retargeted',
  'an-only-child-of-any-size-is-the-root': 'that a root must hold its only child',
};

const namesOf = (some: readonly { readonly name: string }[]) => some.map(({ name }) => name);

describe('the regressions', () => {
  it('are these', () => {
    expect(namesOf(regressions)).toEqual(expected);
  });

  it('hold one for each seeded bug', () => {
    // Some need a thousand registrations on the shipped build, and four on the small one.
    const told = new Set(
      regressions.map(({ scenario }) => scenario.found?.dispatchers?.[1]?.replace(/:small$/, '')),
    );
    const missing = mutants.filter(({ name }) => !told.has(`mutant:${name}`));
    expect(namesOf(missing)).toEqual([]);
  });

  it('each tell a mistake from the model, at the operation and in the way that they name', () => {
    const silent = regressions.filter((regression) => !tellsItsMistake(regression));
    expect(namesOf(silent)).toEqual([]);
  });

  it('give what is expected of them on the model and on the dispatcher', () => {
    const unmet = regressions.filter(
      ({ scenario }) => !isMet(modelDispatcher, scenario) || !isMet(optimizedDispatcher, scenario),
    );
    expect(namesOf(unmet)).toEqual([]);
    const differing = regressions.filter(({ scenario }) =>
      lockstep(modelDispatcher, optimizedDispatcher, scenario),
    );
    expect(namesOf(differing)).toEqual([]);
  });

  it('are short, say their profile, and expect the effects in which the mistake shows', () => {
    const bad = regressions.filter(({ scenario: { operations, profile, expect: effects, found } }) => {
      const last = operations.length - 1;
      return (
        profile === undefined ||
        last > 12 ||
        effects?.at(-1)?.operation !== last ||
        (found?.operation ?? last) !== last
      );
    });
    expect(namesOf(bad)).toEqual([]);
  });

  it('have titles of their own, which state the mistake', () => {
    const titles = regressions.map(({ scenario }) => scenario.title ?? '');
    expect(titles.filter((title) => title.length < 20)).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('are written as the writer writes them', () => {
    expect(namesOf(regressions.filter(({ text, scenario }) => writeScenario(scenario) !== text))).toEqual([]);
  });
});

function tellsItsMistake({
  name,
  scenario,
}: {
  readonly name: string;
  readonly scenario: Scenario;
}): boolean {
  const last = scenario.operations.length - 1;
  const rule = ruleSwitches.find((one) => one.name === rulesSwitchedOff[name]);
  if (rule !== undefined) {
    return lockstep(modelDispatcher, without(rule, scenario), scenario)?.operation === last;
  }
  const { dispatchers: [model = '', mistake = ''] = [], effects } = scenario.found ?? {};
  if (model !== 'model' || !mistake.startsWith('mutant:')) return false;
  const failure = lockstep(modelDispatcher, dispatcherNamed(mistake), scenario);
  return (
    failure?.operation === last &&
    failure.sides.every((side, index) => differenceOf(side.effects[last] ?? [], effects?.[index] ?? []) < 0)
  );
}

function isMet(dispatcher: Dispatcher, scenario: Scenario): boolean {
  const { expect: expectations = [], ...given } = scenario;
  const lists = runScenario(dispatcher, given);
  return expectations.every(({ operation, effects }) => differenceOf(lists[operation] ?? [], effects) < 0);
}
