import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectsFromJson, operationFromJson, writeScenario } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { TestCommand } from '../testing/command.ts';
import { crowded, ivshmem, kernel } from '../testing/scenarios.ts';

let command: TestCommand;

beforeAll(() => {
  command = new TestCommand();
  command.write('crowded.json', writeScenario(crowded));
  command.write('ivshmem.json', writeScenario(ivshmem));
  command.write('kernel.json', writeScenario(kernel));
});

afterAll(() => command.remove());

/** The documents that `explain --json` prints. */
async function documents(...args: readonly string[]) {
  const { status, out, error } = await command.run(['explain', '--json', ...args]);
  expect({ status, error }).toEqual({ status: 0, error: '' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('explain --json', () => {
  it('prints a line for each scenario, with its header', async () => {
    const [first, second] = await documents('crowded.json', 'kernel.json');
    expect(first).toMatchObject({
      format: 'ioeventfd-explanation/2',
      source: 'crowded.json',
      title: crowded.title,
      profile: 'contract',
      target: 'little',
      host: { refuse: [1] },
    });
    expect(second).toMatchObject({ source: 'kernel.json', profile: 'kvm', host: {} });
  });

  it('gives operations and effects in the scenario format, and a trace for each', async () => {
    const [document] = await documents('crowded.json');
    const session = modelDispatcher.open(crowded);
    const operations = document.operations.map(operationFromJson);
    expect(operations).toEqual(crowded.operations);
    expect(document.effects.map(effectsFromJson)).toEqual(
      crowded.operations.map((one) => session.apply(one)),
    );
    expect(document.traces).toHaveLength(crowded.operations.length);
  });

  it('says of each ioeventfd near an access whether it matches, and if not, why', async () => {
    const [document] = await documents('ivshmem.json');
    const [access] = document.traces[5].parts[0].pieces[0].accesses;
    expect(access).toMatchObject({
      address: '0xfebf000c',
      size: 4,
      value: '0x10009',
      place: { region: 'bar0', offset: '0xc', via: [] },
      lookedIn: 'host',
      candidates: [
        { notifier: 'peer1.vector1', data: '0x10001', verdict: 'other data' },
        { notifier: 'peer1.vector2', data: '0x10002', verdict: 'other data' },
      ],
    });
  });

  it("says which entry the search of the kernel's bus does not find", async () => {
    const [document] = await documents('kernel.json');
    const [part] = document.traces[10].parts;
    expect(part.route).toBe('kernel bus');
    expect(part.bus.candidates).toEqual([
      {
        address: '0x1004',
        size: 0,
        notifier: 'dead',
        registration: { region: 'd', offset: '0x4' },
        isSwapped: false,
        verdict: 'not found by the search',
      },
    ]);
  });

  it('adds the effects of another dispatcher, and takes the profile of its name', async () => {
    const [document] = await documents('ivshmem.json', '--on', 'impl@tcg');
    expect(document.profile).toBe('tcg');
    expect(document.other).toEqual({ name: 'impl@tcg', effects: document.effects });
  });
});
