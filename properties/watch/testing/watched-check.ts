/** For the tests: `check` as it is built, which starts processes, and dispatchers that misbehave in them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, inject } from 'vitest';
import type { CheckOptions } from '../../engine/options.ts';
import type { CheckReport } from '../../engine/report.ts';

const dist = join(inject('builtPackage'), 'dist');

/** What never ends is ended soon. */
export const limits = { seconds: 1, mebibytes: 300 };

/** A module of the built package. */
export function built<Module>(file: string): Promise<Module> {
  return import(pathToFileURL(join(dist, file)).href);
}

export async function check(options: CheckOptions): Promise<CheckReport> {
  return (await built<typeof import('../../engine/check.ts')>('properties/engine/check.js')).check(options);
}

/** A report but for how long it took, and on how many workers. */
export const withoutTime = (report: CheckReport) => ({ ...report, milliseconds: 0, workers: 0 });

/** Gives a function that writes modules, into a directory that lasts as long as the test file. */
export function misbehavingModules() {
  const directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-watch-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  /** A module of a dispatcher that does as the model does, but something else at the end of a transaction. */
  return (name: string, statement: string): string => {
    const model = pathToFileURL(join(dist, 'model/index.js')).href;
    const path = join(directory, `${name}.mjs`);
    writeFileSync(
      path,
      `import { modelDispatcher } from ${JSON.stringify(model)};
export default {
  name: 'misbehaving',
  open(header) {
    const session = modelDispatcher.open(header);
    return { apply(operation) { if (operation.op === 'commit') { ${statement} } return session.apply(operation); } };
  },
};`,
    );
    return path;
  };
}
