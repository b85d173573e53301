/** Values of options: what is accepted, and what is said of what is not. */
import { InvalidArgumentError, Option } from 'commander';
import { profileNames } from '../../../model/vocabulary/profiles.ts';
import type { ShardOption } from '../../io/shard.ts';

/** A parser for whole numbers of a range. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
  };
}

/** Seconds, with a fraction if need be. */
export function seconds(text: string): number {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a number of seconds above 0, such as 30 or 0.5.');
}

/** Collects an option that may be given several times. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `--shard`, of the commands that can run in parts. */
export function shardOption(): Option {
  const what = 'run only the i-th of n parts, or the one that the CI system says (auto, auto/n); see merge';
  return new Option('--shard <i/n>', what).argParser(shard);
}

/** A part of a run: I/N, as vitest and Playwright have it. */
export function shard(text: string): ShardOption {
  const [isAuto, of] = /^auto(?:\/([1-9]\d{0,5}))?$/.exec(text) ?? [];
  if (isAuto !== undefined) return { index: 'auto', count: of === undefined ? undefined : Number(of) };
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new InvalidArgumentError('Expected I/N, the I-th of N parts, such as 1/4, or auto.');
}

/** `--profile`, of the commands that generate scenarios. */
export function profileOption(): Option {
  const profile = new Option('--profile <name>', 'scenarios of one profile (default: all of them in turn)');
  return profile.choices(profileNames);
}

/** `--reporter`, of the commands whose result CI systems show. */
export function reporterOption(): Option {
  const reporter = new Option(
    '--reporter <name>',
    'print the report for people, as JUnit XML, or for GitHub Actions',
  );
  return reporter.choices(['text', 'junit', 'github']).default('text').conflicts('json');
}

/** `--limit-time`, of the commands that run scenarios on any dispatcher. */
export function limitTimeOption(): Option {
  const what = 'processor time for one scenario; one that takes longer is ended, a difference (default: 10)';
  return new Option('--limit-time <s>', what).argParser(seconds);
}

/** `--limit-memory`, likewise. */
export function limitMemoryOption(): Option {
  const what = 'memory for a process; a scenario that takes more is ended, a difference (default: 1024)';
  return new Option('--limit-memory <mib>', what).argParser(wholeNumber(64, 1 << 20));
}

/** `--qemu`, of the commands that take `qemu` as a dispatcher. */
export function qemuOption(): Option {
  return new Option(
    '--qemu <path>',
    'the QEMU that the name qemu stands for, arguments after it (default: qemu-system-x86_64)',
  );
}

/** `--html`, of the commands whose report can be a page. */
export function htmlOption(): Option {
  return new Option('--html <dir>', 'also write the report as a page, index.html in this directory');
}

/** `--quiet`, of the commands that succeed or find something. */
export function quietOption(): Option {
  return new Option('-q, --quiet', 'print nothing where all is well');
}

/** `--seed`, of the commands that generate scenarios. */
export function seedOption(): Option {
  const seed = new Option('--seed <n>', 'the same scenarios again (default: a new seed)');
  return seed.argParser(wholeNumber(0, 0xffff_ffff));
}
