/** The head of the page: the scenario's name, and what one can do with it. */
import { useRef } from 'preact/hooks';
import { copy, openFile, saveFile } from '../files.ts';
import { isSingle } from '../links.ts';
import { future, goTo, message, opened, operations, past, redo, step, undo, version } from '../state.ts';
import { theme, toggleTheme } from '../theme.ts';
import { useSize } from './size.ts';
import { titleText } from './texts.ts';

export function Header() {
  const entry = opened.value;
  const { scenario } = version.value;
  const title = entry === undefined ? '' : (scenario.title ?? entry.source);
  const head = useRef<HTMLElement>(null);
  // What stays in sight beside the drawing begins below the head, however many lines that has.
  useSize(head, ({ offsetHeight }) =>
    document.documentElement.style.setProperty('--head', `${offsetHeight}px`),
  );
  return (
    <header ref={head}>
      <div class="title">
        {entry !== undefined && !isSingle() && <a href="#/">all scenarios</a>}
        <h1>{titleText(title)}</h1>
        {entry !== undefined && title !== entry.source && <p class="source">{titleText(entry.source)}</p>}
      </div>
      {entry?.note !== undefined && <p class="finding">{titleText(entry.note)}</p>}
      <div class="buttons" role="toolbar" aria-label="what one can do">
        <Steps />
        <Button name="undo" title="u" isOff={past.value.length === 0} act={undo} />
        <Button name="redo" isOff={future.value.length === 0} act={redo} />
        <Button name="save" title="save the scenario as a file" act={saveFile} />
        <OpenButton />
        {entry?.replay !== undefined && past.value.length === 0 && <CopyReplay command={entry.replay} />}
        <Button
          name={theme.value === 'dark' ? 'light' : 'dark'}
          title="change the colours"
          act={toggleTheme}
        />
      </div>
      <Message />
    </header>
  );
}

function Steps() {
  const last = operations().length - 1;
  const at = step.value;
  return (
    <>
      <Button name="first" title="Home" isOff={at <= 0} act={() => goTo(0)} />
      <Button name="back" title="left arrow" isOff={at <= 0} act={() => goTo(at - 1)} />
      <output class="step" aria-label="step">{`${at} of ${Math.max(last, 0)}`}</output>
      <Button name="next" title="right arrow" isOff={at >= last} act={() => goTo(at + 1)} />
      <Button name="last" title="End" isOff={at >= last} act={() => goTo(last)} />
    </>
  );
}

type ButtonProps = {
  readonly name: string;
  readonly act: () => void;
  readonly title?: string;
  readonly isOff?: boolean;
};

function Button({ name, act, title, isOff = false }: ButtonProps) {
  return (
    <button type="button" title={title} disabled={isOff} onClick={act}>
      {name}
    </button>
  );
}

function CopyReplay({ command }: { readonly command: string }) {
  return (
    <button type="button" title={command} onClick={() => copy(command)}>
      copy replay command
    </button>
  );
}

function OpenButton() {
  return (
    <label class="button">
      open a file
      <input
        type="file"
        accept=".json,.jsonl"
        class="hidden"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file !== undefined) openFile(file);
        }}
      />
    </label>
  );
}

function Message() {
  const said = message.value;
  return (
    <p class={said?.isError === true ? 'message error' : 'message'} role="status">
      {said === undefined ? '' : `${said.text} `}
      {said !== undefined && (
        <button
          type="button"
          onClick={() => {
            message.value = undefined;
          }}
        >
          close
        </button>
      )}
    </p>
  );
}
