/** The registered words, each beside its text. */
import { hex } from '../../../cli/text/layout.ts';
import { matchText } from '../../../cli/text/operation.ts';
import { printable } from '../../../format/errors.ts';
import { mostTexts, wordSpan } from '../../map/drawing.ts';
import { lineHeight } from '../../map/scale.ts';
import type { Word } from '../../map/words.ts';
import { middleCut } from '../texts.ts';
import type { Part } from './columns.ts';

export function Words({ drawing, columns }: Part) {
  const groups = [...drawing.wordsAt.values()];
  return (
    <g class="words">
      {groups.map((group) => (
        <WordGroup
          key={String(group[0]?.ioeventfd.address)}
          group={group}
          drawing={drawing}
          columns={columns}
        />
      ))}
    </g>
  );
}

/** The words that begin at one address; of many, those that the write or the step is about come first. */
function WordGroup({ group, drawing, columns }: Part & { readonly group: readonly Word[] }) {
  const { scale, changed, stops } = drawing;
  const rank = (word: Word) => (word.verdict === 'matches' ? 0 : changed.has(word.key) ? 1 : 2);
  const shown =
    group.length <= mostTexts ? group : group.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostTexts);
  const [first] = group;
  if (first === undefined) return null;
  const [address] = wordSpan(first.ioeventfd);
  const above = columns.isNarrow
    ? 0
    : stops.filter(({ start }) => start === address).reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  const y = scale.y(address);
  const textY = (index: number) => y + 12 + (above + index) * lineHeight;
  return (
    <g>
      {shown.map((word, index) => (
        <WordMark
          key={word.key}
          word={word}
          index={index}
          textY={textY(index)}
          drawing={drawing}
          columns={columns}
        />
      ))}
      {group.length > shown.length && (
        <text class="more" x={columns.texts} y={textY(shown.length)}>
          {columns.isNarrow
            ? `+${group.length - shown.length}`
            : `and ${group.length - shown.length} more, in the table`}
        </text>
      )}
    </g>
  );
}

type WordMarkProps = Part & { readonly word: Word; readonly index: number; readonly textY: number };

function WordMark({ word, index, textY, drawing, columns }: WordMarkProps) {
  const { scale, changed } = drawing;
  const [start, end] = wordSpan(word.ioeventfd);
  const y = scale.y(start);
  const x = columns.words + Math.min(index, 3) * 12;
  const names = ['word', `is-${word.state.replace(' ', '-')}`];
  if (changed.has(word.key)) names.push('changed');
  if (word.verdict === 'matches') names.push('matches');
  const text = wordText(word);
  return (
    <g class={names.join(' ')}>
      <title>{`${word.region}, at ${hex(word.ioeventfd.address)}: ${text}`}</title>
      <rect x={x + 1} y={y + 1} width="9" height={Math.max(scale.y(end) - y - 2, 3)} rx="2" />
      <text x={columns.texts} y={textY}>
        {columns.isNarrow ? symbolOf(word) : middleCut(`${symbolOf(word)} ${text}`, columns.most)}
      </text>
    </g>
  );
}

/** A sign for the state, so that it does not take colour to tell. */
export function symbolOf({ state, verdict }: Pick<Word, 'state' | 'verdict'>): string {
  if (verdict === 'matches') return '▶';
  switch (state) {
    case 'told':
      return '●';
    case 'dead':
      return '✝';
    case 'refused':
      return '✕';
    case 'lost':
      return '−';
    case 'waits':
      return '…';
    case 'not told':
      return '○';
    case 'hidden':
      return '◌';
  }
}

function wordText({ ioeventfd, text, state, verdict }: Word): string {
  const { size, data, notifier } = ioeventfd;
  const why =
    verdict === undefined
      ? state === 'told'
        ? ''
        : `: ${text}`
      : verdict === 'matches'
        ? ': matches'
        : `: no, ${verdict}`;
  return `${matchText(size, data)} → ${printable(notifier)}${why}`;
}
