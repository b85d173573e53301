/** Passages that the help of several commands has in common. */

import { profileNames } from '../../../model/vocabulary/profiles.ts';
import { typedDecisions } from '../../../properties/engine/decisions.ts';

/** A line for each decision: its name, its values, and what it decides. */
function decisionLines(): string {
  const width = Math.max(...typedDecisions.map(({ name }) => name.length));
  return typedDecisions
    .map(({ name, question, values }) => {
      const listed = Object.keys(values).join(' | ');
      return `  ${name.padEnd(width)}  ${question}: ${listed}`;
    })
    .join('\n');
}

/** What a dispatcher may be called, for the help of every command that takes one. */
export const dispatcherNamesHelp = `
Dispatchers (A, B, NAME):
  model               the contract as an executable model
  impl                the fast dispatcher that is checked against it
  mutant:NAME         that dispatcher, broken in one place: see ioeventfd-check mutants --list
  ./mine.js           what a module exports by default; a relative path starts from here
  kvm                 the running Linux kernel, on a machine with /dev/kvm: see docs/real-kernel.md
  exec:COMMAND        a program, by the shell, that speaks ioeventfd-dispatcher/1: see docs/dispatcher-protocol.md
  qemu                a running QEMU, whose histories are what a guest can do: see docs/real-qemu.md
  NAME@PROFILE        under that profile, whatever a scenario says: ${profileNames.join(', ')}
  NAME@PROFILE+DECISION=VALUE
                      under that profile, with decisions changed, a plus before each: model@kvm+host-changes=deletions-first

Decisions (DECISION=VALUE):
${decisionLines()}`;

/** Exit statuses, for the help of every command. */
export const exitStatusHelp = `
Exit status:
  0    all is well
  1    a difference, a failed expectation, or a run that tested too little
  2    bad usage, or bad input
  3    the named system (qemu, kvm, exec:COMMAND) cannot be reached
  70   a bug of ioeventfd-check itself
  130  ended by Ctrl-C before it was done, with nothing found so far; 143 by SIGTERM`;

/** Where files are looked for, for the help of the commands that read scenarios. */
export const packagePathsHelp = `
Paths such as properties/scenarios/*.json stand for the files of this package where there are none of that name here.`;

/** What reporters print, for the help of the commands that have them. */
export const reporterHelp = `
Reporters:
  text                the report for people
  junit               JUnit XML on standard output, when the run is over: redirect it to the file that CI reads
  github              an ::error command for each failure, which GitHub Actions shows, and a line with the counts`;
