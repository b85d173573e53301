/**
 * For the tests: a dispatcher that is right, but for one thing that it does. `node misbehaving.js DIST WHAT`: DIST is the built package.
 */
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [dist = '', what = ''] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(`${dist}/${file}`).href);

const say = (text) => writeSync(1, text);
const waitForever = () => setInterval(() => {}, 1000);

/** What it does before it is ready. */
const starts = {
  'dies at its start': () => process.exit(3),
  'says nothing': waitForever,
  'complains and dies': () => {
    writeSync(2, 'no license\n');
    process.exit(1);
  },
  'leaves children': () => {
    const script = 'setInterval(() => {}, 1000)';
    spawn(process.execPath, ['-e', script], { detached: true, stdio: 'inherit' }).unref();
    spawn(process.execPath, ['-e', script], { stdio: 'ignore' }).unref();
  },
  'ignores SIGTERM': () => process.on('SIGTERM', () => {}),
};

starts[what]?.();
if (what === 'says nothing') await new Promise(() => {});

const { answerTo } = await load('impl/outside/serve.js');
const { optimizedDispatcher } = await load('impl/index.js');

/** Whether a scenario is one that it goes wrong at: one with a registration and a write after it. */
function isBad(message) {
  const operations = (message.scenario?.operations ?? []).map(({ op }) => op);
  return (
    operations.includes('add-eventfd') && operations.lastIndexOf('write') > operations.indexOf('add-eventfd')
  );
}

const edited = (answer, edit) => JSON.stringify(edit(JSON.parse(answer)));
const held = [];
let scenarios = 0;

/** What it does instead of an answer. */
const answers = {
  'says another protocol': (answer, message) =>
    say(`${message.hello ? '{"hello":{"protocol":"ioeventfd-dispatcher/9","name":"new"}}' : answer}\n`),
  'says hello in garbage': (answer, message) => say(message.hello ? 'hello!\n' : `${answer}\n`),
  'dies at the n-th': (answer) => {
    if (++scenarios === 40) process.exit(7);
    say(`${answer}\n`);
  },
  'dies at a scenario': () => {
    writeSync(2, `${'x'.repeat(5000)}\nassertion failed: bus is empty\n`);
    process.abort();
  },
  hangs: () => {},
  'hangs in a loop': () => {
    for (;;);
  },
  'ignores SIGTERM': () => {},
  'answers late': (answer) => setTimeout(() => say(`${answer}\n`), 3000),
  'answers twice': (answer) => say(`${answer}\n${answer}\n`),
  'answers out of order': (answer) => {
    held.push(answer);
    setTimeout(
      () =>
        say(
          held
            .splice(0)
            .reverse()
            .map((one) => `${one}\n`)
            .join(''),
        ),
      5,
    );
  },
  'answers with wrong ids': (answer) =>
    say(`${edited(answer, ({ id, ...rest }) => ({ id: id + 1000, ...rest }))}\n`),
  'answers with too few lists': (answer) =>
    say(`${edited(answer, ({ id, effects }) => ({ id, effects: effects.slice(1) }))}\n`),
  'answers with no effects': (answer) =>
    say(`${edited(answer, ({ id, effects }) => ({ id, effects: effects.map(() => [{ signal: 3 }]) }))}\n`),
  'answers with garbage': () => say('Segmentation fault (core not dumped)\n'),
  'answers in another form': (answer) => say(`${edited(answer, ({ id }) => ({ id, result: 'ok' }))}\n`),
  'answers with 100 MB': () => {
    const piece = 'y'.repeat(1 << 20);
    for (let written = 0; written < 100; written++) say(piece);
    say('\n');
  },
  'prints what it does': (answer) => say(`applying the scenario\n${answer}\n`),
  'closes its input': () => {
    closeSync(0);
    waitForever();
  },
  'closes its output': () => {
    closeSync(1);
    waitForever();
  },
  'writes to standard error without end': (answer) => {
    for (let lines = 0; lines < 2000; lines++) writeSync(2, `debug: ${'z'.repeat(100)}\n`);
    say(`${answer}\n`);
  },
  'ends well in the middle': () => process.exit(0),
  'says that it failed': (answer) => say(`${edited(answer, ({ id }) => ({ id, error: 'out of slots' }))}\n`),
  'supports nothing': (answer) => say(`${edited(answer, ({ id }) => ({ id, unsupported: 'not yet' }))}\n`),
  'is never the same': (answer) => {
    if (++scenarios !== 40) return say(`${answer}\n`);
    return say(`${edited(answer, ({ id, effects }) => ({ id, effects: effects.map(() => []) }))}\n`);
  },
};

/** These do it whatever they are asked. */
const always = [
  'says another protocol',
  'says hello in garbage',
  'dies at the n-th',
  'answers out of order',
  'is never the same',
  'supports nothing',
  'writes to standard error without end',
];

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const answer = answerTo(optimizedDispatcher, line);
  const does = answers[what];
  const isHello = 'hello' in message;
  if (does !== undefined && (always.includes(what) ? !isHello || what.startsWith('says') : isBad(message))) {
    does(answer, message);
  } else {
    say(`${answer}\n`);
  }
}
