/** Changing the operation that is shown. What one types goes through the format's own reader; its errors stand at the field. */
import { useEffect, useState } from 'preact/hooks';
import { requireBounds } from '../../format/bounds.ts';
import { decodeScenario } from '../../format/decode.ts';
import { FormatError } from '../../format/errors.ts';
import { type Json, operationToJson, scenarioToJson } from '../../format/write.ts';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import { change, endChange, goTo, operations, step, version } from '../state.ts';

type Fields = { readonly [name: string]: Json };
type Problem = { readonly field: string; readonly text: string };

const limits = ['valid', 'impl'];
const eventfd = ['region', 'offset', 'size', 'data', 'notifier'];
const toggled = ['region'];

/** The fields that an operation can have, in the order of the format. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  'create io': ['region', 'size', 'endianness', ...limits],
  'create ram': ['region', 'size'],
  'create container': ['region', 'size'],
  'create alias': ['region', 'size', 'target', 'targetOffset'],
  map: ['region', 'container', 'offset', 'priority'],
  unmap: toggled,
  enable: toggled,
  disable: toggled,
  move: ['region', 'offset'],
  resize: ['region', 'size'],
  retarget: ['region', 'targetOffset'],
  'add-eventfd': eventfd,
  'del-eventfd': eventfd,
  write: ['space', 'address', 'size', 'data', 'bytes'],
};

const io = { region: 'r', kind: 'io', size: '0x10' };
const registered = { region: 'r', offset: '0x0', size: 4, notifier: 'n' };

/** What an operation of another kind begins with. */
const beginnings: Readonly<Record<string, Fields>> = {
  'create io': { op: 'create', ...io },
  'create ram': { op: 'create', ...io, kind: 'ram' },
  'create container': { op: 'create', ...io, kind: 'container' },
  'create alias': { op: 'create', ...io, kind: 'alias', target: 'r' },
  map: { op: 'map', region: 'r', container: 'memory', offset: '0x0' },
  unmap: { op: 'unmap', region: 'r' },
  enable: { op: 'enable', region: 'r' },
  disable: { op: 'disable', region: 'r' },
  move: { op: 'move', region: 'r', offset: '0x0' },
  resize: { op: 'resize', region: 'r', size: '0x10' },
  retarget: { op: 'retarget', region: 'r', targetOffset: '0x0' },
  'add-eventfd': { op: 'add-eventfd', ...registered },
  'del-eventfd': { op: 'del-eventfd', ...registered },
  begin: { op: 'begin' },
  commit: { op: 'commit' },
  write: { op: 'write', space: 'memory', address: '0x0', size: 4, data: '0x0' },
};

/** What means the same in operations of all kinds. */
const shared = ['region', 'container', 'offset', 'target', 'targetOffset', 'notifier'];

function kindOf(operation: Operation): string {
  return operation.op === 'create' ? `create ${operation.kind}` : operation.op;
}

/** The operation as one of another kind, with the values that it can keep. */
function asKind(fields: Fields, kind: string): Json {
  const beginning = beginnings[kind] ?? {};
  const kept = shared.filter((name) => name in beginning && name in fields);
  return { ...beginning, ...Object.fromEntries(kept.map((name) => [name, fields[name] ?? null])) };
}

export function Editor() {
  const index = step.value;
  const operation = operations()[index];
  return (
    <details class="editor" open={false}>
      <summary>Change this step</summary>
      {operation !== undefined && <Form key={index} operation={operation} index={index} />}
      <ListButtons index={index} />
    </details>
  );
}

