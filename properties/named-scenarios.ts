/** The named scenarios of this package: one or more for each clause, whose id begins the file's name. */
import { readdirSync, readFileSync } from 'node:fs';
import { readScenario } from '../format/read.ts';
import { type ClauseId, isClauseId } from '../model/clauses/catalogue.ts';
import type { Scenario } from '../model/vocabulary/vocabulary.ts';
import { dataFolder } from './package-data.ts';

export type NamedScenario = {
  /** The file's name in `properties/scenarios/`. */
  readonly file: string;
  /** Undefined for what was recorded on a running system, and stands for no clause alone. */
  readonly clause: ClauseId | undefined;
  readonly scenario: Scenario;
};

/** All of them, by name. */
export function namedScenarios(): readonly NamedScenario[] {
  const folder = dataFolder('scenarios/');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const id = file.slice(0, file.indexOf('-')).toUpperCase();
      const scenario = readScenario(readFileSync(new URL(file, folder), 'utf8'), file);
      return { file, clause: isClauseId(id) ? id : undefined, scenario };
    });
}
