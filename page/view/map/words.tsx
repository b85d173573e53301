/** The registered words, each beside its text, and the host's list beside them. */
import { hex } from '../../../cli/text/layout.ts';
import { matchText } from '../../../cli/text/operation.ts';
import { printable } from '../../../format/errors.ts';
import { wordSpan } from '../../map/drawing.ts';
import { type HostEntry, type HostState, hostStateText } from '../../map/host.ts';
import type { RowGroup } from '../../map/rows.ts';
import { lineHeight } from '../../map/scale.ts';
import type { Word } from '../../map/words.ts';
import { middleCut } from '../texts.ts';
import type { Part } from './columns.ts';

export function Words({ drawing, columns }: Part) {
  return (
    <g class="words">
      {drawing.groups.map((group) => (
        <Group key={String(group.address)} group={group} drawing={drawing} columns={columns} />
      ))}
    </g>
  );
}

/** What is registered at one address. */
function Group({ group, drawing, columns }: Part & { readonly group: RowGroup }) {
  const { scale, stops } = drawing;
  const address = group.address < 0n ? 0n : group.address;
  const above = columns.isNarrow
    ? 0
    : stops.filter(({ start }) => start === address).reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  const y = scale.y(address);
  const textY = (index: number) => y + 12 + (above + index) * lineHeight;
  return (
    <g>
      {group.rows.map(({ word, host }, index) => {
        const common = { index, textY: textY(index), drawing, columns };
        return (
          <g key={word?.key ?? host?.key}>
            {word !== undefined && <WordMark word={word} host={host} {...common} />}
            {host !== undefined && <HostMark host={host} word={word} {...common} />}
          </g>
        );
      })}
      {group.left > 0 && (
        <text class="more" x={columns.texts} y={textY(group.rows.length)}>
          {columns.isNarrow ? `+${group.left}` : `and ${group.left} more, in the table`}
        </text>
      )}
    </g>
  );
}

type MarkProps = Part & { readonly index: number; readonly textY: number };

/** A bar as long as the word is. */
function Bar({
  of,
  x,
  drawing,
}: { readonly of: Word | HostEntry; readonly x: number } & Omit<Part, 'columns'>) {
  const [start, end] = wordSpan(of.ioeventfd);
  const y = drawing.scale.y(start);
  return <rect x={x + 1} y={y + 1} width="9" height={Math.max(drawing.scale.y(end) - y - 2, 3)} rx="2" />;
}

type WordMarkProps = MarkProps & { readonly word: Word; readonly host: HostEntry | undefined };

function WordMark({ word, host, index, textY, drawing, columns }: WordMarkProps) {
  const names = ['word', `is-${word.state.replace(' ', '-')}`];
  if (drawing.changed.has(word.key)) names.push('changed');
  if (word.verdict === 'matches') names.push('matches');
  const text = fitting(word, host, columns.most);
  return (
    <g class={names.join(' ')}>
      <title>{`${word.region}, at ${hex(word.ioeventfd.address)}: ${wordText(word, undefined)}`}</title>
      <Bar of={word} x={columns.words + Math.min(index, 3) * 12} drawing={drawing} />
      <text x={columns.texts} y={textY}>
        {columns.isNarrow ? symbolOf(word) : text}
      </text>
    </g>
  );
}

type HostMarkProps = MarkProps & { readonly host: HostEntry; readonly word: Word | undefined };

/** What the host makes of it, in the word's line. */
function HostMark({ host, word, index, textY, drawing, columns }: HostMarkProps) {
  const { size, data, notifier, address } = host.ioeventfd;
  const names = ['host', `is-${host.state}`];
  if (host.isChanged) names.push('changed');
  // Beside its word, the notifier is enough to know it by.
  const what = word === undefined ? `${matched(host)} → ${printable(notifier)}` : printable(notifier);
  const text = `${hostSign(host)} ${what}${shortState(host)}`;
  return (
    <g class={names.join(' ')}>
      <title>{`host, at ${hex(address)}: ${matchText(size, data)} → ${printable(notifier)}, ${hostStateText(host)}`}</title>
      <Bar of={host} x={columns.host + Math.min(index, 3) * 12} drawing={drawing} />
      <text x={columns.hostTexts} y={textY}>
        {columns.isNarrow ? hostSign(host) : middleCut(text, columns.hostMost)}
      </text>
    </g>
  );
}

const hostSigns: Readonly<Record<HostState, string>> = {
  held: '●',
  dead: '✝',
  left: '●',
  refused: '✕',
  lost: '−',
  taken: '−',
};

/** A sign for the state; before what the step added, a plus. */
export function hostSign({ state, isChanged }: Pick<HostEntry, 'state' | 'isChanged'>): string {
  return `${isChanged && state !== 'taken' ? '+' : ''}${hostSigns[state]}`;
}

function shortState({ state, reason }: HostEntry): string {
  switch (state) {
    case 'held':
      return '';
    case 'dead':
      return ', dead';
    case 'left':
      return ', not visible';
    case 'refused':
      return reason === undefined || reason === 'refused' ? '' : `: ${reason}`;
    case 'lost':
      return ', deleted';
    case 'taken':
      return '';
  }
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

/** The text beside a word. Where there is no room for the notifier, and the host's entry beside has it, it is left out. */
function fitting(word: Word, host: HostEntry | undefined, most: number): string {
  const whole = `${symbolOf(word)} ${wordText(word, host)}`;
  if (whole.length <= most || host === undefined) return middleCut(whole, most);
  return middleCut(`${symbolOf(word)} ${matched(word)}${whyText(word, host)}`, most);
}

/** What it matches and signals; then what the write made of it, or its state, unless the host's list says it beside. */
function wordText(word: Word, host: HostEntry | undefined): string {
  return `${matched(word)} → ${printable(word.ioeventfd.notifier)}${whyText(word, host)}`;
}

function matched({ ioeventfd: { size, data } }: Pick<Word, 'ioeventfd'>): string {
  const bytes = size === 0 ? 'any size' : size === 1 ? '1 byte' : `${size} bytes`;
  return data === undefined ? bytes : `${bytes} = ${hex(data)}`;
}

function whyText({ state, text, verdict }: Word, host: HostEntry | undefined): string {
  if (verdict === 'matches') return ': matches';
  if (verdict !== undefined) return `: ${verdict}`;
  return state === 'told' || host !== undefined ? '' : `: ${shortWordState(state, text)}`;
}

/** What is in the table in more words. */
function shortWordState(state: Word['state'], text: string): string {
  switch (state) {
    case 'hidden':
    case 'dead':
    case 'not told':
      return state;
    case 'waits':
      return 'not committed';
    case 'lost':
      return 'deleted';
    case 'told':
    case 'refused':
      return text.replace(/^host (refused) it/, '$1');
  }
}
