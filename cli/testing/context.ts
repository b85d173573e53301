/** For the tests: the context of a command in this process. */
import { Readable, Writable } from 'node:stream';
import { Context } from '../context.ts';
import { noProgress } from '../io/progress.ts';

/** A context whose output is lost, and what aborts it. */
export function testContext(): { readonly context: Context; readonly controller: AbortController } {
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
    progress: () => noProgress,
    leaves: () => {},
  });
  return { context, controller };
}
