/** `caller [NAME|FILE...]`: is a device prepared to handle failure? */

import { InputError } from '../../format/errors.ts';
import { type AnyCaller, mistakenCallers, qemuCallers } from '../../model/callers/index.ts';
import type { ByteOrder, Profile } from '../../model/vocabulary/vocabulary.ts';
import { checkCaller } from '../../properties/callers/check-caller.ts';
import type { CallerReport } from '../../properties/callers/explore.ts';
import { loadCaller } from '../../properties/callers/load-caller.ts';
import { violationFinding } from '../../properties/callers/violation-finding.ts';
import type { Context } from '../context.ts';
import { exitStatus } from '../errors.ts';
import { requireDirectory, saveFinding } from '../io/findings.ts';
import { requirePageDirectory } from '../io/page-directory.ts';
import { callerJson, renderCaller, renderCallerList } from '../text/caller-report.ts';
import type { SavedFinding } from '../text/finding-report.ts';
import { grouped } from '../text/layout.ts';

export type CallerOptions = {
  readonly list?: true;
  readonly profile?: Profile;
  readonly target?: ByteOrder;
  readonly states: number;
  readonly runs: number;
  readonly seed?: number;
  readonly save: string;
  readonly json?: true;
  readonly quiet?: true;
  /** The directory of a page. */
  readonly html?: string;
};

export async function runCaller(
  references: readonly string[],
  options: CallerOptions,
  context: Context,
): Promise<void> {
  const { output, style } = context;
  if (options.list) {
    if (references.length > 0) throw new InputError('--list takes no callers');
    await output.lines(renderCallerList(qemuCallers, mistakenCallers, style));
    return;
  }
  requireDirectory(options.save);
  requirePageDirectory(options.html);
  const callers: AnyCaller[] = [];
  for (const reference of references) callers.push(await loadCaller(reference));
  const { seed = Math.floor(Math.random() * 2 ** 32) } = options;
  const reports: CallerReport[] = [];
  for (const caller of callers.length === 0 ? qemuCallers : callers) {
    const report = await reportOn(caller, seed, options, context);
    if (context.interrupt.aborted && report.explored.length === 0) break;
    if (report.violations.length > 0) context.status = exitStatus.difference;
    const saved = report.violations.map((violation) => save(report, violation, options.save, context));
    if (options.json) await output.lines([callerJson(report, saved, seed)]);
    else if (!options.quiet || report.violations.length > 0) {
      await output.lines([...renderCaller(report, saved, style), '']);
    }
    reports.push(report);
    if (context.interrupt.aborted) break;
  }
  if (options.html !== undefined) {
    const { callerPage, writeReport } = await import('../show/index.ts');
    await writeReport(options.html, callerPage(reports, context.interrupt.aborted), options, context);
  }
}

async function reportOn(
  caller: AnyCaller,
  seed: number,
  { profile, target, states, runs, quiet, json }: CallerOptions,
  context: Context,
): Promise<CallerReport> {
  const progress = context.progress(caller.name, quiet || json);
  return checkCaller(caller, {
    ...(profile !== undefined && { profiles: [profile] }),
    ...(target !== undefined && { targets: [target] }),
    mostStates: states,
    runs,
    seed,
    abort: context.interrupt,
    onProgress: (explored) => {
      const where = `${explored.profile}, ${explored.target}-endian`;
      progress.show(
        `${caller.name}: ${where}, ${grouped(explored.states)} states, histories of ${explored.depth} moves`,
      );
    },
  }).finally(() => progress.stop());
}

function save(
  { caller }: CallerReport,
  violation: CallerReport['violations'][number],
  directory: string,
  { surroundings }: Context,
): SavedFinding {
  return saveFinding(violationFinding(violation, caller), directory, ['model', 'impl'], surroundings.program);
}
