/** How text is emphasised: with colours on a terminal, not at all elsewhere. */
import { styleText } from 'node:util';

type Paint = (text: string) => string;

/** The emphases that reports use. Widths are counted before an emphasis is put on. */
export type Style = {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly mark: Paint;
};

/** A style with colours or, the default, without. */
export function styleOf(colours = false): Style {
  const paint =
    (format: 'bold' | 'dim' | 'green' | 'red' | 'cyan'): Paint =>
    (text) =>
      // Whether to colour at all is decided here, not by the stream.
      colours ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    mark: paint('cyan'),
  };
}

/** No emphasis at all. */
export const plain: Style = styleOf();

/**
 * Whether to print colours: `NO_COLOR` says no, `FORCE_COLOR` (other than `0`) says yes, else a terminal does. `CI` says
 * nothing: it is no terminal.
 */
export function wantsColours(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const {
    NO_COLOR: no,
    FORCE_COLOR: force,
    TERM: terminal,
  } = environment as Record<string, string | undefined>;
  if (no) return false;
  if (force) return force !== '0' && force !== 'false';
  return isTerminal && terminal !== 'dumb';
}