function Form({ operation, index }: { readonly operation: Operation; readonly index: number }) {
  const fields = operationToJson(operation) as Fields;
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  useEffect(() => setProblem(undefined), [operation]);
  const attempt = (next: Json, field: string) => setProblem(replaced(next, index, field));
  const kind = kindOf(operation);
  const names = fieldsOf[kind] ?? [];
  return (
    <div class="fields">
      <p class="field">
        <label for="field-kind">operation</label>
        <select
          id="field-kind"
          value={kind}
          onChange={(event) => attempt(asKind(fields, event.currentTarget.value), 'json')}
        >
          {Object.keys(beginnings).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </p>
      {names.map((name) => (
        <Field
          key={name}
          id={`field-${name}`}
          label={name}
          text={textOf(fields[name])}
          problem={problem?.field === name ? problem.text : undefined}
          onText={(text) => attempt(withField(fields, name, text), name)}
        />
      ))}
      <Field
        id="field-json"
        label="as JSON"
        isLong
        text={JSON.stringify(fields)}
        problem={problem !== undefined && !names.includes(problem.field) ? problem.text : undefined}
        onText={(text) => {
          const next = parsed(text);
          if (next === undefined) setProblem({ field: 'json', text: 'not JSON yet' });
          else attempt(next, 'json');
        }}
      />
    </div>
  );
}

type FieldProps = {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly problem: string | undefined;
  readonly onText: (text: string) => void;
  readonly isLong?: boolean;
};

/** A field keeps what one types while it is wrong, and follows the operation otherwise. */
export function Field({ id, label, text, problem, onText, isLong = false }: FieldProps) {
  const [typed, setTyped] = useState(text);
  const [hasFocus, setHasFocus] = useState(false);
  const value = hasFocus || problem !== undefined ? typed : text;
  const common = {
    id,
    value,
    spellcheck: false,
    autocomplete: 'off',
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem === undefined ? undefined : `${id}-problem`,
    onFocus: () => {
      setTyped(value);
      setHasFocus(true);
    },
    onBlur: () => {
      setHasFocus(false);
      endChange();
    },
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => {
      setTyped(event.currentTarget.value);
      onText(event.currentTarget.value);
    },
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong ? <textarea rows={3} {...common} /> : <input {...common} />}
      {problem !== undefined && (
        <p class="error" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What is typed as the file would have it; an empty field is left out. */
function withField(fields: Fields, name: string, text: string): Fields {
  const { [name]: _, ...others } = fields;
  const trimmed = text.trim();
  if (trimmed === '') return others;
  // Names stay texts, whatever they look like; everything else is JSON where it can be read as such.
  const isName = ['region', 'container', 'target', 'notifier', 'bytes'].includes(name);
  return { ...fields, [name]: isName ? text : (parsed(trimmed) ?? trimmed) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Puts an operation in the place of another; the problem, where the format does not allow it. */
function replaced(next: Json, index: number, field: string): Problem | undefined {
  const whole = scenarioToJson({ operations: [] });
  try {
    // Read at its place in the list, so that the message names it.
    const before = Array.from({ length: index }, () => ({ op: 'begin' }));
    const [operation] = decodeScenario({ ...whole, operations: [...before, next] }, '').operations.slice(
      index,
    );
    if (operation === undefined) return undefined;
    const list = operations().with(index, operation);
    const scenario = { ...version.value.scenario, operations: list };
    requireBounds(scenario, 'this scenario');
    change({ scenario }, `${index} ${field}`);
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const at = error instanceof FormatError ? /^operations\[\d+\]\.(\w+)/.exec(error.path)?.[1] : undefined;
    return { field: at ?? field, text };
  }
}

function ListButtons({ index }: { readonly index: number }) {
  const all = operations();
  const own = all[index];
  const replace = (next: readonly Operation[], at: number) => {
    change({ scenario: { ...version.value.scenario, operations: next } });
    goTo(at);
  };
  const swapped = (other: number) => {
    const there = all[other];
    if (own !== undefined && there !== undefined) replace(all.with(index, there).with(other, own), other);
  };
  return (
    <p class="buttons">
      <button
        type="button"
        disabled={own === undefined}
        onClick={() => replace(all.toSpliced(index, 1), index)}
      >
        leave out
      </button>
      <button
        type="button"
        onClick={() =>
          replace(all.toSpliced(index + 1, 0, own ?? { op: 'begin' }), all.length === 0 ? 0 : index + 1)
        }
      >
        {own === undefined ? 'add a step' : 'copy below'}
      </button>
      <button type="button" disabled={index === 0} onClick={() => swapped(index - 1)}>
        move up
      </button>
      <button type="button" disabled={index >= all.length - 1} onClick={() => swapped(index + 1)}>
        move down
      </button>
    </p>
  );
}
