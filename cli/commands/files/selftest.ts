/** `selftest DIR [FILE...]`: tests of the kernel's bus as C programs. */
import { basename, join } from 'node:path';
import { InputError, printable, type SourcedScenario } from '../../../format/index.ts';
import type { Dispatcher } from '../../../model/vocabulary/vocabulary.ts';
import { makefileText, programText } from '../../../properties/selftest/program.ts';
import { stepsOf } from '../../../properties/selftest/steps.ts';
import { suiteOf } from '../../../properties/selftest/suite.ts';
import type { Context } from '../../context.ts';
import { shellWord } from '../../invocation.ts';
import { filesOf } from '../../io/package-paths.ts';
import { scenarios } from '../../io/scenarios.ts';
import { requireReplaceable, writeOwn } from '../../io/write-own.ts';
import { systemNamed } from '../../systems.ts';
import { plural } from '../../text/layout.ts';

type Written = { readonly name: string; readonly text: string };

/** Writes the programs and their Makefile, and says what can be done with them. */
export async function runSelftest(
  directory: string,
  paths: readonly string[],
  { on }: { readonly on: string },
  context: Context,
): Promise<void> {
  const expected = await systemNamed(on);
  const programs =
    paths.length === 0 ? suitePrograms(expected) : await filePrograms(paths, expected, context);
  const names = programs.map(({ name }) => name);
  const files = [
    ...programs.map(({ name, text }) => ({ path: join(directory, `${name}.c`), text })),
    { path: join(directory, 'Makefile'), text: makefileText(names) },
  ];
  for (const { path } of files) requireReplaceable(path);
  for (const { path, text } of files) writeOwn(path, text);
  await context.output.lines([
    `Wrote ${plural(programs.length, 'program')} to ${printable(directory)}: ${names.join(', ')}. Next:`,
    `  make -C ${shellWord(directory)} check`,
  ]);
}

function suitePrograms(expected: Dispatcher): Written[] {
  return suiteOf(expected).map(({ name, title, cases }) => ({
    name,
    text: programText({
      title: `KVM_IOEVENTFD: ${title}`,
      cases,
      notes: [`As ${expected.name} expects it.`, ''],
    }),
  }));
}

/** A program for each scenario, called like its file. */
async function filePrograms(
  paths: readonly string[],
  expected: Dispatcher,
  context: Context,
): Promise<Written[]> {
  const programs: Written[] = [];
  for await (const sourced of scenarios(paths.flatMap(filesOf), { dispatchers: [], quiet: true }, context)) {
    const name = freeName(sourced, programs);
    programs.push({ name, text: scenarioProgram(sourced, expected) });
  }
  return programs;
}

/** @throws InputError where the scenario is none of the kernel's */
function scenarioProgram({ scenario, source }: SourcedScenario, expected: Dispatcher): string {
  const steps = stepsOf(scenario, expected);
  if (typeof steps === 'string') {
    throw new InputError(`${printable(source)}: no test of the kernel can be made of it: ${steps}`);
  }
  const title = scenario.title ?? basename(source);
  return programText({
    title: `KVM_IOEVENTFD: ${title}`,
    cases: [{ title, steps }],
    notes: [`Of the scenario ${basename(source)}, as ${expected.name} expects it.`, ''],
  });
}

function freeName({ source }: SourcedScenario, programs: readonly Written[]): string {
  const plain = basename(source)
    .replace(/\.jsonl?$/, '')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const base = plain === '' ? 'scenario' : plain;
  const taken = new Set([...programs.map(({ name }) => name), 'all', 'check', 'clean']);
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}
