/** A history as a shell script, which shows it on a QEMU without this program. */

import { effectsToJson, operationToJson } from '../../../format/index.ts';
import type { Effect, Operation } from '../../../model/vocabulary/vocabulary.ts';
import { guestImage, mailbox, toPort, wakeUp } from '../guest/program.ts';
import { type Accelerator, machineArguments } from '../system/arguments.ts';
import type { Sending, WorldHistory } from '../world/action.ts';
import { initialCommands } from '../world/commands.ts';
import { hasEvents } from '../world/history.ts';
import { mainRam, sharedRam } from '../world/machine.ts';
import { hasPeers, shellLinesOf } from './events.ts';

export type Reproduction = {
  readonly history: WorldHistory;
  readonly accelerator: Accelerator;
  /** Of the QEMU on which it was seen. */
  readonly version: string;
  /** The program, and what comes first. */
  readonly command: readonly string[];
  readonly title: string;
};

/** For a POSIX shell with mktemp, truncate, dd, base64 and mkfifo; undefined where peers of `ivshmem-doorbell` have a part in it. */
export function shellScript(reproduction: Reproduction): string | undefined {
  const { history, accelerator, version, command, title } = reproduction;
  if (hasPeers(history)) return undefined;
  const isMonitored = hasEvents(history);
  const logs = 'guest_errors,invalid_mem';
  const steps = history.steps.flatMap(({ operations, expected, sendings }) => [
    '',
    ...operations.flatMap((operation, index) => remarkOf(operation, expected[index] ?? [])),
    ...sendings.flatMap(linesOf),
  ]);
  return `${[
    '#!/bin/sh',
    `# ${oneLine(title)}`,
    `# Seen on QEMU ${oneLine(version)}. What the model expects stands over each command. Standard error shows what QEMU does:`,
    '# a callback is traced; an access that nothing takes is logged; a signal is neither, but counted by an eventfd (see counts below).',
    'set -eu',
    `qemu=\${QEMU:-${quoted(command.join(' '))}}`,
    'dir=$(mktemp -d)',
    `trap 'kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT`,
    `truncate -s ${mainRam.size} "$dir/main"`,
    `truncate -s ${sharedRam.size} "$dir/shared"`,
    ...imageLines(),
    `# QEMU up to 7.2 calls the log of such accesses guest_errors, later ones invalid_mem.`,
    `items=${logs}; $qemu -d help | grep -q invalid_mem || items=guest_errors`,
    'mkfifo "$dir/commands"',
    ...(isMonitored ? ['mkfifo "$dir/monitor.in" "$dir/monitor.out"'] : []),
    `$qemu ${machineArguments(accelerator, { main: '$dir/main', shared: '$dir/shared', image: '$dir/image' })
      .map(shellWord)
      .join(' ')} \\`,
    ...(isMonitored ? ['  -chardev pipe,id=monitor,path="$dir/monitor" -mon monitor \\'] : []),
    '  -d "$items" -chardev stdio,id=qtest -qtest chardev:qtest <"$dir/commands" >"$dir/answers" &',
    'pid=$!',
    'exec 3>"$dir/commands"',
    'sleep 1',
    '',
    'qtest() { printf \'%s\\n\' "$1" >&3; sleep 0.02; }',
    ...(isMonitored ? [`monitor() { printf '%s\\n' "$1" >"$dir/monitor.in"; sleep 0.3; }`] : []),
    'counts() { grep -h eventfd-count /proc/$pid/fdinfo/* | sort | uniq -c >&2; }',
    `poke() { printf "$2" | dd of="$dir/main" bs=1 seek="$1" conv=notrunc status=none; }`,
    '# store LETTER: the CPU sleeps until it is woken, then does the stores in a mailbox in RAM. A letter is a command of 32 bits (the size',
    `# in bytes, and ${toPort} more for a port), an address of 32 and a value of 64.`,
    `store() { poke ${mailbox.stores} "$1"; qtest 'writel ${mailbox.count} 1'; qtest '${wakeUp}'; sleep 0.05; }`,
    '',
    '# The machine, with all BARs at 0.',
    ...initialCommands().map((text) => `qtest '${text}'`),
    ...steps,
    '',
    'counts',
  ].join('\n')}\n`;
}

function remarkOf(operation: Operation, effects: readonly Effect[]): string[] {
  const expected = effects.length === 0 ? '' : `  ->  ${JSON.stringify(effectsToJson(effects))}`;
  return [`# ${JSON.stringify(operationToJson(operation))}${expected}`];
}

function linesOf(sending: Sending): string[] {
  if (sending.kind === 'event') return shellLinesOf(sending.event);
  if (sending.kind === 'change') return [`qtest '${sending.qtest}'`];
  const lines = ['counts', '', 'counts'];
  if (sending.kind === 'write') return lines.with(1, `qtest '${sending.qtest}'`);
  const { write } = sending;
  const command = (write.space === 'io' ? toPort : 0) + write.size;
  const value = 'data' in write ? write.data : 0n;
  const letter = octal(BigInt(command), 4) + octal(write.address, 4) + octal(value, 8);
  return lines.with(1, `store '${letter}'`);
}

/** Bytes for printf, the lowest first. */
function octal(value: bigint, bytes: number): string {
  return Array.from({ length: bytes }, (_, index) =>
    octalByte(Number((value >> BigInt(8 * index)) & 0xffn)),
  ).join('');
}

function octalByte(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`;
}

/** The guest's image: its beginning and its last 16 bytes are all that is not 0. */
function imageLines(): string[] {
  const image = guestImage();
  const end = image.subarray(0, 0xfff0).findLastIndex((byte) => byte !== 0) + 1;
  const last = image.subarray(0xfff0);
  return [
    `truncate -s ${image.length} "$dir/image"`,
    `base64 -d <<'END' | dd of="$dir/image" conv=notrunc status=none`,
    ...(Buffer.from(image.subarray(0, end))
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    'END',
    `printf '${[...last].map(octalByte).join('')}' | dd of="$dir/image" bs=1 seek=${0xfff0} conv=notrunc status=none`,
  ];
}

/** A word with `$dir` in it is for the shell to expand. */
function shellWord(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `"${word}"`;
}

function quoted(text: string): string {
  return text.replace(/[^\w ./:=-]/g, '');
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
