/** What `replay` found out: a test case for each scenario. */
import { printable } from '../../format/errors.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import type { Replay } from '../replay/replay.ts';
import { renderReplay } from '../text/replay-report.ts';
import { plain } from '../text/style.ts';
import { failure, placeOf, type TestCase, type TestSuite } from './test-case.ts';

/** All cases are held until the report is printed: of more failures than this, only the headline. */
const mostDetailed = 1000;

/** Collects the cases of one run. */
export class ReplayCases {
  readonly #cases: TestCase[] = [];
  readonly #started = performance.now();
  #failed = 0;

  add(source: string, scenario: Scenario, result: Replay): void {
    const title = scenario.title ? `: ${scenario.title}` : '';
    const one: TestCase = { name: `${source}${title}`, ...placeOf(source) };
    if (result.verdict === 'agree') {
      this.#cases.push(one);
      return;
    }
    if (result.unsupported !== undefined) {
      const message = `not supported: ${printable(result.unsupported)}`;
      this.#cases.push({ ...one, problem: { kind: 'skipped', message, details: [] } });
      return;
    }
    const [a, b] = result.sides;
    const message =
      result.verdict === 'unmet' ? 'an expectation is not met' : `${a.name} and ${b.name} differ`;
    const isDetailed = this.#failed++ < mostDetailed;
    const details = isDetailed ? renderReplay(source, scenario, result, plain) : [];
    this.#cases.push({ ...one, problem: failure(message, details) });
  }

  /** The cases so far. `reason` says why the run came to an end before all scenarios were replayed, if it did. */
  suite(reason: string | undefined): TestSuite {
    return {
      command: 'replay',
      subject: 'saved scenarios',
      cases: reason === undefined ? this.#cases : [...this.#cases, endedEarly(reason)],
      milliseconds: performance.now() - this.#started,
    };
  }
}

function endedEarly(reason: string): TestCase {
  const problem = { kind: 'error', message: printable(reason), details: [] } as const;
  return { name: 'all scenarios are replayed', problem };
}
