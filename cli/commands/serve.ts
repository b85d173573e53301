/** `serve [NAME]`: a dispatcher as a program. */
import { serveDispatcher } from '../../impl/outside/serve.ts';
import type { Context } from '../context.ts';
import { packageVersion } from '../invocation.ts';
import { systemNamed } from '../systems.ts';

/** Answers until standard input ends. */
export async function runServe(name: string, { surroundings }: Context): Promise<void> {
  const dispatcher = await systemNamed(name);
  const { input, output } = surroundings;
  await serveDispatcher(dispatcher, input(), output, { version: packageVersion() });
}
