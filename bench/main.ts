/**
 * The bench: `npm run bench`, with `-- --json FILE`, `--quick`, `--readme`, `--strict`.
 *
 * Runs each case in a process of its own, one after the other, and prints every figure beside its goal. The exit status
 * is 0 whatever was measured, for a machine may be busy; with `--strict` it is 1 if a goal is not met.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Figure, figuresOf, isInBrief, isMet, neededCases, type Results } from './figures.ts';
import type { Costs } from './rounds.ts';
import { asMarkdown, asText, betweenMarkers } from './table.ts';

const usage = `npm run bench -- [options]
  --quick        a tenth of the rounds
  --json FILE    also write the figures, and the costs behind them
  --readme       also put the table into README.md and docs/performance.md
  --strict       exit with 1 if a goal is not met
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean' },
      json: { type: 'string' },
      readme: { type: 'boolean' },
      strict: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const start = Date.now();
  const results: Record<string, Costs> = {};
  const names = neededCases();
  for (const [i, name] of names.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${i + 1}/${names.length} ${name}`);
    results[name] = await measure(name, values.quick ? 0.1 : 1);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const figures = figuresOf(results);
  const seconds = Math.round((Date.now() - start) / 1000);
  process.stdout.write(`${asText(figures)}\n${machine()}; ${seconds} s.\n${verdict(figures)}\n`);
  if (values.json !== undefined) writeReport(values.json, figures, results);
  if (values.readme) rewriteDocuments(figures);
  return values.strict && figures.some((figure) => isMet(figure) === false) ? 1 : 0;
}

/** Runs one case in a process of its own. */
function measure(name: string, share: number): Promise<Costs> {
  const script = fileURLToPath(new URL('./case.js', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', script, name, `${share}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(JSON.parse(printed) as Costs);
      else reject(new Error(`case ${name} ended with status ${status}`));
    });
  });
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return `Measured on ${availableParallelism()} cores (${model}), Node ${process.versions.node}`;
}

function verdict(figures: readonly Figure[]): string {
  const bounded = figures.filter(({ goal }) => goal !== undefined);
  const met = bounded.filter((figure) => isMet(figure) === true);
  return `${met.length} of ${bounded.length} goals met.`;
}

function writeReport(file: string, figures: readonly Figure[], results: Results): void {
  const report = {
    format: 'ioeventfd-check-bench/1',
    node: process.versions.node,
    cores: availableParallelism(),
    figures: figures.map((figure) => ({ ...figure, met: isMet(figure) ?? null, goal: figure.goal ?? null })),
    costs: results,
  };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

function rewriteDocuments(figures: readonly Figure[]): void {
  const root = new URL('../../', import.meta.url);
  const note = `\n${machine()}, shared with other work.\n`;
  for (const [name, text] of [
    ['README.md', `${asMarkdown(figures.filter(isInBrief))}${note}`],
    ['docs/performance.md', `\`\`\`text\n${asText(figures)}\`\`\`\n${note}`],
  ] as const) {
    const file = new URL(name, root);
    const document = readFileSync(file, 'utf8');
    writeFileSync(file, betweenMarkers(document, text));
  }
}

process.exitCode = await main();
