/** Links into the page: `#5` is a step of the only scenario, `#ID/5` one of several, `#ID` a scenario, `#` the list. */
import { data, goTo, message, open, opened, step } from './state.ts';

/** Whether the page holds one scenario and nothing else. */
export function isSingle(): boolean {
  return data.value.scenarios.length === 1 && data.value.tables === undefined;
}

/** The fragment that leads to what is shown. */
export function fragment(): string {
  const entry = opened.value;
  if (entry === undefined) return '#';
  return isSingle() || !data.value.scenarios.includes(entry)
    ? `#${step.value}`
    : `#${encodeURIComponent(entry.id)}/${step.value}`;
}

/** Follows the fragment of the address. */
export function follow(): void {
  const { hash } = location;
  if (hash === fragment()) return;
  const [, name, at] = /^#(?:([^/]*)\/)?(\d+)$/.exec(hash) ?? [];
  const index = at === undefined ? undefined : Number(at);
  if (name === undefined && index !== undefined) {
    const [only] = data.value.scenarios;
    if (opened.value !== undefined) goTo(index);
    else if (only !== undefined) openEntry(only.id, index);
    return;
  }
  const id = decoded(name ?? hash.slice(1)).replace(/^\/$/, '');
  if (id === '' && !isSingle()) opened.value = undefined;
  else if (opened.value?.id === id && index !== undefined) goTo(index);
  else openEntry(id === '' ? (data.value.scenarios[0]?.id ?? '') : id, index);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Opens a scenario of the page; says so where there is none, or where it cannot be read. */
export function openEntry(id: string, at?: number): void {
  const entry =
    data.value.scenarios.find((one) => one.id === id) ?? (isSingle() ? data.value.scenarios[0] : undefined);
  if (entry === undefined) {
    message.value = { text: 'this page has no such scenario', isError: true };
    return;
  }
  try {
    open(entry, at);
  } catch (error) {
    message.value = { text: error instanceof Error ? error.message : String(error), isError: true };
  }
}
