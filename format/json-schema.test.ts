import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { scenarioJsonSchema } from './json-schema.ts';

const committed = readFileSync(new URL('scenario.schema.json', import.meta.url), 'utf8');
const samples = readFileSync(new URL('testdata/samples.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const validate = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(
  JSON.parse(committed) as object,
);

describe('the JSON Schema', () => {
  test('is that of the definitions: if not, build, and run `node dist/docs/generate/write-json-schema.js`', () => {
    expect(committed).toBe(scenarioJsonSchema());
  });

  test.each(samples)('accepts %s', (text) => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each([
    'null',
    '{}',
    '{"format":"ioeventfd-scenario/2","operations":[]}',
    '{"format":"ioeventfd-scenario/1","operations":[],"extra":1}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"frob"}]}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"begin","region":"d"}]}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"create","region":"d","kind":"ram","size":"0xffffffffffffffff"}]}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"create","region":"d","kind":"ram","size":1,"impl":{}}]}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"create","region":"d","kind":"io","size":1,"impl":{"min":8,"max":4}}]}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"write","space":"io","address":0,"size":1,"data":"0x100"}]}',
    '{"format":"ioeventfd-scenario/1","operations":[{"op":"write","space":"io","address":0,"size":1,"data":1,"bytes":"01"}]}',
    '{"format":"ioeventfd-scenario/1","operations":[],"expect":[{"operation":0,"effects":[{"signal":""}]}]}',
  ])('refuses %s', (text) => {
    expect(validate(JSON.parse(text))).toBe(false);
  });
});

/** Every field name and every word that a value may be, anywhere in a JSON Schema. */
function vocabulary(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, enum: words, const: word } = schema as Record<string, unknown>;
  const own = [properties ? Object.keys(properties) : [], words ?? [], word ?? []].flat() as unknown[];
  const inner = Object.values(schema).flatMap(vocabulary);
  return [...own.filter((name) => typeof name === 'string'), ...inner];
}

test('the document names every field and every word of the format', () => {
  const document = readFileSync(new URL('../docs/scenario-format.md', import.meta.url), 'utf8');
  const names = [...new Set(vocabulary(JSON.parse(committed)))];
  expect(names.length).toBeGreaterThan(80);
  expect(
    names.filter((name) => !document.includes(`\`${name}\``) && !document.includes(`"${name}"`)),
  ).toEqual([]);
});
