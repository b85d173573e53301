/** The keys that step, search and undo; not while one types. */
import { differences, goTo, operations, redo, step, undo } from './state.ts';

const actions: Readonly<Record<string, () => void>> = {
  ArrowRight: () => goTo(step.value + 1),
  ArrowDown: () => goTo(step.value + 1),
  j: () => goTo(step.value + 1),
  ArrowLeft: () => goTo(step.value - 1),
  ArrowUp: () => goTo(step.value - 1),
  k: () => goTo(step.value - 1),
  Home: () => goTo(0),
  End: () => goTo(operations().length - 1),
  n: () => jump(differences.value.find((index) => index > step.value)),
  p: () => jump(differences.value.findLast((index) => index < step.value)),
  '/': () => document.getElementById('search')?.focus(),
  u: undo,
  r: redo,
};

function jump(index: number | undefined): void {
  if (index !== undefined) goTo(index);
}

/** What takes keys itself. */
const takesKeys = 'input, textarea, select, [contenteditable]';
/** What the arrows up and down scroll. */
const scrolls = '.figure, .scrolls';

export function onKey(event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof Element) || target.closest(takesKeys) !== null) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (target.closest(scrolls) !== null && event.key.startsWith('Arrow')) return;
  const act = actions[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
