/** Joining reports of whichever command that can run in parts. */
import { InputError, printable } from '../../format/errors.ts';
import { conformFormat } from '../conform/conform-report.ts';
import { exploreFormat } from '../text/explore-report.ts';
import { matrixFormat } from '../text/matrix-report.ts';
import { joinChecks } from './check.ts';
import { joinConformance } from './conform.ts';
import { joinExplorations } from './explore.ts';
import type { Joined } from './joined.ts';
import { joinMatrices } from './mutants.ts';
import { decodeReport } from './report.ts';
import type { ReportText } from './report-text.ts';

/**
 * One verdict of the reports of all shards of a run.
 *
 * @param program as it is called, for commands
 * @throws InputError in one line where one is no report, does not belong to the others, or is missing
 */
export function joined(texts: readonly ReportText[], program: string): Joined {
  const [first] = texts;
  if (first === undefined) throw new InputError('no reports');
  const format = formatOf(first);
  const joiners: Readonly<Record<string, () => Joined>> = {
    [exploreFormat]: () => joinExplorations(texts, program),
    [conformFormat]: () => joinConformance(texts, program),
    [matrixFormat]: () => joinMatrices(texts),
  };
  const join = joiners[format];
  if (join === undefined) return joinChecks(texts.map(decodeReport), program);
  const other = texts.find((text) => formatOf(text) !== format);
  if (other === undefined) return join();
  throw new InputError(
    `${printable(other.source)}: format: ${printable(formatOf(other))}, but ${printable(first.source)} has ${format}: not the same run`,
  );
}

function formatOf({ document }: ReportText): string {
  const { format } = (typeof document === 'object' && document !== null ? document : {}) as {
    format?: unknown;
  };
  return typeof format === 'string' ? format : '';
}
