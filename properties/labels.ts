/** What happened in a history, as labels; and the least share of histories that each must reach. */

export type LabelShare = {
  readonly label: string;
  readonly histories: number;
  /** Of all histories, 0 to 1. */
  readonly share: number;
  /** The least share, 0 to 1; a run below it fails. */
  readonly minimum: number;
  readonly reached: boolean;
};
