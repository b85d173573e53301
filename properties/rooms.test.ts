import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** For each room, what it may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  format: ['model/vocabulary/'],
  // The optimized dispatcher shares only the vocabulary with the reference: a shared helper would hide its own bug.
  // Clause ids are names, too: a seeded bug says which clause it breaks.
  impl: ['model/vocabulary/', 'model/clauses/catalogue.ts'],
  // What lives outside is told scenarios in the format.
  'impl/outside': ['model/vocabulary/', 'format/'],
  // Eventfds are made and sent by the C library.
  'impl/qemu': ['model/vocabulary/', 'format/', 'impl/outside/', 'impl/kvm/libc.ts'],
  properties: ['format/', 'model/', 'impl/'],
  // The page runs the model and says what the reports say. It has no node, so it takes from the command only what makes texts.
  page: [
    'format/',
    'model/',
    'properties/compare/',
    'properties/engine/decisions.ts',
    'cli/text/',
    'cli/explain/',
  ],
  // The command writes the data of a page, and imports nothing else of it.
  'page/document': ['format/', 'model/vocabulary/'],
};

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(path) && !path.endsWith('.test.ts') ? [path] : [];
  });
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map(([, target]) =>
    relative(root, join(root, dirname(path), target ?? '')),
  );
}

/** Rooms in a room that have a line of their own. */
const ownLine = (room: string) => Object.keys(mayImport).filter((other) => other.startsWith(`${room}/`));

it.each(Object.entries(mayImport))('%s imports only what its room may', (room, allowed) => {
  const inside = sources(room).filter((path) => !ownLine(room).some((other) => path.startsWith(`${other}/`)));
  const trespasses = inside.flatMap((path) =>
    importsOf(path)
      .filter(
        (target) => !target.startsWith(`${room}/`) && !allowed.some((prefix) => target.startsWith(prefix)),
      )
      .map((target) => `${path} imports ${target}`),
  );
  expect(inside.length).toBeGreaterThan(0);
  expect(trespasses).toEqual([]);
});

/** Every TypeScript file of the tree, tests included. */
const everyFile = [
  'format',
  'model',
  'impl',
  'properties',
  'cli',
  'bench',
  'docs',
  'measure',
  'runners',
  'page',
].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);

it('the command takes from the page only the shape of its data', () => {
  const taken = sources('cli').flatMap((path) =>
    importsOf(path).filter((target) => target.startsWith('page/')),
  );
  expect(new Set(taken)).toEqual(new Set(['page/document/page-data.ts']));
});

it('no file imports itself through others, type-only imports included', () => {
  const imports = new Map(everyFile.map((path) => [path, importsOf(path)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const from = trail.indexOf(path);
    if (from >= 0) circles.push([...trail.slice(from), path].join(' -> '));
    if (from >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of everyFile) visit(path, []);
  expect(everyFile.length).toBeGreaterThan(200);
  expect(circles).toEqual([]);
});

it('no room has more than 15 files beside its tests', () => {
  const rooms = new Map<string, number>();
  for (const path of everyFile.filter((one) => !one.endsWith('.test.ts'))) {
    rooms.set(dirname(path), (rooms.get(dirname(path)) ?? 0) + 1);
  }
  expect([...rooms].filter(([, files]) => files > 15)).toEqual([]);
});
