/** What the drawing shows, as tables: for screen readers, for searching, and for what has no room in the drawing. */
import type { ComponentChildren } from 'preact';
import { hex, plural } from '../../../cli/text/layout.ts';
import { matchText } from '../../../cli/text/operation.ts';
import { printable } from '../../../format/errors.ts';
import type { Ioeventfd } from '../../../model/ioeventfd/ioeventfd.ts';
import type { State } from '../../../model/reference/state.ts';
import { owners } from '../../../model/trace/standing.ts';
import type { Space } from '../../../model/vocabulary/vocabulary.ts';
import type { Drawing } from '../../map/drawing.ts';
import type { Box } from '../../map/places.ts';
import type { Word } from '../../map/words.ts';
import { symbolOf } from './words.tsx';

/** More rows than this are not in a table: the drawing follows the step. */
const mostRows = 200;

export function MapTables({ drawing }: { readonly drawing: Drawing }) {
  const { boxes, words, space, stops } = drawing;
  return (
    <>
      <Words words={words} changed={drawing.changed} space={space} />
      {stops.length > 0 && (
        <Table
          caption={'The write on its path'}
          names={['piece', 'addresses', 'answered by', 'what came of it']}
        >
          {stops.map((stop) => (
            <tr key={stop.number}>
              <td>{stop.number}</td>
              <td class="code">{`${hex(stop.start)} to ${hex(stop.end)}`}</td>
              <td class="code">{stop.by}</td>
              <td>{stop.outcomes.join('; ') || 'nothing'}</td>
            </tr>
          ))}
        </Table>
      )}
      <details>
        <summary>{`The regions of ${space} as a table`}</summary>
        <Table
          caption={`Regions of ${space}, in the order of addresses`}
          names={['region', 'kind', 'addresses', 'priority', 'visible']}
        >
          {boxes.slice(0, mostRows).map((box) => (
            <BoxRow key={box.key} box={box} />
          ))}
        </Table>
      </details>
    </>
  );
}

type TableProps = {
  readonly caption: string;
  readonly names: readonly string[];
  readonly children: ComponentChildren;
};

/** A table that scrolls by itself where it is too wide. */
function Table({ caption, names, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scrolls" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function BoxRow({ box }: { readonly box: Box }) {
  const { place, visible, isLeaf } = box;
  const { region } = place;
  const kind =
    region.kind === 'alias' ? `alias of ${region.target} from ${hex(region.targetOffset)}` : region.kind;
  const seen = visible.map(({ start, end }) => `${hex(start)} to ${hex(end)}`).join(', ');
  return (
    <tr>
      <th scope="row">{region.id + (place.via.length > 0 ? ` via ${place.via.join(', ')}` : '')}</th>
      <td>{kind}</td>
      <td class="code">{`${hex(place.start)} to ${hex(place.end)}`}</td>
      <td>{region.priority}</td>
      <td class="code">{!isLeaf ? 'shows what is in it' : visible.length === 0 ? 'hidden' : seen}</td>
    </tr>
  );
}

function Words({
  words,
  changed,
  space,
}: {
  readonly words: readonly Word[];
  readonly changed: ReadonlySet<string>;
  readonly space: Space;
}) {
  if (words.length === 0) return null;
  const table = (
    <Table
      caption={`Registered words in ${space}`}
      names={['address', 'matches', 'notifier', 'region', 'state', 'this write']}
    >
      {words.slice(0, mostRows).map((word) => (
        <tr
          key={word.key}
          class={`is-${word.state.replace(' ', '-')}${changed.has(word.key) ? ' changed' : ''}`}
        >
          <th scope="row" class="code">
            {hex(word.ioeventfd.address)}
          </th>
          <td>{matchText(word.ioeventfd.size, word.ioeventfd.data)}</td>
          <td class="code">{printable(word.ioeventfd.notifier)}</td>
          <td class="code">{word.region}</td>
          <td>
            <span aria-hidden="true">{symbolOf({ state: word.state, verdict: undefined })}</span> {word.text}
          </td>
          <td>
            {word.verdict === undefined ? '' : word.verdict === 'matches' ? 'matches' : `no, ${word.verdict}`}
          </td>
        </tr>
      ))}
    </Table>
  );
  const left = words.length - mostRows;
  return (
    <details open={words.length <= 12}>
      <summary>{`${plural(words.length, 'word')} of ${space}, as a table`}</summary>
      {table}
      {left > 0 && <p>{`and ${left} more words`}</p>}
    </details>
  );
}

type HostListProps = { readonly before: State; readonly after: State; readonly drawing: Drawing };

/** Longer lists of the host have what is near the step only. */
const longHost = 120;

/** What the host holds, in its order; what the step added and took is marked. */
export function HostList({ before, after, drawing }: HostListProps) {
  const { space } = drawing;
  const { held } = after.host[space];
  const was = before.host[space].held;
  const [now, then] =
    before.host === after.host ? [undefined, undefined] : [new Set(held.map(keyOf)), new Set(was.map(keyOf))];
  const taken = now === undefined ? [] : was.filter((one) => !now.has(keyOf(one)));
  if (held.length === 0 && taken.length === 0) return null;
  const isNew = (one: Ioeventfd) => then !== undefined && !then.has(keyOf(one));
  const [lowest, highest] = [drawing.boxes[0]?.place.start ?? 0n, drawing.boxes.at(-1)?.place.end ?? 0n];
  const isNear = ({ address }: Ioeventfd) => lowest <= address && address < highest;
  const shown =
    held.length <= longHost ? held : held.filter((one) => isNew(one) || isNear(one)).slice(0, longHost);
  const ownersOf = held.length > longHost ? undefined : owners(after, space);
  const name =
    after.decisions.host === 'kernel'
      ? `The kernel's ${space} bus, in its order`
      : `What the host holds of ${space}`;
  return (
    <>
      <Table caption={name} names={['address', 'matches', 'notifier', 'registered by', 'step']}>
        {shown.map((one, index) => (
          <HostRow
            key={index}
            one={one}
            by={ownersOf?.(one).map(({ region }) => region)}
            mark={isNew(one) ? 'added' : ''}
          />
        ))}
        {taken.map((one, index) => (
          <HostRow key={`taken ${index}`} one={one} by={undefined} mark="dropped" />
        ))}
      </Table>
      {shown.length < held.length && (
        <p class="note">{`and ${held.length - shown.length} more, at addresses that are not drawn`}</p>
      )}
    </>
  );
}

type HostRowProps = {
  readonly one: Ioeventfd;
  /** Nothing where that is not known. */
  readonly by: readonly string[] | undefined;
  readonly mark: string;
};

function HostRow({ one, by, mark }: HostRowProps) {
  const owner =
    by === undefined ? '' : by.length > 0 ? [...new Set(by)].join(', ') : 'no visible registration';
  return (
    <tr class={mark === '' ? '' : `changed ${mark}`}>
      <th scope="row" class="code">
        {hex(one.address)}
      </th>
      <td>{matchText(one.size, one.data)}</td>
      <td class="code">{printable(one.notifier)}</td>
      <td class="code">{owner}</td>
      <td>{mark}</td>
    </tr>
  );
}

function keyOf({ address, size, data, notifier }: Ioeventfd): string {
  return `${address} ${size} ${data} ${notifier}`;
}
