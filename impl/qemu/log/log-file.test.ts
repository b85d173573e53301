import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

it('gives what is appended, once; a long one begins anew, and goes on', () => {
  const log = new LogFile(join(directory, 'log'));
  const append = (text: string) => writeSync(log.descriptor, text);
  const read = () => {
    let text = '';
    for (let piece = log.next(); piece !== undefined; piece = log.next()) text += piece.toString();
    return text;
  };
  expect(log.next()).toBeUndefined();
  append('one\ntw');
  append('o\n');
  expect(read()).toBe('one\ntwo\n');
  expect(read()).toBe('');
  expect(log.isLong).toBe(false);
  const much = 'x'.repeat(1 << 20);
  append(much);
  expect(read()).toBe(much);
  expect(log.isLong).toBe(true);
  log.restart();
  expect(log.isLong).toBe(false);
  append('three\n');
  expect(read()).toBe('three\n');
  log.close();
});
