/** A history as a C test in the shape of QEMU's own qtests, where all of it is a matter of qtest. It needs nothing but a C compiler. */
import { effectsToJson, operationToJson } from '../../../format/index.ts';
import type { Effect, Operation, Space } from '../../../model/vocabulary/vocabulary.ts';
import { defaultRamArguments } from '../system/arguments.ts';
import { baseOf, PlayState } from '../system/effects.ts';
import type { Step } from '../world/action.ts';
import { initialCommands } from '../world/commands.ts';
import { mainRam, testdevTracedNames, tracedNames } from '../world/machine.ts';
import { harness } from './c-harness.ts';
import { oneLine, type Reproduction } from './script.ts';

/** Undefined where a CPU stores. */
export function qtestInC({ history, title, version }: Reproduction): string | undefined {
  const state = new PlayState();
  const steps: string[][] = [];
  for (const [index, step] of history.steps.entries()) {
    const lines = linesOf(step, index, state);
    if (lines === undefined) return undefined;
    steps.push(lines);
  }
  return `${[
    '/*',
    ` * ${inComment(title)}`,
    ' *',
    ` * Seen on QEMU ${inComment(version)}. What is expected of each write stands over it, and is asserted after it. To build and run it:`,
    ' *',
    ' *   cc -o history THIS-FILE.c && QTEST_QEMU_BINARY="qemu-system-x86_64 -L pc-bios" ./history',
    ' *',
    ' * It prints TAP and ends with status 1 where something else is seen. The functions have the names that they have in libqtest.',
    ' */',
    harness,
    'static int test_history(void)',
    '{',
    `    QTestState *s = qtest_init("${defaultRamArguments().join(' ')}");`,
    '',
    '    /* The machine, with all BARs at 0. */',
    ...initialCommands().map((text) => `    ${callOf(text)}`),
    ...steps.flatMap((lines) => ['', ...lines]),
    '',
    '    qtest_quit(s);',
    '    return s->failed;',
    '}',
    '',
    'int main(void)',
    '{',
    '    int failed = test_history();',
    '',
    '    printf("%s 1 /ioeventfd/history\\n1..1\\n", failed ? "not ok" : "ok");',
    '    return failed;',
    '}',
  ].join('\n')}\n`;
}

function linesOf(step: Step, index: number, state: PlayState): string[] | undefined {
  const { operations, expected, sendings } = step;
  const remarks = operations.map((operation, at) => `    /* ${remarkOf(operation, expected[at] ?? [])} */`);
  const calls: string[] = [];
  for (const sending of sendings) {
    if (sending.kind !== 'change' && sending.kind !== 'write') return undefined;
    if (sending.kind === 'change') calls.push(callOf(sending.qtest));
    else {
      const effects = expected[0] ?? [];
      calls.push(`begin(s, "step ${index}: ${sending.qtest}");`, callOf(sending.qtest));
      calls.push(...assertionsOf(effects, state, sending.write.space));
    }
  }
  state.note(operations);
  return [...remarks, ...calls.map((call) => `    ${call}`)];
}

function remarkOf(operation: Operation, effects: readonly Effect[]): string {
  const told = effects.length === 0 ? '' : ` -> ${JSON.stringify(effectsToJson(effects))}`;
  return inComment(`${JSON.stringify(operationToJson(operation))}${told}`);
}

function inComment(text: string): string {
  return oneLine(text).replaceAll('*/', '* /');
}

function assertionsOf(effects: readonly Effect[], { bases }: PlayState, space: Space): string[] {
  const accesses = effects.map((effect) => accessOf(effect, bases, space)).join('');
  const signals = effects.filter((effect) => 'signal' in effect).length;
  const stored = effects.flatMap((effect) => {
    if (!('ram' in effect)) return [];
    const base = effect.ram === mainRam.name ? 0n : (bases.get(effect.ram) ?? 0n);
    const size = effect.bytes.length / 2;
    return [`expect_memory(s, ${hexadecimal(base + effect.offset)}, ${size}, "${effect.bytes}");`];
  });
  return [`expect(s, "${accesses}", ${signals});`, ...stored];
}

/** As it is read in the log. */
function accessOf(effect: Effect, bases: ReadonlyMap<string, bigint>, space: Space): string {
  if ('callback' in effect) {
    const { callback, offset, size, value } = effect;
    const at = (baseOf(callback, bases) ?? 0n) + offset;
    return `${tracedNameOf(callback)} ${hexadecimal(at)} size ${size} value ${hexadecimal(value)}; `;
  }
  if ('rejected' in effect) {
    const { rejected, offset, size } = effect;
    return `invalid ${tracedNameOf(rejected)} ${hexadecimal(offset)} size ${size}; `;
  }
  if ('unassigned' in effect) {
    const { unassigned, size } = effect;
    const what = space === 'io' ? 'no port' : 'invalid (null)';
    return `${what} ${hexadecimal(unassigned)} size ${size}; `;
  }
  return '';
}

function tracedNameOf(region: string): string {
  const traced = [...Object.entries(tracedNames), ...Object.entries(testdevTracedNames)];
  const found = traced.find(([, name]) => name === region || region.endsWith(`.${name}`));
  return found?.[0] ?? region;
}

function hexadecimal(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** The function of libqtest for a command of the protocol. */
function callOf(command: string): string {
  const [name, address, value = '', bytes = ''] = command.split(' ');
  if (name !== 'write') return `qtest_${name}(s, ${address}, ${value});`;
  const data = (bytes.slice(2).match(/../g) ?? []).map((byte) => `0x${byte}`).join(', ');
  return `qtest_memwrite(s, ${address}, (const uint8_t[]){ ${data} }, ${value});`;
}
