/** What a command line can ask for, as data: the work is done in a thread, which Ctrl-C can end at any time. */
import type { Context } from './context.ts';

/** Each command's work, loaded when it is asked for, so that `--help` stays fast. */
const works = {
  caller: async () => (await import('./commands/caller.ts')).runCaller,
  check: async () => (await import('./commands/check.ts')).runCheck,
  conform: async () => (await import('./commands/conform.ts')).runConform,
  explain: async () => (await import('./commands/explain.ts')).runExplain,
  explore: async () => (await import('./commands/explore.ts')).runExplore,
  generate: async () => (await import('./commands/generate.ts')).runGenerate,
  init: async () => (await import('./commands/files/init.ts')).runInit,
  ledger: async () => (await import('./commands/ledger.ts')).runLedger,
  merge: async () => (await import('./commands/merge.ts')).runMerge,
  mutants: async () => (await import('./commands/mutants.ts')).runMutants,
  replay: async () => (await import('./commands/replay.ts')).runReplay,
  run: async () => (await import('./commands/run.ts')).runRun,
  selftest: async () => (await import('./commands/files/selftest.ts')).runSelftest,
  show: async () => (await import('./commands/pages/show.ts')).runShow,
  shrink: async () => (await import('./commands/shrink.ts')).runShrink,
} as const;

export type ActionName = keyof typeof works;

type Work<Name extends ActionName> = Awaited<ReturnType<(typeof works)[Name]>>;

/** What the work is given besides its context: plain data. */
type Given<Name extends ActionName> =
  Parameters<Work<Name>> extends [...infer Arguments, Context] ? Arguments : never;

/** A command with its arguments and options. */
export type Action = { readonly name: ActionName; readonly given: readonly unknown[] };

export function actionOf<Name extends ActionName>(name: Name, ...given: Given<Name>): Action {
  return { name, given };
}

/** Does the work of a command in this thread. */
export async function perform({ name, given }: Action, context: Context): Promise<void> {
  // `actionOf` has checked that they belong together.
  const work = (await works[name]()) as (...parts: readonly unknown[]) => Promise<void>;
  await work(...given, context);
}
