/** A step of the reference model with its trace. */

import { visibleInRange } from '../host/visible.ts';
import { flatView } from '../map/flat-view.ts';
import { type Step, step } from '../reference/reference.ts';
import type { State } from '../reference/state.ts';
import type { EventfdChange, HostEffect, Operation } from '../vocabulary/vocabulary.ts';
import { isPending } from './standing.ts';
import type { ChangeTrace, Trace } from './trace.ts';
import { writeTrace } from './write-trace.ts';

export type TracedStep = Step & { readonly trace: Trace };

/** Interprets one operation as `step` does, and says why it did what it did. */
export function tracedStep(before: State, operation: Operation): TracedStep {
  const done = step(before, operation);
  const [first] = done.effects;
  if (first !== undefined && 'error' in first)
    return { ...done, trace: { kind: 'error', error: first.error } };
  if (operation.op === 'write') return { ...done, trace: writeTrace(before, operation) };
  return { ...done, trace: changeTrace(before, operation, done) };
}

function changeTrace(before: State, operation: Operation, { state, effects }: Step): ChangeTrace {
  return {
    kind: 'change',
    outcome: outcomeOf(before, operation, state),
    rendered: before.rendered !== state.rendered,
    effects: effects as readonly HostEffect[],
  };
}

function outcomeOf(before: State, operation: Operation, after: State): ChangeTrace['outcome'] {
  switch (operation.op) {
    case 'begin':
    case 'create':
      return 'done';
    case 'commit':
      return isPending(after) ? 'waits' : 'done';
    case 'add-eventfd':
      if (isPending(after)) return 'waits';
      return after.depth > 0 || isVisibleAnywhere(after, operation) ? 'done' : 'not visible';
    case 'map':
    case 'unmap':
    case 'enable':
    case 'disable':
    case 'move':
    case 'resize':
    case 'retarget':
    case 'del-eventfd':
    case 'write':
      if (before.regions === after.regions) return 'unchanged';
      return isPending(after) ? 'waits' : 'done';
  }
}

/** Whether any range of the region makes an ioeventfd at this offset visible to the host (H2). */
function isVisibleAnywhere(state: State, { region, offset, size }: EventfdChange): boolean {
  const { rendered, regions, decisions } = state;
  return (['memory', 'io'] as const).some((space) =>
    flatView(rendered, space, decisions)
      .filter((range) => range.region.id === region)
      .some((range) =>
        visibleInRange(range, regions, decisions).some(
          (ioeventfd) => ioeventfd.address === range.start - range.offset + offset && ioeventfd.size === size,
        ),
      ),
  );
}
