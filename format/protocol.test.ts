import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { optimizedDispatcher } from '../impl/index.ts';
import { answerTo } from '../impl/outside/serve.ts';
import { effectsFromJson } from './decode.ts';
import { effectsOfJson } from './effects-of-json.ts';
import { protocolJsonSchema } from './json-schema.ts';
import { allAbilities, helloLine, readHello } from './protocol.ts';

const committed = readFileSync(new URL('dispatcher.schema.json', import.meta.url), 'utf8');
const validate = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(
  JSON.parse(committed) as object,
);

const request =
  '{"id":3,"scenario":{"format":"ioeventfd-scenario/1","operations":[{"op":"create","region":"d","kind":"io","size":8},{"op":"map","region":"d","container":"memory","offset":0},{"op":"write","space":"memory","address":4,"size":4,"data":1}]}}';

describe('the JSON Schema of the messages', () => {
  it('is that of the definitions: if not, build, and run `node dist/docs/generate/write-json-schema.js`', () => {
    expect(committed).toBe(protocolJsonSchema());
  });

  it.each([
    helloLine(),
    '{"hello":{"protocol":"ioeventfd-dispatcher/1","name":"n"}}',
    '{"hello":{"protocol":"ioeventfd-dispatcher/1","name":"n","profiles":["kvm"],"later":true}}',
    request,
    answerTo(optimizedDispatcher, helloLine(), { version: '1' }),
    answerTo(optimizedDispatcher, request),
    answerTo(optimizedDispatcher, '{"id":4,"scenario":{}}'),
    '{"id":3,"unsupported":"aliases"}',
    '{"id":3,"error":"out of bells","before":[[],[{"signal":"n"}]]}',
  ])('accepts %s', (text) => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    '{}',
    '{"hello":{"protocol":"ioeventfd-dispatcher/2","name":"n"}}',
    '{"hello":{"protocol":"ioeventfd-dispatcher/1"}}',
    '{"id":"3","effects":[]}',
    '{"id":3,"effects":[{"signal":"n"}]}',
    '{"id":3,"effects":[[{"signal":3}]]}',
    '{"id":3,"scenario":{"operations":[]}}',
    '{"id":3,"error":7}',
    '{"id":3,"error":"x","before":[{}]}',
  ])('refuses %s', (text) => {
    expect(validate(JSON.parse(text))).toBe(false);
  });
});

it('what is left out of a hello counts as all', () => {
  const hello = readHello({ hello: { protocol: 'ioeventfd-dispatcher/1', name: 'n' } });
  expect(hello).toEqual({ name: 'n', version: '', abilities: allAbilities });
});

describe('effects are decoded alike by hand and by the schema', () => {
  const registration = { space: 'io', address: '0x40', size: 0, notifier: 'n' };
  it.each([
    [[]],
    [[{ signal: 'n' }, { signal: 'ü ber' }]],
    [[{ callback: 'd', offset: '0x0', size: 4, value: '0xffffffffffffffff' }]],
    [[{ callback: 'd', offset: 0, size: 4, value: 7 }]],
    [[{ ram: 'r', offset: '0x1', bytes: 'FF00' }]],
    [
      [
        { unassigned: '0x10', size: 8 },
        { rejected: 'd', offset: '0x2', size: 1 },
      ],
    ],
    [[{ hostAdd: registration }, { hostDel: { ...registration, size: 8, data: '0x1' } }]],
    [[{ hostRefused: registration, reason: 'EEXIST' }]],
    [[{ error: 'absent' }, { error: 'kind', message: 'no device' }]],
  ])('%j', (list) => {
    expect(effectsOfJson(list, 'effects')).toEqual(effectsFromJson(list));
  });

  it.each([
    [{}],
    [[{}]],
    [[null]],
    [[{ signal: 3 }]],
    [[{ signal: 'n', more: 1 }]],
    [[{ callback: 'd', offset: '0x0', size: 3, value: '0x0' }]],
    [[{ callback: 'd', offset: '0X0', size: 4, value: '0x0' }]],
    [[{ callback: 'd', offset: '0x0', size: 4, value: '0x10000000000000000' }]],
    [[{ hostAdd: { ...registration, space: 'disk' } }]],
    [[{ error: 'unheard of' }]],
  ])('%j is refused', (list) => {
    expect(() => effectsOfJson(list, 'effects')).toThrow(/^effects/);
  });
});
