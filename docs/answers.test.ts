/** docs/answers.md: every sentence that states a behaviour names scenarios that show it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from '../cli/testing/command.ts';
import { readScenario } from '../format/index.ts';
import { optimizedDispatcher } from '../impl/index.ts';
import { isClauseId } from '../model/clauses/catalogue.ts';
import { modelDispatcher } from '../model/reference/reference.ts';
import { firstDifference, runScenario } from '../properties/compare/compare.ts';

const root = new URL('..', import.meta.url);
const text = readFileSync(new URL('docs/answers.md', root), 'utf8');

type Question = { readonly title: string; readonly lines: readonly string[] };

const questions: readonly Question[] = text
  .split(/^### /m)
  .slice(1)
  .map((part) => {
    const [title = '', ...lines] = (part.split(/^## /m)[0] ?? '').split('\n');
    return { title, lines: lines.filter((line) => line !== '') };
  });

/** A sentence in a line of its own, and the scenarios that show it. */
const sentence = /^- .+\. \((?:\[[\w.-]+\]\(\.\.\/properties\/[\w./-]+\.json\)(?:, )?)+\)$/;
const links = /\((\.\.\/properties\/[\w./-]+\.json)\)/g;

const shown = [...new Set([...text.matchAll(links)].map(([, path = '']) => path.slice('../'.length)))];

const readShown = (path: string) => readScenario(readFileSync(new URL(path, root), 'utf8'), path);

describe('docs/answers.md', () => {
  it('has the questions of the mail, and those that follow', () => {
    expect(questions.length).toBeGreaterThan(20);
  });

  it.each(questions)('$title: each sentence names its scenarios', ({ lines }) => {
    const isOther = (line: string) => /^(Clauses: |See it: )/.test(line);
    const sentences = lines.filter((line) => !isOther(line));
    expect(sentences.length).toBeGreaterThan(0);
    for (const line of sentences) expect(line).toMatch(sentence);
  });

  it('a sentence without a scenario would be found', () => {
    expect('- It always signals.').not.toMatch(sentence);
    expect('- It signals. Or not. ([x](../docs/x.md))').not.toMatch(sentence);
  });

  it.each(questions)('$title: names clauses that there are', ({ lines }) => {
    const [, ids = ''] =
      /^Clauses: ([^.]+)\./.exec(lines.find((line) => line.startsWith('Clauses: ')) ?? '') ?? [];
    const names = ids.split(', ');
    expect(names.filter((name) => !isClauseId(name))).toEqual([]);
  });

  it.each(shown)('%s expects something, and model and impl do it', (path) => {
    const scenario = readShown(path);
    const effects = runScenario(modelDispatcher, scenario);
    expect(firstDifference(effects, runScenario(optimizedDispatcher, scenario))).toBeUndefined();
    expect(scenario.expect?.length ?? 0).toBeGreaterThan(0);
    for (const { operation, effects: expected } of scenario.expect ?? []) {
      expect(effects[operation]).toEqual(expected);
    }
  });

  it('the comment for the header has at most 25 lines', () => {
    const [, comment = ''] = /```text\n(\/\*\*.*?)```/s.exec(text) ?? [];
    expect(comment.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });
});

describe('the commands of docs/answers.md', () => {
  let command: TestCommand;
  beforeAll(() => {
    command = new TestCommand();
  });
  afterAll(() => command.remove());

  const commands = [
    ...new Set([...text.matchAll(/^See it: `npx ioeventfd-check (.+)`$/gm)].map(([, line = '']) => line)),
  ];

  it.each(commands)('%s', async (line) => {
    const words = line
      .split(' ')
      .map((word) => word.replace(/^properties\//, `${fileURLToPath(root)}properties/`));
    expect((await command.run(words)).status).toBe(0);
  });
});
