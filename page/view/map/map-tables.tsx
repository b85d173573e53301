/** What the drawing shows, as tables: for screen readers, for searching, and for what has no room in the drawing. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { hex, plural } from '../../../cli/text/layout.ts';
import { matchText } from '../../../cli/text/operation.ts';
import { printable } from '../../../format/errors.ts';
import type { State } from '../../../model/reference/state.ts';
import type { Space } from '../../../model/vocabulary/vocabulary.ts';
import type { Drawing } from '../../map/drawing.ts';
import { type HostEntry, hostStateText } from '../../map/host.ts';
import type { Box } from '../../map/places.ts';
import type { Word } from '../../map/words.ts';
import { hostSign, symbolOf } from './words.tsx';

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
              <td class="code name">{stop.by}</td>
              <td>{stop.outcomes.join('; ') || 'nothing'}</td>
            </tr>
          ))}
        </Table>
      )}
      <Fold summary={`The regions of ${space} as a table`}>
        <Table
          caption={`Regions of ${space}, in the order of addresses`}
          names={['region', 'kind', 'addresses', 'priority', 'visible']}
        >
          {boxes.slice(0, mostRows).map((box) => (
            <BoxRow key={box.key} box={box} />
          ))}
        </Table>
      </Fold>
    </>
  );
}

type FoldProps = {
  readonly summary: string;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
};

/** What can be unfolded; made only once it is, since a table of many rows takes time at each step. */
function Fold({ summary, isOpen = false, children }: FoldProps) {
  const [chosen, setChosen] = useState<boolean | undefined>(undefined);
  const open = chosen ?? isOpen;
  return (
    <details
      open={open}
      onToggle={({ currentTarget }) => {
        // Also told where it is made open: that is no choice.
        if (currentTarget.open !== open) setChosen(currentTarget.open);
      }}
    >
      <summary>{summary}</summary>
      {open && children}
    </details>
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
      <th scope="row" class="name">
        {region.id + (place.via.length > 0 ? ` via ${place.via.join(', ')}` : '')}
      </th>
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
  const isLookedAt = words.some(({ verdict }) => verdict !== undefined);
  const table = (
    <Table
      caption={`Registered words in ${space}`}
      names={['address', 'matches', 'notifier', 'region', 'state', ...(isLookedAt ? ['this write'] : [])]}
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
          <td class="code name">{printable(word.ioeventfd.notifier)}</td>
          <td class="code name">{word.region}</td>
          <td class="state">
            <span aria-hidden="true">{symbolOf({ state: word.state, verdict: undefined })}</span> {word.text}
          </td>
          {isLookedAt && (
            <td>
              {word.verdict === undefined
                ? ''
                : word.verdict === 'matches'
                  ? 'matches'
                  : `no, ${word.verdict}`}
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
  const left = words.length - mostRows;
  return (
    <Fold summary={`${plural(words.length, 'word')} of ${space}, as a table`} isOpen={words.length <= 12}>
      {table}
      {left > 0 && <p>{`and ${left} more words`}</p>}
    </Fold>
  );
}

/** Longer lists of the host have what is near the step only, and so many rows. */
const longHost = 120;
const shortHost = 40;

type HostListProps = { readonly after: State; readonly drawing: Drawing };

/** What the host was told: what it holds, in its order, what it refused, and what the step changed of it. */
export function HostList({ after, drawing }: HostListProps) {
  const { space, host } = drawing;
  if (host.length === 0) return null;
  const shown = host.length <= longHost ? host : firstOf(host);
  const hasChanges = host.some(({ isChanged }) => isChanged);
  const elsewhere = after.host[space].held.length - host.filter(isHeld).length;
  const name =
    after.decisions.host === 'kernel'
      ? `The kernel's ${space} bus, in its order, and what it refused`
      : `What the host was told of ${space}`;
  return (
    <>
      <Table
        caption={name}
        names={[
          '',
          'address',
          'matches',
          'notifier',
          'registered in',
          'state',
          ...(hasChanges ? ['this step'] : []),
        ]}
      >
        {shown.map((entry) => (
          <HostRow key={entry.key} entry={entry} hasChanges={hasChanges} />
        ))}
      </Table>
      {shown.length < host.length && <p class="note">{`and ${host.length - shown.length} more`}</p>}
      {elsewhere > 0 && <p class="note">{`and ${elsewhere} more, at addresses that are not drawn`}</p>}
    </>
  );
}

/** Of a long list, what the step changed comes first. */
function firstOf(host: readonly HostEntry[]): readonly HostEntry[] {
  const changed = host.filter(({ isChanged }) => isChanged);
  return [...changed, ...host.filter(({ isChanged }) => !isChanged)].slice(0, shortHost);
}

function isHeld({ state }: HostEntry): boolean {
  return state === 'held' || state === 'dead' || state === 'left';
}

type HostRowProps = { readonly entry: HostEntry; readonly hasChanges: boolean };

function HostRow({ entry, hasChanges }: HostRowProps) {
  const { ioeventfd, state, isChanged, regions } = entry;
  const by =
    regions === undefined ? '' : regions.length > 0 ? [...new Set(regions)].join(', ') : 'nothing visible';
  const mark = !isChanged ? '' : state === 'taken' ? 'deleted' : state === 'refused' ? 'refused' : 'added';
  const names = [isChanged ? 'changed' : '', state === 'taken' ? 'dropped' : '', `is-${state}`];
  return (
    <tr class={names.filter(Boolean).join(' ')}>
      <td aria-hidden="true">{hostSign({ state, isChanged: false })}</td>
      <th scope="row" class="code">
        {hex(ioeventfd.address)}
      </th>
      <td>{matchText(ioeventfd.size, ioeventfd.data)}</td>
      <td class="code name">{printable(ioeventfd.notifier)}</td>
      <td class="code name">{state === 'taken' ? '' : by}</td>
      <td class="state">{hostStateText(entry)}</td>
      {hasChanges && <td>{mark}</td>}
    </tr>
  );
}
