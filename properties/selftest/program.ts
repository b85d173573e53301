/** A test of the kernel as a C program of its own: the kernel's headers and a C library are all it needs. */
import { runtime } from './runtime.ts';
import { type Asked, type Case, closedDescriptor, noEventfd, notifiersOf, type Step } from './steps.ts';

export type Program = {
  /** A line for people. */
  readonly title: string;
  readonly cases: readonly Case[];
  /** More lines for the head of the file, such as where it comes from. */
  readonly notes?: readonly string[];
};

/** The text of the program. */
export function programText({ title, cases, notes = [] }: Program): string {
  const tests = cases.flatMap(({ steps }) => steps).filter(isChecked).length;
  const calls = cases.map((_, index) => `\ttest_${index + 1}();`).join('\n');
  return `${header([title, '', ...notes, ...usage])}
${runtime}
${cases.map(functionText).join('\n')}
int main(void)
{
	open_kvm(${tests});
${calls}
	return finish();
}
`;
}

const usage = [
  'Written by ioeventfd-check. Needs /dev/kvm, x86-64, and nothing but the headers of the kernel and of the C library:',
  'cc -o test FILE.c && ./test. Prints TAP. Exits with 0 where all is as expected, 1 where not, 4 where it was skipped.',
];

const isChecked = ({ kind }: Step) => kind !== 'fill' && kind !== 'memory';

function header(lines: readonly string[]): string {
  const body = lines.map((line) => (line === '' ? ' *' : ` * ${commentText(line)}`)).join('\n');
  return `// SPDX-License-Identifier: MIT\n/*\n${body}\n */`;
}

/** Nothing that would end the comment, or that some compiler cannot read. */
function commentText(text: string): string {
  return printableText(text).replaceAll('*/', '* /').replaceAll('/*', '/ *');
}

function printableText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function literal(text: string): string {
  return `"${printableText(text).replace(/["\\]/g, '\\$&').replaceAll('??', '?\\?')}"`;
}

/** A test: its notifiers as an enumeration, a machine, and a line for each step. */
function functionText({ title, steps }: Case, index: number): string {
  const names = new Names(steps);
  const enumeration = names.all.length === 0 ? [] : [`\tenum { ${names.all.join(', ')} };`, ''];
  return [
    `static void test_${index + 1}(void)`,
    '{',
    ...enumeration,
    `\tbegin(${literal(title)});`,
    ...steps.map((step) => `\t${callOf(step, names)};`),
    '\tend();',
    '}',
    '',
  ].join('\n');
}

/** Notifiers as names of C, each another one. */
class Names {
  readonly #names = new Map<string, string>();

  constructor(steps: readonly Step[]) {
    for (const step of steps) for (const notifier of notifiersOf(step)) this.#add(notifier);
  }

  get all(): readonly string[] {
    return [...this.#names.values()];
  }

  of(notifier: string): string {
    return this.#names.get(notifier) ?? 'NONE';
  }

  #add(notifier: string): void {
    if (this.#names.has(notifier) || notifier === noEventfd || notifier === closedDescriptor) return;
    const plain = `n_${notifier.replace(/[^A-Za-z0-9]+/g, '_')}`;
    const taken = new Set(this.#names.values());
    let name = plain;
    for (let number = 2; taken.has(name); number++) name = `${plain}_${number}`;
    this.#names.set(notifier, name);
  }
}

function callOf(step: Step, names: Names): string {
  switch (step.kind) {
    case 'assign':
    case 'deassign':
      return `${step.kind}(${askedText(step.asked, names)}, ${step.answer ?? 0})`;
    case 'store': {
      const { bus, address, size, data, signals } = step;
      const [first, second] = signals.map((notifier) => names.of(notifier));
      const said = signals.length === 0 ? 'not signalled' : `signals ${signals.join(', then ')}`;
      return `store(${busText(bus)}, ${hexadecimal(address)}, ${size}, ${hexadecimal(data)}, ${first ?? 'NONE'}, ${second ?? 'NONE'}, ${literal(said)})`;
    }
    case 'outs': {
      const { port, size, data, times, notifier, signals } = step;
      return `outs(${hexadecimal(port)}, ${size}, ${hexadecimal(data)}, ${times}, ${names.of(notifier)}, ${signals})`;
    }
    case 'fill':
      return `fill(${busText(step.bus)})`;
    case 'memory':
      return `add_memory(${hexadecimal(step.address)}, ${step.pages})`;
  }
}

function askedText({ bus, address, length, data, notifier, flags = 0 }: Asked, names: Names): string {
  const value = data === undefined ? 'ANY' : `DATA(${hexadecimal(data, '')})`;
  return `${busText(bus)}, ${hexadecimal(address)}, ${length}u, ${value}, ${descriptorText(notifier, names)}, ${flags}`;
}

function descriptorText(notifier: string, names: Names): string {
  // The device itself is no eventfd; descriptors are numbered from 0, so that none is that high.
  if (notifier === noEventfd) return 'kvm';
  return notifier === closedDescriptor ? '1 << 20' : `eventfds[${names.of(notifier)}]`;
}

function busText(bus: 'memory' | 'io'): string {
  return bus === 'memory' ? 'MEMORY' : 'PORTS';
}

function hexadecimal(value: bigint, suffix = 'ULL'): string {
  return `0x${value.toString(16)}${suffix}`;
}

/** A Makefile for programs, without endings. */
export function makefileText(programs: readonly string[]): string {
  return `# Written by ioeventfd-check. \`make check\` runs all; each prints TAP and exits with 0, 1 (failed) or 4 (skipped).
CFLAGS ?= -O2 -Wall -Wextra
PROGRAMS := ${programs.join(' ')}

all: $(PROGRAMS)

check: all
	@failed=0; for program in $(PROGRAMS); do echo "# $$program"; ./$$program; status=$$?; \\
	  [ $$status = 0 ] || [ $$status = 4 ] || failed=1; done; exit $$failed

clean:
	rm -f $(PROGRAMS)

.PHONY: all check clean
`;
}
