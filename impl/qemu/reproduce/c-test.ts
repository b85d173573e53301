/** A history as a C test in the shape of QEMU's own qtests, where all of it is a matter of qtest. */
import { effectsToJson, operationToJson } from '../../../format/index.ts';
import { defaultRamArguments } from '../system/arguments.ts';
import type { Step } from '../world/action.ts';
import { initialCommands } from '../world/commands.ts';
import { oneLine, type Reproduction } from './script.ts';

/** For tests/qtest in QEMU's source; undefined where a CPU stores. */
export function qtestInC({ history, title, version }: Reproduction): string | undefined {
  const steps = history.steps.map(linesOf);
  if (steps.some((lines) => lines === undefined)) return undefined;
  return `${[
    '/*',
    ` * ${oneLine(title).replaceAll('*/', '* /')}`,
    ' *',
    ` * Seen on QEMU ${oneLine(version)}. What is expected stands over each write. To see what happens, run it with`,
    ' * QTEST_LOG=1 and -trace memory_region_ops_write: a callback is traced, a signal is not.',
    ' */',
    '#include "qemu/osdep.h"',
    '#include "libqtest.h"',
    '',
    'static void test_history(void)',
    '{',
    `    QTestState *s = qtest_init("${defaultRamArguments().join(' ')}");`,
    '',
    '    /* The machine, with all BARs at 0. */',
    ...initialCommands().map((text) => `    ${callOf(text)}`),
    ...steps.flatMap((lines) => ['', ...(lines ?? [])]),
    '',
    '    qtest_quit(s);',
    '}',
    '',
    'int main(int argc, char **argv)',
    '{',
    '    g_test_init(&argc, &argv, NULL);',
    '    qtest_add_func("/ioeventfd/history", test_history);',
    '    return g_test_run();',
    '}',
  ].join('\n')}\n`;
}

function linesOf({ operations, expected, sendings }: Step): string[] | undefined {
  const remarks = operations.map((operation, index) => {
    const effects = expected[index] ?? [];
    const told = effects.length === 0 ? '' : ` -> ${JSON.stringify(effectsToJson(effects))}`;
    return `    /* ${JSON.stringify(operationToJson(operation))}${told} */`;
  });
  if (sendings.some(({ kind }) => kind === 'store')) return undefined;
  return [...remarks, ...sendings.map((sending) => `    ${'qtest' in sending ? callOf(sending.qtest) : ''}`)];
}

/** The function of libqtest for a command of the protocol. */
function callOf(command: string): string {
  const [name, address, value = '', bytes = ''] = command.split(' ');
  if (name !== 'write') return `qtest_${name}(s, ${address}, ${value});`;
  const data = (bytes.slice(2).match(/../g) ?? []).map((byte) => `0x${byte}`).join(', ');
  return `qtest_memwrite(s, ${address}, (const uint8_t[]){ ${data} }, ${value});`;
}
