import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from './errors.ts';
import { readBounded } from './read-bounded.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-bounded-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function errorOf(path: string, limit = 10): Promise<string> {
  const error = await readBounded(path, { limit }).catch((caught: unknown) => caught);
  if (!(error instanceof InputError)) throw error;
  return error.message;
}

function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('the limit', () => {
  it('takes a file as large as that, and no byte more', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'a'.repeat(200_000));
    expect(await readBounded(path, { limit: 200_000 })).toBe('a'.repeat(200_000));
    expect(await errorOf(path, 199_999)).toBe(`${path}: more than 199999 bytes, the most that is read of it`);
  });

  it('ends a device without an end', async () => {
    const held = process.memoryUsage.rss();
    expect(await errorOf('/dev/zero', 2 ** 20)).toBe(
      '/dev/zero: more than 1 MiB, the most that is read of it',
    );
    expect(process.memoryUsage.rss() - held).toBeLessThan(100 * 2 ** 20);
  });
});

describe('what cannot be read is said in one line', () => {
  it.each([
    ['absent', 'no such file'],
    ['.', 'a directory; expected a file'],
    ['file-as-folder/x', 'no such file'],
    ['x'.repeat(300), 'the name is too long'],
    ['bytes', 'not UTF-8 text'],
  ])('%s', async (name, reason) => {
    writeFileSync(join(folder, 'file-as-folder'), '');
    writeFileSync(join(folder, 'bytes'), Buffer.from([0xff, 0xfe]));
    const path = join(folder, name);
    expect(await errorOf(path)).toBe(`${path}: ${reason}`);
  });
});

describe('a FIFO', () => {
  it('is read up to its end, however slowly it is written', async () => {
    const path = fifo('written');
    const text = readBounded(path, { limit: 100 });
    const writer = createWriteStream(path);
    await once(writer, 'open');
    writer.write('first,');
    await new Promise((resolve) => setImmediate(resolve));
    writer.end('last');
    expect(await text).toBe('first,last');
  });

  it('without a writer is given up when the signal is aborted, with the reason of the signal', async () => {
    const controller = new AbortController();
    const reading = readBounded(fifo('unwritten'), { limit: 100, signal: controller.signal });
    setImmediate(() => controller.abort('enough'));
    await expect(reading).rejects.toBe('enough');
  });
});

it('an aborted signal ends the reading before it begins', async () => {
  await expect(readBounded('/dev/zero', { limit: 1, signal: AbortSignal.abort('over') })).rejects.toBe(
    'over',
  );
});
