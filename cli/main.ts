#!/usr/bin/env node
/**
 * The command `ioeventfd-check`: arguments and exit statuses. What a command does is in `commands/`, loaded when it is
 * asked for, so that `--help` needs nothing but this file.
 */
import { Command, CommanderError, Option } from 'commander';
import type { Context } from './context.ts';
import { packageVersion } from './invocation.ts';
import { seconds, several, shard, wholeNumber } from './options.ts';

const names = `
Dispatchers (A, B, NAME):
  model               the contract as an executable model
  impl                the fast dispatcher that is checked against it
  mutant:NAME         that dispatcher, broken in one place: see ioeventfd-check mutants --list
  NAME@PROFILE        under that profile, whatever a scenario says: contract, tcg or kvm`;

const statuses = `
Exit status:
  0    all is well
  1    a difference, a failed expectation, or a run that tested too little
  2    bad usage, or bad input
  3    a system that was asked for is not there
  70   a bug of ioeventfd-check itself
  130  ended by Ctrl-C before it was done, with nothing found so far`;

/** A command's own part: given the context, it prints and sets the status. */
type Action = (context: Context) => Promise<void>;

/** The parser. Each action is put into `chosen`, and run by `main`. */
function parser(choose: (action: Action) => void): Command {
  const program = new Command('ioeventfd-check');
  program
    .description(
      "QEMU's memory_region_add_eventfd contract, executable: compares dispatchers with it, and explains what they do.",
    )
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      `${names}
${statuses}

Examples:
  $ ioeventfd-check check                                is impl what the model says?
  $ ioeventfd-check check model@contract model@tcg       where does QEMU differ from its contract?
  $ ioeventfd-check explain scenario.json --on model@kvm  what happens, and why?
  $ ioeventfd-check help check                           more about a command`,
    );
  addCheck(program, choose);
  addExplore(program, choose);
  addMutants(program, choose);
  addMerge(program, choose);
  addReplay(program, choose);
  addRun(program, choose);
  addExplain(program, choose);
  return program;
}

function addCheck(program: Command, choose: (action: Action) => void): void {
  program
    .command('check')
    .summary('compare two dispatchers on saved and random scenarios')
    .description(
      'Compares two dispatchers: first on the saved regressions, then on random scenarios, each on both sides, effect by effect. A difference is shrunk and saved; then shorter scenarios that show one are looked for, in half a second or a few, and the shortest is saved and printed. A run in which too little happened (a coverage point below its minimum) fails as well.',
    )
    .argument('[A]', 'what is expected', 'model')
    .argument('[B]', 'what is compared with it', 'impl')
    .option('--runs <n>', 'random scenarios to run (default: 30000)', wholeNumber(1, 1_000_000_000))
    .option('--time <s>', 'run for so many seconds instead', seconds)
    .option('--seed <n>', 'run the same scenarios again (default: a new seed)', wholeNumber(0, 0xffff_ffff))
    .addOption(
      new Option('--profile <name>', 'scenarios of one profile (default: all three in turn)').choices([
        'contract',
        'tcg',
        'kvm',
      ]),
    )
    .option('--save <dir>', 'where a difference is saved', 'findings')
    .option('--regressions <path>', 'scenarios to run first, a file or a directory; may be repeated', several)
    .option('--workers <n>', 'threads to use (default: one a core)', wholeNumber(1, 1024))
    .option('--shard <i/n>', 'run only the i-th of n parts; see merge', shard)
    .option('--json', 'print the report as one line of JSON')
    .addHelpText(
      'after',
      `
The regressions that come with this package always run first; those of --regressions follow. What --save wrote is not
among them unless it is named: the same seed and the same options always print the same, timings aside, whatever the
number of workers.
Ctrl-C ends a run with a report of what was done so far.
${names}
${statuses}

Examples:
  $ ioeventfd-check check
  $ ioeventfd-check check --time 60 --profile kvm
  $ ioeventfd-check check model@contract model@tcg --save differences
  $ ioeventfd-check check --seed 42 --runs 1000 --json
  $ ioeventfd-check check --seed 42 --runs 9000000 --shard 2/3 --json > report-2.json
  $ ioeventfd-check check --regressions findings`,
    )
    .action((a: string, b: string, options) =>
      choose(async (context) => (await import('./commands/check.ts')).runCheck(a, b, options, context)),
    );
}

