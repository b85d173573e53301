import { expect, it } from 'vitest';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import { flawJson, renderFlaw } from './flaw-report.ts';
import { plain } from './style.ts';

const create: Operation = { op: 'create', region: 'd', kind: 'io', size: 8n };
const disable: Operation = { op: 'disable', region: 'd' };
const unmap: Operation = { op: 'unmap', region: 'd' };

it('says what the session did before its fork went on', () => {
  const flaw = {
    dispatcher: 'mine',
    what: 'fork',
    histories: [[create, unmap]],
    meanwhile: disable,
    effects: [[{ error: 'kind' }], [{ error: 'unmapped' }]],
  } as const;
  const lines = renderFlaw(flaw, plain);
  const at = lines.findIndex((line) => line.includes('the session that was forked: disable d'));
  expect(lines[at - 1]).toContain('[0] create d');
  expect(lines[at + 1]).toContain('[1] unmap d');
  expect(lines.slice(at + 2)).toEqual(['      forked: error kind', '      not forked: error unmapped']);
  expect(flawJson(flaw)).toMatchObject({ meanwhile: { op: 'disable', region: 'd' } });
});

it('says that an operation failed', () => {
  const failed = {} as never;
  const flaw = { dispatcher: 'mine', what: 'fork', histories: [[unmap]], effects: [[failed], []] } as const;
  expect(renderFlaw(flaw, plain).slice(-2)).toEqual([
    '      forked: throws, or gives no list of effects',
    '      not forked: (nothing)',
  ]);
  expect(flawJson(flaw)).not.toHaveProperty('meanwhile');
});
