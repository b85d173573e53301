/** Whether reports are those of all shards of one run. */
import { InputError, printable } from '../../format/errors.ts';
import type { Shard } from '../../properties/engine/batch-plan.ts';

/** What every report has. `source`: where it stands. */
type OfShard = { readonly source: string; readonly shard: Shard | null };

/**
 * The first of the reports, where all of them are of one run, and there is one for each shard.
 *
 * @param fields which are the same in all reports of a run
 * @throws InputError where one does not belong to the others, or is missing
 */
export function requireOneRun<Report extends OfShard>(
  reports: readonly Report[],
  fields: readonly (keyof Report & string)[],
): Report {
  const [first] = reports;
  if (first === undefined) throw new InputError('no reports');
  for (const report of reports) requireSameRun(first, report, fields);
  requireEachShard(reports, first.shard?.count ?? 1);
  return first;
}

/** The shards of one run have everything in common but their index. */
function requireSameRun<Report extends OfShard>(
  first: Report,
  other: Report,
  fields: readonly (keyof Report & string)[],
): void {
  if (other.shard === null) {
    throw new InputError(
      `${printable(other.source)}: shard: this run had no --shard, there is nothing to join`,
    );
  }
  for (const field of fields) {
    const [mine, theirs] = [JSON.stringify(first[field]), JSON.stringify(other[field])];
    if (mine === theirs) continue;
    throw new InputError(
      `${printable(other.source)}: ${field}: ${printable(theirs)}, but ${printable(first.source)} has ${printable(mine)}: not the same run`,
    );
  }
  if (other.shard.count !== first.shard?.count) {
    throw new InputError(
      `${printable(other.source)}: shard: of ${other.shard.count}, but ${printable(first.source)} is of ${first.shard?.count}`,
    );
  }
}

/** How many missing shards are named in a message. */
const mostNamed = 10;

function requireEachShard(reports: readonly OfShard[], shards: number): void {
  const sources = new Map<number, string>();
  for (const { shard, source } of reports) {
    const twin = sources.get(shard?.index ?? 0);
    if (twin !== undefined) {
      throw new InputError(
        `${printable(source)}: shard ${shard?.index} again: ${printable(twin)} is the same`,
      );
    }
    if (shard !== null && shard.index > shards) {
      throw new InputError(`${printable(source)}: shard: ${shard.index} of ${shards}`);
    }
    sources.set(shard?.index ?? 0, source);
  }
  if (sources.size === shards) return;
  const missing: number[] = [];
  for (let index = 1; missing.length < mostNamed && index <= shards; index++) {
    if (!sources.has(index)) missing.push(index);
  }
  const others = shards - sources.size - missing.length;
  const rest = others > 0 ? ` and ${others} more` : '';
  throw new InputError(`of ${shards} shards, missing: ${missing.join(', ')}${rest}`);
}
