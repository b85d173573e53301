/**
 * The process in which scenarios run on dispatchers that may do anything: never return, eat the memory, end the process. It does one
 * task after the other, beside a thread that watches it.
 */
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../format/errors.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { loadDispatcher } from '../engine/dispatchers.ts';
import { type LastWord, lastWordPipe } from './last-word.ts';
import type { RunLimits } from './limits.ts';
import { Progress } from './progress.ts';
import { perform, type Task } from './tasks.ts';
import type { WatcherData } from './watcher.ts';

/** How an answer looks: what was reached so far, the end, or an error that the program did not expect. */
export type Answer =
  | { readonly kind: 'step'; readonly value: unknown }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string; readonly stack: string | undefined };

const progress = new Progress();
const send = (answer: Answer) => process.send?.(answer);

// Ctrl-C in a terminal goes to this process, too. Whoever started it decides.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('exit', () => {
  if (progress.isBusy) {
    writeSync(lastWordPipe, JSON.stringify({ kind: 'exit', ...progress.place } satisfies LastWord));
  }
});

const limits: RunLimits = JSON.parse(process.argv[2] ?? '');
const data: WatcherData = { cells: progress.cells, limits, parent: process.ppid };
new Worker(new URL('./watcher.js', import.meta.url), { workerData: data }).unref();

const loaded = new Map<string, Promise<Dispatcher>>();

/** The dispatcher of a reference, which notes where it is; its variants do, too. */
function noting(reference: string, side: number): Promise<Dispatcher> {
  const key = `${side} ${reference}`;
  const known = loaded.get(key) ?? loadDispatcher(reference).then((found) => withVariants(found, side));
  loaded.set(key, known);
  return known;
}

function withVariants(dispatcher: Dispatcher, side: number): Dispatcher {
  const { variants } = dispatcher;
  const noted = progress.noting(dispatcher, side);
  if (variants === undefined) return noted;
  return { ...noted, variants: variants.map((one) => progress.noting(one, side)) };
}

async function answer(task: Task): Promise<void> {
  const pair = [await noting(task.a, 0), await noting(task.b, 1)] as const;
  progress.isBusy = true;
  const value = await perform(task, pair, progress, (failing) => send({ kind: 'step', value: failing }));
  progress.isBusy = false;
  send({ kind: 'done', value });
}

function fail(error: unknown): void {
  progress.isBusy = false;
  send({
    kind: 'error',
    message: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
}

process.on('message', (task) => answer(task as Task).catch(fail));
// A dispatcher may throw when nobody calls it, in a timer of its own.
process.on('uncaughtException', fail);
