/** For the tests: modules of a user, whose dispatcher is wrong. */
import type { TestCommand } from './command.ts';

/** Writes a module whose dispatcher does this instead of an operation; gives its name. */
export function doing(command: TestCommand, name: string, statement: string): string {
  const session = `{ apply: (operation) => { ${statement} }, fingerprint: () => '' }`;
  return `./${command.write(`${name}.mjs`, `export default { name: 'x', open: () => (${session}) };`)}`;
}
