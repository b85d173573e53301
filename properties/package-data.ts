/** Data of this package: they lie with the sources, wherever the program was compiled to. */

/** A folder of `properties/`, by its path there; with a slash at its end. */
export function dataFolder(path: string): URL {
  const sources = /\/dist\/(properties|command)\//.test(import.meta.url) ? '../../properties/' : './';
  return new URL(sources + path, import.meta.url);
}
