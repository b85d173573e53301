/** The other end of `ioeventfd-dispatcher/1`: a dispatcher of this process answers, so that any program can be one. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { decodeScenario } from '../../format/decode.ts';
import { messageOf } from '../../format/errors.ts';
import { effectsToJson } from '../../format/index.ts';
import { allAbilities, protocolName } from '../../format/protocol.ts';
import type { Abilities } from '../../model/vocabulary/outside.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';

export type ServeOptions = {
  readonly version?: string;
  /** What the dispatcher can do and tells; all, if left out. */
  readonly abilities?: Partial<Abilities>;
};

/** Answers every line of the input, until it ends. */
export async function serveDispatcher(
  dispatcher: Dispatcher,
  input: Readable,
  output: Writable,
  options: ServeOptions = {},
): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!output.write(`${answerTo(dispatcher, line, options)}\n`)) {
      await new Promise((resolve) => output.once('drain', resolve));
    }
  }
}

/** The answer to one message, as a line without its newline. Whatever goes wrong is an answer, too. */
export function answerTo(dispatcher: Dispatcher, line: string, options: ServeOptions = {}): string {
  let id: unknown;
  const before: unknown[] = [];
  try {
    const message = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if ('hello' in message) return JSON.stringify({ hello: helloOf(dispatcher, options) });
    id = message['id'];
    const scenario = decodeScenario(message['scenario'], 'scenario');
    const session = dispatcher.open(scenario);
    for (const operation of scenario.operations) before.push(effectsToJson(session.apply(operation)));
    return JSON.stringify({ id, effects: before });
  } catch (error) {
    return JSON.stringify({ id: id ?? null, error: messageOf(error), ...(before.length > 0 && { before }) });
  }
}

function helloOf({ name, profile }: Dispatcher, { version, abilities }: ServeOptions) {
  return {
    protocol: protocolName,
    name,
    ...(version !== undefined && { version }),
    ...allAbilities,
    ...(profile !== undefined && { profiles: [profile] }),
    ...abilities,
  };
}
