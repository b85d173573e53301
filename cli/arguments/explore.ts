/** Arguments, options and help of `explore`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, reporterHelp } from './common/help-texts.ts';
import { htmlOption, quietOption, reporterOption, shardOption, wholeNumber } from './common/options.ts';

export function addExplore(program: Command, choose: Choose): void {
  program
    .command('explore')
    .summary('compare two dispatchers on every scenario of a small scope')
    .description(
      'Compares two dispatchers on all scenarios, of any length, that can be made of the operations of a scope: breadth first over pairs of their states, until there is no new pair. The scenario shown for a difference is the shortest. It assumes that fingerprints tell all that later effects depend on, and that forks are right. Both are tested during the exploration, and by random walks at the end.',
    )
    .argument('[A]', 'what is expected', 'model')
    .argument('[B]', 'what is compared with it', 'impl')
    .option(
      '--scope <name>',
      'a scope of this package, or a file with a dot or a slash in its name',
      'default',
    )
    .option('--workers <n>', 'threads to use (default: one a core)', wholeNumber(1, 1024))
    .option('--memory <mib>', 'end the run when it holds more', wholeNumber(64, 1_000_000), 4096)
    .option(
      '--walk-steps <n>',
      'random steps after it, on sessions that are never forked, which test what it assumes',
      wholeNumber(0, 1_000_000_000),
      100_000,
    )
    .option('--seed <n>', 'of the random steps', wholeNumber(0, 0xffff_ffff), 1)
    .option('--no-symmetry', 'explore scenarios that differ in the names of notifiers only, too')
    .option('--save <dir>', 'where a difference is saved', 'findings')
    .addOption(shardOption())
    .option('--json', 'print the report as one line of JSON')
    .addOption(reporterOption())
    .addOption(htmlOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
Scopes: tiny (a second), default (some four minutes of a core), overlap, alias, transaction, kernel-bus, large (up to half
an hour), and those that docs/how-it-finds.md lists. Ctrl-C ends a run with a report of how far it got.
A part of a run (--shard) explores all up to the first frontier that has 16 pairs for each part, and then its share of that frontier
and what comes after it. What several parts reach, each of them explores; merge makes one verdict of all.
A program (exec:) shows no states: each operation is tried after one shortest path to each state of the other side.
${dispatcherNamesHelp}
${reporterHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check explore
  $ ioeventfd-check explore --scope kernel-bus
  $ ioeventfd-check explore model@contract model@tcg --scope tiny
  $ ioeventfd-check explore model impl --scope ./my-scope.json --memory 8192`,
    )
    .action((a: string, b: string, options) => choose(actionOf('explore', a, b, options)));
}
