/** Long inputs: scenarios are read as they are printed, and none is kept. */
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenarioLine } from '../../format/index.ts';
import { TestCommand } from '../testing/command.ts';
import { ivshmem } from '../testing/scenarios.ts';
import { Output } from './output.ts';

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const line = `${writeScenarioLine(ivshmem)}\n`;
const count = 1000;

/** A reader that takes its time: other work has its turn before it takes more. */
class SlowReader extends Writable {
  lines = 0;
  readonly #onLines: () => void;
  readonly #pause: number;

  /** @param pause before it takes more, in milliseconds */
  constructor(onLines: () => void, pause = 0) {
    super();
    this.#pause = pause;
    this.#onLines = onLines;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.lines += chunk.toString().split('\n').length - 1;
    this.#onLines();
    setTimeout(done, this.#pause);
  }
}

describe.each(['run', 'replay'])('%s, of a long input', (name) => {
  it('reads little more than it has printed', async () => {
    let given = 0;
    let most = 0;
    const reader = new SlowReader(() => {
      most = Math.max(most, given - reader.lines);
    });
    const stdin = Readable.from(
      (function* () {
        for (; given < count; given++) yield Buffer.from(line);
      })(),
    );
    const { status, error } = await command.run([name, '-', '--json'], { stdin, stdout: reader });
    expect([status, error, reader.lines]).toEqual([0, '', count]);
    // What one buffer of output holds, and what the stream of the input has ready.
    expect(most).toBeLessThan(count / 4);
  });
});

it('a thread sends no more than its reader takes', async () => {
  command.write('many.jsonl', line.repeat(count));
  let most = 0;
  const reader = new SlowReader(() => {
    most = Math.max(most, reader.writableLength);
  }, 30);
  const words = ['run', 'many.jsonl', '--json'];
  const { status } = await command.run(words, { stdout: reader, inThread: true });
  expect([status, reader.lines]).toEqual([0, count]);
  // One buffer of output, of several.
  expect(most).toBeLessThan(65_536);
});

/** Collects garbage at once. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

it('a scenario that was printed is not kept', async () => {
  const collect = garbageCollector();
  const opened: WeakRef<object>[] = [];
  // In this process, a module of the command sees the same globals.
  Object.assign(globalThis, { openedScenarios: opened });
  command.write(
    'watching.mjs',
    `const open = (scenario) => {
  globalThis.openedScenarios.push(new WeakRef(scenario));
  return { apply: () => [] };
};
export default { name: 'watching', open };`,
  );
  const stdin = Readable.from(Array.from({ length: count }, () => Buffer.from(line)));
  let held = Number.NaN;
  const reader = new SlowReader(() => {
    if (opened.length < count / 2 || !Number.isNaN(held)) return;
    collect();
    held = opened.filter((scenario) => scenario.deref() !== undefined).length;
  });
  const words = ['run', '-', '--json', '--on', './watching.mjs'];
  expect((await command.run(words, { stdin, stdout: reader })).status).toBe(0);
  expect(opened).toHaveLength(count);
  // Those of one buffer of output, which are printed in one turn.
  expect(held).toBeLessThan(count / 4);
});

it('a line is not asked for while nobody takes the ones before it', async () => {
  let asked = 0;
  function* lines(): Generator<string> {
    for (;;) {
      asked++;
      yield 'x'.repeat(1000);
    }
  }
  const stuck = new (class extends Writable {
    override _write(): void {
      this.emit('stuck');
    }
  })();
  const isStuck = once(stuck, 'stuck');
  void new Output(stuck).lines(lines());
  await isStuck;
  const before = asked;
  expect(before).toBeLessThan(100);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBe(before);
});
