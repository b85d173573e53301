/** Passages that the help of several commands has in common. */

import { profileNames } from '../../model/vocabulary/profiles.ts';

/** What a dispatcher may be called, for the help of every command that takes one. */
export const dispatcherNamesHelp = `
Dispatchers (A, B, NAME):
  model               the contract as an executable model
  impl                the fast dispatcher that is checked against it
  mutant:NAME         that dispatcher, broken in one place: see ioeventfd-check mutants --list
  NAME@PROFILE        under that profile, whatever a scenario says: ${profileNames.join(', ')}`;

/** Exit statuses, for the help of every command. */
export const exitStatusHelp = `
Exit status:
  0    all is well
  1    a difference, a failed expectation, or a run that tested too little
  2    bad usage, or bad input
  3    the named system (qemu, kvm) cannot be reached
  70   a bug of ioeventfd-check itself
  130  ended by Ctrl-C before it was done, with nothing found so far`;

/** What reporters print, for the help of the commands that have them. */
export const reporterHelp = `
Reporters:
  text                the report for people
  junit               JUnit XML on standard output, when the run is over: redirect it to the file that CI reads
  github              an ::error command for each failure, which GitHub Actions shows, and a line with the counts`;
