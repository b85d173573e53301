/** Moving one BAR with 64 registrations: alone in the map, and among 1,000 BARs with 64,000. */
import { OptimizedMemory } from '../../impl/index.ts';
import { FullRender } from '../baselines/full-render.ts';
import { nobody } from '../doorbell.ts';
import { type Costs, interleave } from '../rounds.ts';
import { barAddress } from '../writes.ts';

const registrations = 64;
const distance = 0x1000;
const perRound = 32;
/** Of baseline (c), whose commits are slow. */
const rendersPerRound = 2;

/** Costs of a move: `alone`, `among 1000`, and of baseline (c) among 1,000, `full render`. */
export function moves(rounds: number): Costs {
  const variants = [1, 1000].map((bars) => {
    const { memory, moved } = memoryOf(bars);
    const run = () => {
      for (let i = 0; i < perRound; i++) memory.move(moved, i % 2 === 0 ? 0x10000n : 0x20000n);
      return perRound;
    };
    return { name: bars === 1 ? 'alone' : `among ${bars}`, count: perRound, run };
  });
  const map = new FullRender();
  const devices = Array.from({ length: 1000 }, (_, i) =>
    map.map(i === 0 ? 0x10000 : barAddress - i * distance, 256),
  );
  for (const device of devices) for (let j = 0; j < registrations; j++) map.add(device, j * 4, 4, j, j);
  const [first] = devices;
  const run = () => {
    for (let i = 0; i < rendersPerRound; i++) {
      if (first !== undefined) first.base = i % 2 === 0 ? 0x20000 : 0x10000;
      map.commit(true);
    }
    return map.told;
  };
  return interleave([...variants, { name: 'full render', count: rendersPerRound, run }], rounds);
}

function memoryOf(bars: number) {
  const memory = new OptimizedMemory({}, nobody);
  memory.begin();
  const all = Array.from({ length: bars }, (_, i) => {
    const bar = memory.createIo(`bar${i}`, 256n);
    memory.map(bar, memory.roots[0], i === 0 ? 0x10000n : BigInt(barAddress - i * distance));
    for (let j = 0; j < registrations; j++) memory.addEventfd(bar, BigInt(j * 4), 4, BigInt(j), j);
    return bar;
  });
  memory.commit();
  const [moved] = all;
  if (moved === undefined) throw new Error('no bars');
  return { memory, moved };
}
