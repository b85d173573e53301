/** Histories made shorter, within their scope: operations are left out, and nothing else is changed. */

/** The most histories that are tried. */
const mostTries = 4000;

/**
 * What is left of a history when no operation of it can be left out. The last one stays.
 *
 * @param holds whether a shorter history still shows what the given one shows
 */
export function shortened(
  history: readonly number[],
  holds: (history: readonly number[]) => boolean,
): readonly number[] {
  let shortest = history;
  let tries = 0;
  for (let length = history.length >> 1; length > 0; length = length > 1 ? length >> 1 : 0) {
    let isShorter = true;
    while (isShorter) {
      isShorter = false;
      for (let from = 0; from + length < shortest.length && tries < mostTries; tries++) {
        const rest = [...shortest.slice(0, from), ...shortest.slice(from + length)];
        if (holds(rest)) {
          shortest = rest;
          isShorter = true;
        } else from += length;
      }
    }
  }
  return shortest;
}
