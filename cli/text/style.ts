/** How text is emphasised: with colours on a terminal, not at all elsewhere. */
import picocolors from 'picocolors';

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
  const { bold, dim, green, red, cyan } = picocolors.createColors(colours);
  return { bold, dim, good: green, bad: red, mark: cyan };
}

/** No emphasis at all. */
export const plain: Style = styleOf();

/**
 * Whether to print colours: `NO_COLOR` says no, `FORCE_COLOR` (other than `0`) says yes, else a terminal does. (The
 * default of picocolors is not used: it also says yes where `CI` is set, which is no terminal.)
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
