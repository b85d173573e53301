/** The page: reads its data, shows them, and keeps the address, the title and the colours in step with what is shown. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import './style.css';
import * as z from 'zod/mini';
import { effectsToJson, type Json } from '../format/write.ts';
import { type PageData, pageFormat } from './document/page-data.ts';
import { openFile } from './files.ts';
import { onKey } from './keys.ts';
import { follow, fragment, openEntry } from './links.ts';
import { data, opened, operations, progress, runs, step, version } from './state.ts';
import { theme } from './theme.ts';
import { App } from './view/app.tsx';
import { titleText } from './view/texts.ts';

// The page's security policy forbids to make code from texts; zod would try.
z.config({ jitless: true });

/** How long the model runs before the page is shown what is done, in milliseconds. */
const slice = 24;

function start(): void {
  const text = document.getElementById('data')?.textContent ?? '';
  const given = JSON.parse(text) as PageData;
  if (given.format !== pageFormat) throw new Error(`the data are no ${pageFormat}`);
  data.value = given;
  follow();
  keepAddress();
  keepRunning();
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
  effect(() => {
    document.title = titleText(
      opened.value === undefined ? data.value.title : (version.value.scenario.title ?? opened.value.source),
    );
  });
  addEventListener('hashchange', follow);
  addEventListener('keydown', onKey);
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', onDrop);
  const root = document.getElementById('page');
  if (root !== null) render(<App />, root);
}

function onDrop(event: DragEvent): void {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file !== undefined) openFile(file);
}

/** The address says what is shown, without a new entry in the history for each step. */
function keepAddress(): void {
  effect(() => {
    const wanted = fragment();
    if (opened.value !== undefined && location.hash !== wanted) location.replace(wanted);
    step.value;
  });
}

/** Runs the sides to their ends, and lets the page be drawn in between. */
function keepRunning(): void {
  let isWaiting = false;
  const go = () => {
    isWaiting = false;
    const all = runs.peek();
    const before = all.map((run) => run.done);
    const finished = all.map((run) => run.advance(slice)).every(Boolean);
    if (all.some((run, index) => run.done !== before[index])) progress.value++;
    if (!finished) wait();
  };
  const wait = () => {
    if (!isWaiting) setTimeout(go, 0);
    isWaiting = true;
  };
  effect(() => {
    // What is short is there at once.
    const all = runs.value;
    const finished = all.map((run) => run.advance(slice)).every(Boolean);
    if (!finished) wait();
  });
}

declare global {
  /** For scripts in the browser's console. */
  var ioeventfdCheck: {
    /** The effects that the page shows of a scenario (of the one that is open, if left out): a list for each side. */
    readonly effects: (id?: string) => readonly Json[];
  };
}

globalThis.ioeventfdCheck = {
  effects: (id) => {
    if (id !== undefined) openEntry(id);
    for (const run of runs.value) while (!run.advance(1000));
    return runs.value.map((run) => operations().map((_, index) => effectsToJson(run.effectsAt(index))));
  },
};

try {
  start();
} catch (error) {
  document.body.textContent = `This page cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
}
