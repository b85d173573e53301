/** Callers by reference: a name of this package, or the path of a module that exports one. */
import { InputError, printable, quote } from '../../format/errors.ts';
import { type AnyCaller, mistakenCallers, qemuCallers } from '../../model/callers/index.ts';
import { isModulePath } from '../engine/dispatchers.ts';
import { defaultExportOf } from '../engine/module-export.ts';

/**
 * The caller of a name such as `ivshmem-doorbell`, or of a module's path such as `./my-device.js`.
 *
 * @throws InputError where there is none, or what a module exports is no caller
 */
export async function loadCaller(reference: string): Promise<AnyCaller> {
  if (isModulePath(reference)) {
    return requireCaller(await defaultExportOf(reference, 'a caller'), reference);
  }
  const all = [...qemuCallers, ...mistakenCallers];
  const found = all.find(({ name }) => name === reference);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(', ');
  throw new InputError(
    `no caller is called ${quote(reference)}: there are ${names}, and paths of modules such as ./my-device.js`,
  );
}

const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  title: isText,
  source: isText,
  regions: (value) => Array.isArray(value) && value.length > 0,
  initial: (value) => value !== undefined,
  events: isFunction,
  after: isFunction,
  registrations: isFunction,
  callback: isFunction,
  writes: (value) => Array.isArray(value) && value.length > 0,
};

const expected: Readonly<Record<string, string>> = {
  name: 'a text',
  title: 'a text',
  source: 'a text',
  regions: 'a list of at least one region',
  initial: 'a state',
  events: 'a function of a state',
  after: 'a function of a state and an event',
  registrations: 'a function of a state',
  callback: 'a function of a state and a call',
  writes: 'a list of at least one write',
};

/** @throws InputError naming the first field that is missing or wrong */
function requireCaller(exported: unknown, path: string): AnyCaller {
  if (typeof exported !== 'object' || exported === null) {
    throw new InputError(
      `${printable(path)}: its default export is no caller: expected an object, see docs/check-your-device.md`,
    );
  }
  const given = exported as Readonly<Record<string, unknown>>;
  for (const [field, isRight] of Object.entries(fields)) {
    if (isRight(given[field])) continue;
    throw new InputError(
      `${printable(path)}: its default export is no caller: ${field}: expected ${expected[field]}`,
    );
  }
  const caller = exported as AnyCaller;
  requireRegions(caller, path);
  return caller;
}

/** Numbers that must be `bigint` are what a first version gets wrong. */
function requireRegions({ regions, writes }: AnyCaller, path: string): void {
  const names = new Set<string>();
  for (const [index, { region, size, address, movesTo = 0n }] of regions.entries()) {
    const at = `${printable(path)}: regions[${index}]`;
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(String(region)))
      throw new InputError(`${at}.region: expected a name such as bar0`);
    for (const [field, value] of Object.entries({ size, address, movesTo })) {
      if (typeof value !== 'bigint')
        throw new InputError(`${at}.${field}: expected a bigint such as 0x1000n`);
    }
    names.add(region);
  }
  for (const [index, { region, offset, size, data }] of writes.entries()) {
    const at = `${printable(path)}: writes[${index}]`;
    if (!names.has(region))
      throw new InputError(`${at}.region: expected one of regions, got ${quote(String(region))}`);
    for (const [field, value] of Object.entries({ offset, data })) {
      if (typeof value !== 'bigint') throw new InputError(`${at}.${field}: expected a bigint such as 0x10n`);
    }
    if (![1, 2, 4, 8].includes(size)) throw new InputError(`${at}.size: expected 1, 2, 4 or 8`);
    if (data < 0n || data >> BigInt(8 * size) !== 0n)
      throw new InputError(`${at}.data: expected a value of ${size} bytes`);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
