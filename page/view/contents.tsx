/** What a page with several scenarios or with tables begins with. */
import { useState } from 'preact/hooks';
import type { Cell, ScenarioData, TableData } from '../document/page-data.ts';
import { data } from '../state.ts';
import { theme, toggleTheme } from '../theme.ts';
import { titleText } from './texts.ts';

export function Contents() {
  const { title, tables = [], scenarios } = data.value;
  return (
    <>
      <header>
        <div class="title">
          <h1>{titleText(title)}</h1>
        </div>
        <div class="buttons">
          <button type="button" onClick={toggleTheme}>
            {theme.value === 'dark' ? 'light' : 'dark'}
          </button>
        </div>
      </header>
      <main class="contents">
        {tables.map((table) => (
          <DataTable key={table.title} table={table} />
        ))}
        <Scenarios all={scenarios} />
      </main>
    </>
  );
}

function Scenarios({ all }: { readonly all: readonly ScenarioData[] }) {
  const [text, setText] = useState('');
  const grouped = all.filter(({ group }) => group !== undefined);
  if (grouped.length === 0) return null;
  const isFound = (entry: ScenarioData) =>
    `${entry.group} ${entry.id} ${titleOf(entry)}`.toLowerCase().includes(text.toLowerCase());
  const found = grouped.filter(isFound);
  const groups = [...new Set(found.map(({ group }) => group))];
  return (
    <section aria-label="scenarios">
      <label>
        {'Search the scenarios '}
        <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <output>{` ${found.length} of ${grouped.length}`}</output>
      {groups.map((group) => (
        <section key={group} class="group">
          <h2>{group}</h2>
          <ul>
            {found
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <li key={entry.id}>
                  <a href={`#${encodeURIComponent(entry.id)}`}>{titleText(titleOf(entry))}</a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function titleOf({ scenario, source }: ScenarioData): string {
  const title =
    typeof scenario === 'object' && scenario !== null && 'title' in scenario ? scenario['title'] : undefined;
  return typeof title === 'string' && title !== '' ? title : source;
}

/** A table that sorts by a column and is filtered by a text. */
function DataTable({ table }: { readonly table: TableData }) {
  const [text, setText] = useState('');
  const [order, setOrder] = useState<{ readonly column: number; readonly isDown: boolean } | undefined>(
    undefined,
  );
  const wanted = text.toLowerCase();
  const rows = table.rows.filter((row) => row.some((cell) => textOf(cell).toLowerCase().includes(wanted)));
  const sorted =
    order === undefined
      ? rows
      : rows.toSorted((a, b) => compare(a[order.column], b[order.column]) * (order.isDown ? -1 : 1));
  const sortBy = (column: number) => setOrder({ column, isDown: order?.column === column && !order.isDown });
  return (
    <section class="data" aria-label={table.title}>
      <h2>{table.title}</h2>
      {table.note !== undefined && <p>{table.note}</p>}
      <label>
        {'Filter '}
        <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <output>{` ${rows.length} of ${table.rows.length}`}</output>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scrolls" tabIndex={0} aria-label={`table: ${table.title}`}>
        <table>
          <thead>
            <tr>
              {table.columns.map((name, column) => (
                <th
                  key={name}
                  scope="col"
                  aria-sort={order?.column !== column ? 'none' : order.isDown ? 'descending' : 'ascending'}
                >
                  <button type="button" onClick={() => sortBy(column)}>
                    {name}
                    <span aria-hidden="true">
                      {order?.column !== column ? ' ↕' : order.isDown ? ' ↓' : ' ↑'}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column} class={typeof cell === 'number' ? 'number' : ''}>
                    {typeof cell === 'object' ? (
                      <a href={`#${encodeURIComponent(cell.open)}`}>{titleText(cell.text)}</a>
                    ) : (
                      titleText(String(cell))
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : String(cell ?? '');
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return textOf(a).localeCompare(textOf(b), 'en', { numeric: true });
}
