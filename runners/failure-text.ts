/** What a failing test says: what differs, the seed, the scenario as `explain` shows it, where it was saved, how to replay it. */
import { explain } from '../cli/explain/explain.ts';
import { saveFinding } from '../cli/io/findings.ts';
import { renderFinding, type SavedFinding } from '../cli/text/finding-report.ts';
import { plain } from '../cli/text/style.ts';
import { printable } from '../format/errors.ts';
import { writeScenario } from '../format/index.ts';
import type { Dispatcher } from '../model/vocabulary/vocabulary.ts';
import { DispatcherError } from '../properties/compare/apply.ts';
import type { Finding } from '../properties/compare/finding.ts';
import { dispatcherNamed, isModulePath } from '../properties/engine/dispatchers.ts';

/** Thrown by a test where the dispatcher does not do what is expected. `message` is the report. */
export class DispatcherTestError extends Error {
  override readonly name = 'DispatcherTestError';
  readonly finding: Finding;

  constructor(message: string, finding: Finding) {
    super(message);
    this.finding = finding;
    // The report says where it is. Where this package threw it is of no use to its reader.
    this.stack = `${this.name}: ${message}`;
  }
}

const program = 'npx ioeventfd-check';

/**
 * The error for a finding. It is saved in the directory, where one is given and it does not come from there.
 *
 * @param pair what was expected, and the dispatcher under test
 */
export function errorFor(
  finding: Finding,
  pair: readonly [Dispatcher, Dispatcher],
  directory: string | undefined,
): DispatcherTestError {
  const names = [pair[0].name, pair[1].name] as const;
  const text = writeScenario(finding.scenario);
  const saved = directory === undefined ? undefined : saveFinding(finding, directory, names, program);
  const lines = [
    ...renderFinding(names, finding, saved && withKnownCommands(saved, names[1]), plain),
    '',
    ...explainedLines(finding, pair[1]),
    ...(saved === undefined ? ['', 'The scenario, for ioeventfd-check replay and explain:', text] : []),
  ];
  return new DispatcherTestError(lines.join('\n').trimEnd(), finding);
}

/** The command finds dispatchers by name or path. One that a test was given by value is found by that test only. */
function withKnownCommands(saved: SavedFinding, name: string): SavedFinding {
  if (!('file' in saved) || isModulePath(name) || isOurs(name)) return saved;
  return {
    ...saved,
    replay: 'this test file, again: each saved scenario is a test of it',
    explain: saved.explain.replace(/ --on .*/, ''),
  };
}

function isOurs(name: string): boolean {
  try {
    return dispatcherNamed(name).name === name;
  } catch {
    return false;
  }
}

/** The model's account of the scenario, with the dispatcher's effects where they differ; up to where it throws. */
function explainedLines({ scenario }: Finding, other: Dispatcher): string[] {
  const { profile, decisions } = other;
  const lines: string[] = [];
  try {
    const asked = {
      ...(profile !== undefined && { profile }),
      ...(decisions !== undefined && { decisions }),
    };
    for (const line of explain(scenario, { style: plain, other, ...asked })) lines.push(line);
  } catch (error) {
    if (!(error instanceof DispatcherError)) throw error;
    lines.push(printable(error.message));
  }
  return lines;
}
