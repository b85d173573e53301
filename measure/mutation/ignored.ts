/** Which mutants are not made: those that `check` cannot be asked to find, whatever it generates. */

/** What the mutation tool shows of a place in the syntax tree. */
type SyntaxPath = {
  readonly node?: {
    readonly type: string;
    readonly id?: { readonly name?: string } | null;
    readonly key?: { readonly name?: string };
    readonly callee?: { readonly name?: string };
  };
};

/**
 * - What is thrown, inside of a dispatcher, says that the program has a bug. Its wording is no effect.
 * - What `must` asserts is true in a dispatcher that is right, whatever it says otherwise.
 * - `validate` looks at a structure and changes nothing. One that overlooks something is found by tests that break the structure,
 *   and never by a dispatcher that is right.
 */
export const ignorer = {
  shouldIgnore(path: object): string | undefined {
    const { node } = path as SyntaxPath;
    switch (node?.type) {
      case 'ThrowStatement':
        return 'the wording of an error';
      case 'CallExpression':
        return node.callee?.name === 'must' ? 'an assertion' : undefined;
      case 'ClassMethod':
      case 'FunctionDeclaration':
        return /^validate/.test(node.key?.name ?? node.id?.name ?? '') ? 'a check of a structure' : undefined;
      default:
        return undefined;
    }
  },
};
