/** The page that `npm run build` made: read only when a page is written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../format/errors.ts';
import { type PageData, pageWith } from '../../page/document/page-data.ts';
import { packageRoot } from '../invocation.ts';

/**
 * The text of a page with its data.
 *
 * @throws InputError where the page was not built, as in a clone whose sources run as they are
 */
export function pageText(data: PageData): string {
  return pageWith(template(), data);
}

/** It is read once: a command that may be interrupted makes its page again and again. */
let read: string | undefined;

function template(): string {
  const file = join(packageRoot(), 'dist', 'page', 'template.html');
  try {
    read ??= readFileSync(file, 'utf8');
    return read;
  } catch {
    throw new InputError(`${file}: the page is not built; npm run build makes it`);
  }
}
