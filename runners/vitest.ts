/** `ioeventfd-check/vitest`: the tests of a dispatcher as tests of vitest, and `expect(dispatcher).toAgreeWith('model@kvm')`. */
import { describe, expect, it } from 'vitest';
import type { Dispatcher } from '../model/vocabulary/vocabulary.ts';
import { type AgreementOptions, agreement } from './agreement.ts';
import { checkDispatcher } from './check-dispatcher.ts';
import type { DispatcherOptions } from './options.ts';

export { default as fc } from 'fast-check';
export type { AgreementOptions } from './agreement.ts';
export { DispatcherTestError } from './failure-text.ts';
export type { DispatcherOptions } from './options.ts';

export type DescribeDispatcherOptions = DispatcherOptions & {
  /** Milliseconds that one test may take; two minutes if left out. */
  readonly timeout?: number;
};

/**
 * A test for each profile on random scenarios, for each property, for each named scenario, and for each regression; see
 * `checkDispatcher`.
 *
 * @param name what the tests are listed under
 * @param dispatcher the dispatcher, one of this package's names, or the path of a module whose default export is one
 * @throws InputError where an option is wrong, or a saved scenario cannot be read
 */
export function describeDispatcher(
  name: string,
  dispatcher: Dispatcher | string,
  { timeout = 120_000, ...options }: DescribeDispatcherOptions = {},
): void {
  const tests = checkDispatcher(dispatcher, options);
  const groups = new Set(tests.map(({ group }) => group));
  describe(name, () => {
    for (const group of groups) {
      describe(group, () => {
        for (const { name: title, skip, run } of tests.filter((test) => test.group === group)) {
          if (skip === undefined) it(title, { timeout }, run);
          else it.skip(`${title} (${skip})`, run);
        }
      });
    }
  });
}

expect.extend({
  /** Fails where the two differ on a random scenario, and shows the shortest that was found. */
  toAgreeWith(received: Dispatcher | string, expected: Dispatcher | string, options: AgreementOptions = {}) {
    const { pass, message } = agreement(expected, received, options);
    return { pass, message: () => message };
  },
});

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: a declaration that is merged has the type parameters of the other one
  interface Matchers<T = any> {
    /**
     * Whether the dispatcher gives the same effects as another one on random scenarios.
     *
     * @param expected a dispatcher, or one of this package's names, such as `model@kvm`
     */
    toAgreeWith(expected: Dispatcher | string, options?: AgreementOptions): T;
  }
}
