#!/usr/bin/env node
// The command. It runs what `npm run build` made. It is committed, so that npm can link it before the first build.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/command/main.js', import.meta.url);

/** Ends with one line and the exit status of bad usage. */
function refuse(reason, command) {
  const directory = fileURLToPath(new URL('..', import.meta.url));
  process.stderr.write(`ioeventfd-check: ${reason}: run \`${command}\` in ${directory}\n`);
  process.exit(2);
}

if (!existsSync(built)) refuse('the command is not built yet', 'npm ci && npm run build');
try {
  await import(built.href);
} catch (error) {
  const [, name] = /^Cannot find package '([^']+)'/.exec(error?.message) ?? [];
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || name === undefined) throw error;
  refuse(`the package ${name} is not installed`, 'npm install');
}
