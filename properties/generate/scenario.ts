/** Writes one scenario: a few regions, mapped, or a motif; then operations of the kinds that this scenario has switched on. */
import { profiles } from '../../model/vocabulary/profiles.ts';
import type { HostOptions, Operation, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { addEventfd, create, deleteEventfd, map, move, onRegion, resize, retarget } from './changes.ts';
import type { Chooser } from './chooser.ts';
import type { Draft } from './draft.ts';
import { motifs } from './motifs/motifs.ts';
import { drawPools, oneIn, pick } from './pools.ts';
import { Sketch, type SketchedRegion } from './sketch.ts';
import { nextWrite } from './writes.ts';

/** A random scenario for a profile; `most` bounds the operations after the first regions are made and mapped. */
export function generateScenario(chooser: Chooser, profile: Profile, most: number): Scenario {
  const target = oneIn(chooser, 4) ? 'big' : 'little';
  const host = profiles[profile].host === 'takes-all' ? undefined : drawHost(chooser);
  const draft: Draft = { chooser, pools: drawPools(chooser), sketch: new Sketch(), target, profile };
  const operations: Operation[] = [];
  if (!oneIn(chooser, 3)) setUp(draft, operations);
  else pick(chooser, motifs)(draft, operations);
  goOn(draft, operations, most);
  return {
    profile,
    ...(target === 'big' && { target }),
    ...(host !== undefined && { host }),
    operations,
  };
}

/** Writes up to so many more operations, of the kinds that are switched on. */
export function goOn(draft: Draft, operations: Operation[], most: number): void {
  const { chooser, sketch } = draft;
  const makers = switchedOn(chooser);
  // Whatever a write has warmed must not outlive the change: in some scenarios an earlier write follows each.
  const echoes = oneIn(chooser, 4);
  for (let left = 1 + chooser.below(most); left > 0; left--) {
    const operation = pick(chooser, makers)(draft);
    if (operation === undefined) continue;
    operations.push(operation);
    const { writes } = sketch;
    if (echoes && operation.op !== 'write' && writes.length > 0) operations.push(pick(chooser, writes));
  }
  // What was changed in a transaction becomes visible at its end.
  if (sketch.depth > 0 && !oneIn(chooser, 8)) {
    for (; sketch.depth > 0; sketch.depth--) operations.push({ op: 'commit' });
    operations.push(nextWrite(draft));
  }
}

/** Devices come up: they are created and, mostly, mapped, with a word registered. */
function setUp(draft: Draft, operations: Operation[]): void {
  const { chooser, sketch } = draft;
  for (let left = 1 + chooser.below(4); left > 0; left--) {
    operations.push(create(draft));
    const region = sketch.regions.at(-1);
    if (region === undefined) return;
    if (!oneIn(chooser, 12)) operations.push(map(draft, region));
    if (region.kind === 'io' && !oneIn(chooser, 4)) operations.push(addEventfd(draft, region));
  }
}

type Maker = (draft: Draft) => Operation | undefined;

const mostRegions = 7;

/** Kinds of operations, each with its weight. The first two are never switched off. */
const kinds: readonly (readonly [weight: number, make: Maker])[] = [
  [9, nextWrite],
  [4, (draft) => addEventfd(draft, deviceOf(draft))],
  [3, deleteEventfd],
  [2, (draft) => (draft.sketch.regions.length < mostRegions ? create(draft) : undefined)],
  [3, (draft) => map(draft, looseOf(draft))],
  [2, (draft) => onRegion(draft, 'unmap')],
  [1, (draft) => onRegion(draft, 'enable')],
  [2, (draft) => onRegion(draft, 'disable')],
  [3, move],
  [2, resize],
  [2, retarget],
  [4, transaction],
];

const alwaysOn = 2;

/** Mostly a device; a registration in any other region is an error. */
function deviceOf({ sketch, chooser }: Draft): SketchedRegion | undefined {
  return sketch.regionThat(chooser, ({ kind }) => kind === 'io') ?? sketch.anyRegion(chooser);
}

/** A region that is not mapped, if one is found; mapping any other is an error. */
function looseOf({ sketch, chooser }: Draft): SketchedRegion | undefined {
  return sketch.regionThat(chooser, ({ container }) => container === undefined) ?? sketch.anyRegion(chooser);
}

/** Swarm testing: each scenario leaves out a random half of the kinds, so that there is room for the others. */
function switchedOn(chooser: Chooser): readonly Maker[] {
  const mask = chooser.below(1 << kinds.length);
  const makers: Maker[] = [];
  for (const [index, [weight, make]] of kinds.entries()) {
    if (index >= alwaysOn && (mask & (1 << index)) === 0) continue;
    for (let left = weight; left > 0; left--) makers.push(make);
  }
  return makers;
}

/** A transaction of a few operations, sometimes within another; now and then a commit too many. */
function transaction({ chooser, sketch }: Draft): Operation {
  const begins = sketch.depth === 0 ? !oneIn(chooser, 16) : oneIn(chooser, 4);
  if (begins) sketch.depth++;
  else if (sketch.depth > 0) sketch.depth--;
  return { op: begins ? 'begin' : 'commit' };
}

const limits = [1, 2, 1, 0, 3] as const;

/** Mostly a host that takes what it can; else a full one, or one that refuses. */
function drawHost(chooser: Chooser): HostOptions | undefined {
  switch (chooser.below(16)) {
    case 0:
    case 1:
      return { limit: pick(chooser, limits) };
    case 2:
    case 3:
      return { refuse: [chooser.below(3), 3 + chooser.below(3)] };
    case 4:
      return { refuse: 'all' };
    default:
      return undefined;
  }
}
