/** For the tests: the command as a process that is known to be at work. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inject } from 'vitest';
import type { TestCommand } from './command.ts';

let started = 0;

/**
 * Starts the command, and waits until its first scenario begins. `MARKED` among the words stands for a dispatcher that tells so:
 * the model, but for `body`, the code of an operation. In it are `session`, `operation`, its `index`, the scenario as `header`,
 * and `hangs`, a function that tells that it hangs.
 *
 * @param event what is waited for
 */
export async function startedWith(
  command: TestCommand,
  words: readonly string[],
  body = 'return session.apply(operation);',
  event: 'begins' | 'hangs' = 'begins',
): Promise<ReturnType<TestCommand['start']>> {
  const name = `marked-${++started}`;
  const [begins, hangs] = [command.path(`${name}.begins`), command.path(`${name}.hangs`)];
  const model = pathToFileURL(`${inject('builtPackage')}/dist/model/index.js`).href;
  command.write(
    `${name}.mjs`,
    `import { existsSync, writeFileSync } from 'node:fs';
import { modelDispatcher } from ${JSON.stringify(model)};
const hangs = () => writeFileSync(${JSON.stringify(hangs)}, '');
const apply = (session, operation, index, header) => { ${body} };
const wrapped = (session, header, done = 0) => {
  let index = done;
  return {
    apply: (operation) => apply(session, operation, index++, header),
    fingerprint: () => session.fingerprint(),
    ...(session.fork && { fork: () => wrapped(session.fork(), header, index) }),
  };
};
const open = (header) => {
  writeFileSync(${JSON.stringify(begins)}, '');
  return wrapped(modelDispatcher.open(header), header);
};
export default { name: ${JSON.stringify(name)}, open };`,
  );
  const child = command.start(words.map((word) => word.replace('MARKED', `./${name}.mjs`)));
  const mark = event === 'begins' ? begins : hangs;
  while (!existsSync(mark) && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve));
  return child;
}
