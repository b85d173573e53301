/**
 * Beginnings in which something changes while nobody can see it: in a disabled window, below a disabled container, in what is
 * unmapped, within a transaction. Such a change must neither render nor tell, and all of it must show at the end. And one in
 * which registrations hide each other.
 */
import type { EventfdChange, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { addEventfd, deleteEventfd, map, move, resize, retarget } from '../changes.ts';
import type { Draft } from '../draft.ts';
import { oneIn, pick } from '../pools.ts';
import type { SketchedRegion } from '../sketch.ts';
import { nextWrite } from '../writes.ts';
import { deviceIn, type Motif, newRegion, windowOn } from './motif.ts';

/** A device in a container, or shown through a window. It is hidden, changed, and shown again. */
export const hiddenChanges: Motif = (draft, operations) => {
  const { chooser, sketch } = draft;
  const { device, veil } = veiled(draft, operations);
  operations.push(addEventfd(draft, device));
  // Something else that is visible, so that what is hidden is not alone.
  if (oneIn(chooser, 3)) deviceIn(draft, operations);
  operations.push(nextWrite(draft));
  const hidden = oneIn(chooser, 4) ? device : veil;
  const how = chooser.below(4);
  if (how === 0) operations.push({ op: 'unmap', region: hidden.id });
  else if (how === 1) operations.push({ op: 'begin' });
  else operations.push({ op: 'disable', region: hidden.id });
  for (let left = 1 + chooser.below(3); left > 0; left--) {
    operations.push(hiddenChange(draft, device, veil));
    if (oneIn(chooser, 2)) operations.push(nextWrite(draft));
  }
  // A commit of something else, which must not make it visible.
  if (how !== 1 && oneIn(chooser, 3)) operations.push({ op: 'begin' }, { op: 'commit' });
  if (how === 1) operations.push({ op: 'commit' });
  else if (how !== 0) operations.push({ op: 'enable', region: hidden.id });
  else {
    const { offset, container = 'memory' } = hidden;
    const into = typeof container === 'string' ? container : container.id;
    operations.push({ op: 'map', region: hidden.id, container: into, offset });
  }
  operations.push(nextWrite(draft), pick(chooser, sketch.writes));
};

/** A device, and what it is seen through: the container that it is in, a window on it, or itself. */
function veiled(
  draft: Draft,
  operations: Operation[],
): { readonly device: SketchedRegion; readonly veil: SketchedRegion } {
  const { chooser, pools } = draft;
  const kind = chooser.below(3);
  if (kind === 0) {
    const device = deviceIn(draft, operations);
    return { device, veil: device };
  }
  if (kind === 1) {
    const box = newRegion(draft, operations, { kind: 'container', least: 0x20n });
    operations.push(map(draft, box));
    return { device: deviceIn(draft, operations, box), veil: box };
  }
  const device = newRegion(draft, operations, { kind: 'io', least: 0x10n });
  const offset = pick(chooser, pools.memoryPlaces);
  const { window, making } = windowOn(draft, device, { size: device.size, offset });
  operations.push(...making);
  return { device, veil: window };
}

function hiddenChange(draft: Draft, device: SketchedRegion, veil: SketchedRegion): Operation {
  const { chooser, pools } = draft;
  const one = oneIn(chooser, 2) ? device : veil;
  switch (chooser.below(8)) {
    case 0:
      return deleteEventfd(draft);
    case 1:
    case 2:
      return addEventfd(draft, device);
    case 3:
      return { op: 'move', region: one.id, offset: pick(chooser, pools.offsets) };
    case 4:
      return { op: 'resize', region: one.id, size: pick(chooser, pools.regionSizes) };
    case 5:
      return oneIn(chooser, 2) ? move(draft) : resize(draft);
    case 6:
      return one.kind === 'alias'
        ? { op: 'retarget', region: one.id, targetOffset: pick(chooser, pools.offsets) }
        : retarget(draft);
    default:
      return { op: oneIn(chooser, 2) ? 'disable' : 'enable', region: device.id };
  }
}

/** One word and one value with several notifiers, which come and go in and out of the order in which they were named. */
export const samePlaceManyNotifiers: Motif = (draft, operations) => {
  const { chooser, sketch } = draft;
  const device = deviceIn(draft, operations);
  operations.push(addEventfd(draft, device));
  const first = sketch.eventfds.at(-1);
  if (first === undefined) return;
  const { change } = first;
  const names = ['n3', 'n1', 'n0', 'n2', 'n4'].slice(0, 2 + chooser.below(4));
  const added: EventfdChange[] = [];
  for (let left = 2 + chooser.below(5); left > 0; left--) {
    const other = { ...change, op: 'add-eventfd', notifier: pick(chooser, names) } as const;
    added.push(other);
    operations.push(other);
    if (oneIn(chooser, 4)) operations.push(nextWrite(draft));
  }
  while (added.length > 0 && !oneIn(chooser, 5)) {
    const [gone] = added.splice(chooser.below(added.length), 1);
    if (gone !== undefined) operations.push({ ...gone, op: 'del-eventfd' });
    if (oneIn(chooser, 2)) operations.push(nextWrite(draft));
  }
  for (const known of added) sketch.eventfds.push({ region: device, change: known });
};
