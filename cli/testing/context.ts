/** For the tests: the context of a command in this process. */
import { Readable, Writable } from 'node:stream';
import { Context } from '../context.ts';
import { noProgress } from '../io/progress.ts';

/** A context whose output is lost, what aborts it, and the first text of each display of progress. */
export function testContext(): {
  readonly context: Context;
  readonly controller: AbortController;
  readonly displays: readonly string[];
} {
  const displays: string[] = [];
  const controller = new AbortController();
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const context = new Context({
    words: [],
    program: 'ioeventfd-check',
    environment: {},
    input: () => Readable.from([]),
    output: nowhere(),
    errors: nowhere(),
    interrupt: () => controller.signal,
    progress: (text) => {
      displays.push(text);
      return noProgress;
    },
    leaves: () => {},
  });
  return { context, controller, displays };
}
