/** The operations as sentences: a list to step through and to search. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { operationText } from '../../cli/text/operation.ts';
import { printable } from '../../format/errors.ts';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import type { Surrounding } from '../document/page-data.ts';
import { piecesOf } from '../spare.ts';
import { differences, goTo, opened, operations, past, sought, spare, step, version } from '../state.ts';
import { useSize } from './size.ts';

/** Longer lists have rows of one height, and only those that are seen are made. */
const longList = 300;
const rowHeight = 26;

export function Operations() {
  const all = version.value.scenario.operations;
  return (
    <>
      <search>
        <Search />
      </search>
      {all.length === 0 ? (
        <p>This scenario has no operations.</p>
      ) : all.length > longList ? (
        <LongList />
      ) : (
        <ShortList />
      )}
      <SpareNote />
    </>
  );
}

function Search() {
  const found = matches();
  const next = (by: number) => {
    const later =
      by > 0 ? found.find((index) => index > step.value) : found.findLast((index) => index < step.value);
    const target = later ?? (by > 0 ? found[0] : found.at(-1));
    if (target !== undefined) goTo(target);
  };
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        next(1);
      }}
    >
      <input
        id="search"
        type="search"
        aria-label="Search the operations"
        placeholder="search ( / )"
        value={sought.value}
        onInput={(event) => {
          sought.value = event.currentTarget.value;
        }}
      />
      <button
        type="button"
        aria-label="previous that is found"
        disabled={found.length === 0}
        onClick={() => next(-1)}
      >
        ↑
      </button>
      <button type="submit" aria-label="next that is found" disabled={found.length === 0}>
        ↓
      </button>
      <output>{sought.value === '' ? '' : `${found.length} found`}</output>
    </form>
  );
}

function matches(): readonly number[] {
  const text = sought.value.trim().toLowerCase();
  if (text === '') return [];
  return operations().flatMap((operation, index) =>
    operationText(operation).toLowerCase().includes(text) ? [index] : [],
  );
}

function ShortList() {
  const list = useRef<HTMLDivElement>(null);
  const current = step.value;
  useLayoutEffect(() => {
    const box = list.current;
    const row = box?.children[current];
    if (box === null || !(row instanceof HTMLElement)) return;
    const above = row.offsetTop - box.scrollTop;
    if (above < 0 || above + row.offsetHeight > box.clientHeight)
      box.scrollTop = row.offsetTop - box.clientHeight / 3;
  }, [current]);
  return (
    <div {...listProps(current)} ref={list} class="operations">
      {operations().map((operation, index) => (
        <Row key={index} operation={operation} index={index} />
      ))}
    </div>
  );
}

function LongList() {
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(0);
  const current = step.value;
  useSize(list, ({ clientHeight }) => setHeight(clientHeight));
  // To ask the box itself at each step would lay out the whole page, which the step has just changed: a quarter of a step's time.
  useLayoutEffect(() => {
    const box = list.current;
    if (box === null || height === 0) return;
    const at = current * rowHeight;
    if (at < top || at + rowHeight > top + height) {
      box.scrollTop = Math.max(0, at - height / 3);
      setTop(box.scrollTop);
    }
  }, [current, height]);
  const all = operations();
  const first = Math.max(0, Math.floor(top / rowHeight) - 10);
  const shown = all.slice(first, first + 50);
  return (
    <div
      {...listProps(current)}
      ref={list}
      class="operations long"
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div role="presentation" style={{ height: `${first * rowHeight}px` }} />
      {shown.map((operation, index) => (
        <Row key={first + index} operation={operation} index={first + index} />
      ))}
      <div
        role="presentation"
        style={{ height: `${Math.max(0, all.length - first - shown.length) * rowHeight}px` }}
      />
    </div>
  );
}

function listProps(current: number) {
  return {
    role: 'listbox',
    tabIndex: 0,
    'aria-label': 'Operations',
    'aria-activedescendant': `operation-${current}`,
  } as const;
}

function Row({ operation, index }: { readonly operation: Operation; readonly index: number }) {
  const isCurrent = step.value === index;
  const differs = differences.value.includes(index);
  const isFirst = differences.value[0] === index;
  const isSpare = spare.value?.operations.includes(index) === true;
  const free = spare.value?.fields[String(index)] ?? [];
  const optional = spare.value?.optional[String(index)] ?? [];
  const text = operationText(operation);
  const names = ['operation', operation.op === 'write' ? 'write' : ''];
  if (isSpare) names.push('spare');
  if (sought.value.trim() !== '' && text.toLowerCase().includes(sought.value.trim().toLowerCase()))
    names.push('found');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list as a whole is stepped through by keys
    <div
      id={`operation-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      aria-posinset={index + 1}
      aria-setsize={operations().length}
      class={names.filter(Boolean).join(' ')}
      title={isSpare ? 'can be left out: the verdict stays' : undefined}
      onClick={() => goTo(index)}
    >
      <span class="index">{index}</span>
      <span class="text">
        {piecesOf(operation, [...new Set([...free, ...optional])]).map(({ text: part, field }, at) =>
          field === undefined ? (
            part
          ) : (
            <span key={at} class="free" title={freedom(field, free, optional)}>
              {part}
            </span>
          ),
        )}
      </span>
      {differs && <span class="differs">{isFirst ? 'first difference' : 'differs'}</span>}
      {isSpare && <span class="hidden">, can be left out</span>}
    </div>
  );
}

/** In which way a value does not matter. */
function freedom(field: string, free: readonly string[], optional: readonly string[]): string {
  const ways = [
    free.includes(field) ? 'another value does as well' : '',
    optional.includes(field) ? 'it can be left out' : '',
  ];
  return `${field}: ${ways.filter(Boolean).join(', and ')}`;
}

/** What of guest and host does not matter. */
function surroundingsText(names: readonly Surrounding[]): string {
  const texts: Record<Surrounding, string> = {
    'byte order': 'the byte order of the guest can be the other one',
    limit: 'the host can be without its limit',
    refuse: 'the host can be without its refusals',
  };
  const [first = '', ...others] = names.map((name) => texts[name]);
  return `${first.charAt(0).toUpperCase()}${[first.slice(1), ...others].join('; ')}.`;
}

/** What is dimmed, and for which verdict; or why nothing is. */
function SpareNote() {
  const known = spare.value;
  const why = past.value.length === 0 ? opened.value?.notTried : undefined;
  if (known === undefined) {
    return why === undefined ? null : (
      <p class="note">{`What does not matter was not looked for: ${printable(why)}.`}</p>
    );
  }
  const count = known.operations.length;
  const hasFree = [known.fields, known.optional].some((fields) => Object.keys(fields).length > 0);
  return (
    <p class="note">
      {`What counts here: ${printable(known.verdict)}. `}
      {count === 0
        ? 'No operation can be left out. '
        : `${count} of ${operations().length} operations are dimmed: all of them can be left out together. `}
      {hasFree && (
        <>
          <span class="free">A value in this style</span> can be another one, or be left out.{' '}
        </>
      )}
      {known.surroundings.length > 0 && `${surroundingsText(known.surroundings)} `}
      {known.bound !== undefined && `Not everything was tried: ${printable(known.bound)}.`}
    </p>
  );
}