function addExplore(program: Command, choose: (action: Action) => void): void {
  program
    .command('explore')
    .summary('compare two dispatchers on every scenario of a small scope')
    .description(
      'Compares two dispatchers on all scenarios, of any length, that can be made of the operations of a scope: breadth first over pairs of their states, until no new pair comes up. A difference comes with its shortest scenario, by construction.',
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
    .option('--no-symmetry', 'explore scenarios that differ in the names of notifiers only, too')
    .option('--save <dir>', 'where a difference is saved', 'findings')
    .option('--json', 'print the report as one line of JSON')
    .addHelpText(
      'after',
      `
Scopes: tiny (a second), default (under a minute), overlap, alias, transaction, kernel-bus, large (up to half an hour), and
those that docs/how-it-finds.md lists. Ctrl-C ends a run with a report of how far it got.
${names}
${statuses}

Examples:
  $ ioeventfd-check explore
  $ ioeventfd-check explore --scope kernel-bus
  $ ioeventfd-check explore model@contract model@tcg --scope tiny
  $ ioeventfd-check explore model impl --scope ./my-scope.json --memory 8192`,
    )
    .action((a: string, b: string, options) =>
      choose(async (context) => (await import('./commands/explore.ts')).runExplore(a, b, options, context)),
    );
}

function addMutants(program: Command, choose: (action: Action) => void): void {
  program
    .command('mutants')
    .summary('how soon each seeded bug is found, and by what')
    .description(
      'The matrix of the seeded bugs: dispatchers with one mistake each, against the named scenarios, random testing and exploration. For each: how many scenarios until it is found, how long the shrunk scenario is, and the shortest that there is, proven by exploration. One that survives random testing is a failure. A canary and the dispatcher that is not broken are in it too: the one must be found, the other must not.',
    )
    .argument('[name...]', 'the mutants to try (default: all)')
    .option('--seeds <n>', 'random testing with so many seeds, from 1', wholeNumber(1, 1000), 20)
    .option('--runs <n>', 'most random scenarios for each seed', wholeNumber(1, 1_000_000), 2000)
    .option('--no-explore', 'leave exploration out')
    .option('--workers <n>', 'threads to use (default: one a core)', wholeNumber(1, 1024))
    .option('--list', 'print the mutants and their stories, and try none')
    .option('--json', 'print the matrix as one line of JSON')
    .addHelpText(
      'after',
      `${statuses}

Examples:
  $ ioeventfd-check mutants --list
  $ ioeventfd-check mutants
  $ ioeventfd-check mutants deletion-ignores-data --seeds 50
  $ ioeventfd-check check model mutant:deletion-ignores-data`,
    )
    .action((names: string[], options) =>
      choose(async (context) => {
        const { listMutants, runMutants } = await import('./commands/mutants.ts');
        await (options.list ? listMutants(context) : runMutants(names, options, context));
      }),
    );
}

function addMerge(program: Command, choose: (action: Action) => void): void {
  program
    .command('merge')
    .summary('join the reports of the shards of one check')
    .description(
      'Joins the JSON reports of check --shard 1/N to N/N into one verdict: the coverage is those of all shards together. A shard that is missing, or was made with other options, is bad input.',
    )
    .argument('<report...>', 'what check --json printed, a file each')
    .option('--json', 'print the joint report as one line of JSON')
    .addHelpText(
      'after',
      `${statuses}

Examples:
  $ ioeventfd-check merge report-*.json
  $ ioeventfd-check merge report-1.json report-2.json report-3.json --json`,
    )
    .action((files: string[], options) =>
      choose(async (context) => (await import('./commands/merge.ts')).runMerge(files, options, context)),
    );
}

function addReplay(program: Command, choose: (action: Action) => void): void {
  program
    .command('replay')
    .summary('run saved scenarios again, on both sides')
    .description(
      'Runs saved scenarios on a pair of dispatchers and says of each whether they agree, how they differ, or which expectation of the file is not met. The pair is the one that the file names (found.dispatchers), else model and impl. A finding of a property is tried on that property again.',
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .option('--on <A,B>', 'the pair to run them on')
    .option('--json', 'print a line of JSON for each scenario')
    .addHelpText(
      'after',
      `${names}
${statuses}

Examples:
  $ ioeventfd-check replay findings/*.json
  $ ioeventfd-check replay scenario.json --on model@contract,model@kvm
  $ ioeventfd-check replay - --json < scenarios.jsonl`,
    )
    .action((files: string[], options) =>
      choose(async (context) => (await import('./commands/replay.ts')).runReplay(files, options, context)),
    );
}

function addRun(program: Command, choose: (action: Action) => void): void {
  program
    .command('run')
    .summary('print the effects of scenarios on one dispatcher')
    .description(
      "Prints the effects of every operation on one dispatcher, host changes included, under the scenario's own profile unless the name says another. Files of any length are read and answered line by line.",
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .requiredOption('--on <name>', 'the dispatcher', 'model')
    .option('--json', 'print a line for each scenario, {"title": ..., "effects": [[...], ...]}')
    .addHelpText(
      'after',
      `${names}
${statuses}

Examples:
  $ ioeventfd-check run scenario.json --on impl
  $ ioeventfd-check run scenarios.jsonl --on model@tcg --json > effects.jsonl`,
    )
    .action((files: string[], options) =>
      choose(async (context) => (await import('./commands/run.ts')).runRun(files, options, context)),
    );
}

function addExplain(program: Command, choose: (action: Action) => void): void {
  program
    .command('explain')
    .summary("draw a scenario's memory map and each write's way through it")
    .description(
      "Explains a scenario in plain text, fit for a mail: what each call does and what the host is told; the memory map, drawn where a write sees it changed and at the end; each write's way, access by access, with the words it was compared with and the clauses that decide.",
    )
    .argument('<file...>', 'scenarios, JSON or JSON Lines; - for standard input')
    .option(
      '--on <name>',
      'also show where this dispatcher differs; model@PROFILE picks the profile',
      'model',
    )
    .option('--every-step', 'draw the map after each operation that changes it')
    .addHelpText(
      'after',
      `${names}
${statuses}

Examples:
  $ ioeventfd-check explain scenario.json
  $ ioeventfd-check explain scenario.json --on model@kvm --every-step
  $ ioeventfd-check explain findings/*.json --on impl | less -R`,
    )
    .action((files: string[], options) =>
      choose(async (context) => (await import('./commands/explain.ts')).runExplain(files, options, context)),
    );
}

/** Parses, runs the command that was chosen, and gives the exit status. */
async function main(): Promise<number> {
  const chosen: Action[] = [];
  try {
    await parser((action) => chosen.push(action)).parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help was asked for and printed, or the version.
    if (error.exitCode === 0) return 0;
    return complainOfUsage(error);
  }
  const [action] = chosen;
  return action === undefined ? 0 : (await import('./run-action.ts')).runAction(action);
}

/** Usage errors are one line, and end with status 2. */
function complainOfUsage(error: CommanderError): number {
  const which = 'which command? check, explore, mutants, merge, replay, run or explain';
  const said =
    error.code === 'commander.help' ? which : error.message.replace(/^error: /, '').replace(/\.$/, '');
  const line = said.trim().replace(/\s*\n\s*/g, ' ');
  process.stderr.write(`ioeventfd-check: ${line}; see ioeventfd-check --help\n`);
  return 2;
}

// Whatever is still open, such as standard input, is not waited for: output is complete.
process.exit(await main());
