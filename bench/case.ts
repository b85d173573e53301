/**
 * One case in a process of its own: `node --expose-gc case.js CASE QUICK` prints what was measured as a line of JSON.
 *
 * A process each, because compiled code remembers what it has seen: after a miss the code for hits is another. Inside a
 * process the variants that are compared run in turn, so each ratio is of one process, one machine, and one moment.
 */
import { additions, additionsAgainstRender } from './cases/additions.ts';
import { checkSpeed, startUp } from './cases/commands.ts';
import { exploreSpeed, findingAgainstPlain, sharesOfCheck } from './cases/finding.ts';
import { hits } from './cases/hits.ts';
import { memoryOf } from './cases/memory.ts';
import { misses } from './cases/misses.ts';
import { moves } from './cases/moves.ts';
import { partsOfCheck } from './cases/parts.ts';
import { pipe } from './cases/pipe.ts';
import { regions } from './cases/regions.ts';
import { scavenges } from './cases/scavenges.ts';
import { waiting } from './cases/waiting.ts';
import { scaling } from './cases/workers.ts';
import type { Costs } from './rounds.ts';

/** What a case measures; `share` is 1, or less for a quick look. */
type Case = (share: number) => Costs | Promise<Costs>;

const million = 1 << 20;
const rounds = (share: number, full: number) => Math.ceil(full * share);

/** Every case by its name. */
const cases: Readonly<Record<string, Case>> = {
  'hits 1': (share) => hits(1, true, rounds(share, 400)),
  'hits 32': (share) => hits(32, true, rounds(share, 400)),
  'hits 64': (share) => hits(64, true, rounds(share, 400)),
  'hits 4096': (share) => hits(4096, true, rounds(share, 400)),
  'hits 65536': (share) => hits(65536, false, rounds(share, 800)),
  'hits 1048576': (share) => hits(million, false, rounds(share, 600)),
  'waiting 64': (share) => waiting(64, rounds(share, 400)),
  'waiting 1048576': (share) => waiting(million, rounds(share, 400)),
  'misses 64': (share) => misses(64, rounds(share, 600)),
  'misses 4096': (share) => misses(4096, rounds(share, 600)),
  regions: (share) => regions(rounds(share, 600)),
  additions: (share) => additions([1024, 65536], rounds(share, 9)),
  'additions 4096': (share) => additionsAgainstRender(4096, 20, rounds(share, 15)),
  'additions 65536': (share) => additionsAgainstRender(65536, 4, rounds(share, 9)),
  moves: (share) => moves(rounds(share, 100)),
  scavenges: () => scavenges(10_000_000),
  memory: (share) => ({
    'one address': memoryOf(million, 'one address'),
    'own addresses': memoryOf(million, 'own addresses'),
    ...(share === 1 ? { shuffled: memoryOf(million, 'shuffled') } : {}),
  }),
  'start-up': (share) => startUp(rounds(share, 15)),
  finding: (share) => findingAgainstPlain(share),
  parts: (share) => partsOfCheck(rounds(share, 60)),
  shares: (share) => sharesOfCheck(rounds(share, 60)),
  workers: (share) => {
    const warmRun = { warmUp: Math.max(6 * share, 1), measured: 8 * share };
    return scaling(Math.ceil(30_000 * share), warmRun, share === 1 ? 2 : 1);
  },
  pipe: (share) => pipe(rounds(share, 3000), rounds(share, 5)),
  explore: () => exploreSpeed('transaction'),
  check: (share) => ({ 'operations per second': checkSpeed(Math.ceil(30_000 * share)) }),
};

const [, , name = '', share = '1'] = process.argv;
const chosen = cases[name];
if (chosen === undefined)
  throw new Error(`no case is called ${name}: there are ${Object.keys(cases).join(', ')}`);
process.stdout.write(`${JSON.stringify(await chosen(Number(share)))}\n`);
