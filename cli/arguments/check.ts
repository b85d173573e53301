/** Arguments, options and help of `check`. */
import type { Command } from 'commander';
import { actionOf } from '../actions.ts';
import type { Choose } from '../choose.ts';
import { dispatcherNamesHelp, exitStatusHelp, reporterHelp } from './common/help-texts.ts';
import {
  htmlOption,
  limitMemoryOption,
  limitTimeOption,
  profileOption,
  qemuOption,
  quietOption,
  reporterOption,
  seconds,
  seedOption,
  several,
  shardOption,
  wholeNumber,
} from './common/options.ts';

export function addCheck(program: Command, choose: Choose): void {
  program
    .command('check')
    .summary('compare two dispatchers on saved and random scenarios')
    .description(
      'Compares two dispatchers: first on the saved regressions, then on random scenarios, each on both sides, effect by effect. A difference is shrunk and saved. Then check looks for shorter scenarios, for half a second or a few, and saves and prints the shortest. A run in which too little happened (a coverage point below its minimum) fails as well.',
    )
    .argument('[A]', 'what is expected', 'model')
    .argument('[B]', 'what is compared with it', 'impl')
    .option('--runs <n>', 'random scenarios to run (default: 30000)', wholeNumber(1, 1_000_000_000))
    .option('--time <s>', 'run for so many seconds instead', seconds)
    .addOption(seedOption())
    .addOption(profileOption())
    .option('--save <dir>', 'where a difference is saved', 'findings')
    .option('--regressions <path>', 'scenarios to run first, a file or a directory; may be repeated', several)
    .option('--no-regressions', 'leave out the saved scenarios, those of this package too')
    .option(
      '--workers <n>',
      'processes to use (default: one a core; of qemu@kvm, which waits for the kernel, two)',
      wholeNumber(1, 1024),
    )
    .addOption(qemuOption())
    .addOption(limitTimeOption())
    .addOption(limitMemoryOption())
    .option(
      '--minimum-supported <percent>',
      'of the scenarios, the least share that a program (exec:) must support (default: 50)',
      wholeNumber(0, 100),
    )
    .option(
      '--corpus <dir>',
      'scenarios that reached something new are kept there, and varied first; made if it is missing',
    )
    .addOption(shardOption())
    .option('--json', 'print the report as one line of JSON')
    .addOption(reporterOption())
    .addOption(htmlOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
The regressions of this package come first: scenarios that once told a mistake from the truth. Each runs if both dispatchers
follow its profile, so none does in a comparison of two profiles. Those of --regressions come next, and always run. Findings
that --save wrote do not run again unless --regressions names them.
The same seed, the same options and the same corpus always print the same, timings aside, whatever the number of workers.
A program (exec:) that ends, does not answer in time, or writes what is no answer is started again, and what was under way is sent
one by one: what fails again is a finding. Scenarios that it does not support are counted; below a minimum share the run fails.
A dispatcher that does not return, takes too much memory or ends its process is ended, and that is a difference like any other.
Ctrl-C ends a run with a report of what was done so far.
${dispatcherNamesHelp}
${reporterHelp}
${exitStatusHelp}

Examples:
  $ ioeventfd-check check
  $ ioeventfd-check check --time 60 --profile kvm
  $ ioeventfd-check check model@contract model@tcg --save differences
  $ ioeventfd-check check --seed 42 --runs 1000 --json
  $ ioeventfd-check check --seed 42 --runs 9000000 --shard 2/3 --json > report-2.json
  $ ioeventfd-check check --seed 42 --runs 9000000 --shard auto --json > "report-$CI_NODE_INDEX.json"
  $ ioeventfd-check check --reporter junit > check.xml
  $ ioeventfd-check check --regressions findings`,
    )
    .action((a: string, b: string, options) => choose(actionOf('check', a, b, options)));
}
