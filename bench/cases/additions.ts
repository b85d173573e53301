/** Registering N words of one device, one commit each, with the host told of every one. */
import { OptimizedMemory } from '../../impl/index.ts';
import { FullRender } from '../baselines/full-render.ts';
import { type Costs, interleave, type Variant } from '../rounds.ts';
import { barAddress, doorbellData, doorbellOffset } from '../writes.ts';

class CountingHost {
  count = 0;

  added(): void {
    this.count++;
  }

  deleted(): void {
    this.count++;
  }

  refused(): void {
    throw new Error('the host refuses nothing here');
  }
}

/** Costs of an addition: `dispatcher N` for each N, the mean over all additions from the first to the Nth. */
export function additions(sizes: readonly number[], rounds: number): Costs {
  const most = Math.max(...sizes);
  return interleave(
    sizes.map((size) => ({ name: `dispatcher ${size}`, count: most, run: () => addAll(size, most / size) })),
    rounds,
    2,
  );
}

/**
 * Costs of an addition of the dispatcher and of baseline (c), at N registrations. Of (c), commits are sampled where an
 * eighth, three, five and seven eighths of N are registered: their mean is that of all commits.
 */
export function additionsAgainstRender(size: number, samples: number, rounds: number): Costs {
  const fills = [1, 3, 5, 7].map((eighths) => (size / 8) * eighths);
  const prepared = fills.map((fill) => {
    const map = new FullRender();
    const device = map.map(barAddress, 256);
    for (let i = 0; i < fill; i++) map.add(device, doorbellOffset, 4, doorbellData(i), i);
    map.commit(true);
    return { map, device, fill };
  });
  const variants: Variant[] = [
    { name: 'dispatcher', count: size, run: () => addAll(size, 1) },
    {
      name: 'full render',
      count: samples * prepared.length,
      run(round) {
        for (const { map, device, fill } of prepared) {
          for (let i = 0; i < samples; i++) {
            const next = fill + round * samples + i;
            map.add(device, doorbellOffset, 4, doorbellData(next), next);
            map.commit(false);
          }
        }
        return prepared[0]!.map.told;
      },
    },
  ];
  return interleave(variants, rounds, 2);
}

function addAll(size: number, times: number): number {
  const host = new CountingHost();
  for (let time = 0; time < times; time++) {
    const memory = new OptimizedMemory({}, host);
    const device = memory.createIo('bar', 256n);
    memory.map(device, memory.roots[0], BigInt(barAddress));
    for (let i = 0; i < size; i++) {
      memory.addEventfd(device, BigInt(doorbellOffset), 4, BigInt(doorbellData(i)), i);
    }
  }
  if (host.count !== size * times) throw new Error(`${host.count} words told`);
  return host.count;
}
