/** Differences that are known: what a dispatcher does otherwise, and why. A conformance run reports them, and they do not fail it. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import * as z from 'zod/mini';
import { InputError, messageOf, printable, quote } from '../../format/errors.ts';
import { JsonError, lineAndColumn, parseJson } from '../../format/json.ts';
import { readScenario } from '../../format/read.ts';
import { type ClauseId, isClauseId } from '../../model/clauses/catalogue.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { NamedScenario } from '../named-scenarios.ts';

export const knownFormat = 'ioeventfd-known/1';

/** A scenario on which the dispatcher differs from the model. */
export type KnownDifference = {
  /** As the file names it. */
  readonly source: string;
  /** Whether that is one of the named scenarios. */
  readonly isNamed: boolean;
  readonly scenario: Scenario;
  readonly clause: ClauseId;
  readonly why: string;
};

const text = z.string('expected a string').check(z.minLength(1, 'expected a text that is not empty'));
const knownSchema = z.strictObject(
  {
    format: z.literal(knownFormat, `expected "${knownFormat}"`),
    known: z.array(
      z.strictObject(
        { scenario: text, clause: text, why: text },
        'expected an object with scenario, clause and why, and nothing else',
      ),
      'expected a list',
    ),
  },
  `expected an object with format ("${knownFormat}") and known, and nothing else`,
);

/**
 * The known differences of a file. A scenario is the file name of a named scenario, or the path of a file, from where the list stands.
 *
 * @throws InputError in one line where the list or a scenario of it cannot be read
 */
export function readKnown(path: string, named: readonly NamedScenario[]): readonly KnownDifference[] {
  const source = printable(path);
  const decoded = knownSchema.safeParse(documentOf(path));
  if (!decoded.success) {
    const [issue] = decoded.error.issues;
    const at = (issue?.path ?? [])
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
      .replace(/^\./, '');
    throw new InputError(`${source}: ${at === '' ? '' : `${at}: `}${issue?.message ?? 'no list'}`);
  }
  return decoded.data.known.map(({ scenario, clause, why }, index) => {
    const place = `${source}: known[${index}]`;
    if (!isClauseId(clause)) throw new InputError(`${place}.clause: there is no clause ${quote(clause)}`);
    const one = named.find(
      ({ file }) => file === basename(scenario) || file === `${basename(scenario)}.json`,
    );
    const isNamed = one !== undefined;
    return {
      source: scenario,
      isNamed,
      clause,
      why,
      scenario: one?.scenario ?? fromFile(path, scenario, place),
    };
  });
}

function documentOf(path: string): unknown {
  const content = contentOf(path, printable(path));
  try {
    return parseJson(content);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { line, column } = lineAndColumn(content, error.offset);
    throw new InputError(`${printable(path)}: line ${line}, column ${column}: ${error.message}`);
  }
}

function fromFile(list: string, scenario: string, place: string): Scenario {
  const path = resolve(dirname(list), scenario);
  return readScenario(contentOf(path, `${place}.scenario: ${printable(scenario)}`), scenario);
}

function contentOf(path: string, place: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : printable(messageOf(error));
    throw new InputError(`${place}: ${reason}`);
  }
}
