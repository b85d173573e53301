/** Writes `docs/playground.html` under the current directory, the package's root. */
import { writeFileSync } from 'node:fs';
import { playgroundEntries, playgroundPage, withTrials } from './playground.ts';

writeFileSync('docs/playground.html', playgroundPage(await withTrials(playgroundEntries())));
