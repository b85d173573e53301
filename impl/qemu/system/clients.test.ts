import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { isTorn, traceLine } from '../log/trace.ts';
import { QmpClient } from './qmp.ts';
import { QtestClient } from './qtest.ts';

/** A socket whose other end is a test. */
function socket(hear: (text: string) => void = () => {}): Duplex {
  return new Duplex({
    read() {},
    write(chunk, _, done) {
      hear(String(chunk));
      done();
    },
  });
}

it('qtest: commands are sent ahead, and answered in order; interrupts are no answers', async () => {
  const sent: string[] = [];
  const end = socket((text) => sent.push(text));
  const client = new QtestClient(end);
  client.send(['outl 0xcf8 0x0', 'outl 0xcfc 0x1']);
  const answer = client.ask('readb 0x10');
  end.push('OK\nIRQ raise 4\nOK\nOK 0x0');
  end.push('a\n');
  expect(await answer).toBe('0x0a');
  expect(sent.join('')).toBe('outl 0xcf8 0x0\noutl 0xcfc 0x1\nreadb 0x10\n');
});

it('qtest: a command that fails, an answer to nothing and a closed socket are errors, told once', async () => {
  const told: string[] = [];
  const end = socket();
  const client = new QtestClient(end, (error) => told.push(error.message));
  const answer = client.ask('nonsense');
  end.push("FAIL Unknown command 'nonsense'\nOK\n");
  await expect(answer).rejects.toThrow(/^answers "FAIL Unknown command 'nonsense'" to a qtest command$/);
  await expect(client.ask('readb 0')).rejects.toThrow('FAIL');
  expect(told).toHaveLength(1);

  const other = socket();
  const surprised: string[] = [];
  new QtestClient(other, (error) => surprised.push(error.message));
  other.push('OK\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(surprised).toEqual(['wrote "OK" to the qtest socket, which nobody asked for']);
});

it('qtest, lazy: answers are left unread until there are many, or they are asked for', async () => {
  const end = socket();
  const client = new QtestClient(end, () => {}, true);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const send = (commands: number) => {
    client.send(Array<string>(commands).fill('outb 0x80 0x0'));
    end.push('OK\n'.repeat(commands));
  };
  send(1);
  await turn();
  const unread = async (commands: number) => {
    send(commands);
    await turn();
    return end.readableLength / 3;
  };
  expect(await unread(40)).toBe(40);
  // QEMU waits where too many are unread.
  expect(await unread(40)).toBe(0);
  expect(await unread(40)).toBe(40);
  client.read();
  await turn();
  expect(end.readableLength).toBe(0);
  expect(await unread(10)).toBe(10);
});

it('QMP: the greeting says the version; events are told apart from answers; an error is one', async () => {
  const events: string[] = [];
  const end = socket((text) => {
    const { execute } = JSON.parse(text);
    if (execute === 'qmp_capabilities') end.push('{"return": {}}\n');
    else if (execute === 'stop') end.push('{"event": "STOP"}\n{"return": {}}\n');
    else end.push('{"error": {"class": "CommandNotFound", "desc": "no"}}\n');
  });
  const client = new QmpClient(end, (name) => events.push(name));
  end.push('{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"}}}\n');
  expect(await client.greet()).toEqual({ major: 7, minor: 2, micro: 22, package: 'Debian' });
  expect(await client.execute('stop')).toEqual({});
  expect(events).toEqual(['STOP']);
  await expect(client.execute('nonsense')).rejects.toThrow(/CommandNotFound/);
});

it('lines of the trace', () => {
  const line =
    "memory_region_ops_write cpu -1 mr 0x5577 addr 0xe0000ffc value 0x1 size 1 name 'pci-testdev-mmio'";
  expect(traceLine(line)).toEqual({
    kind: 'access',
    isRead: false,
    cpu: -1,
    region: '0x5577',
    address: 0xe000_0ffcn,
    value: 1n,
    size: 1,
    name: 'pci-testdev-mmio',
  });
  expect(traceLine("Invalid write at addr 0xE0001000, size 4, region '(null)', reason: rejected")).toEqual({
    kind: 'invalid',
    isRead: false,
    address: 0xe000_1000n,
    size: 4,
    name: '(null)',
  });
  expect(
    traceLine('kvm_set_ioeventfd_mmio fd: 14 @0xe0000802 val=0xfa assign: 1 size: 1 match: 1'),
  ).toMatchObject({
    kind: 'host',
    isAdded: true,
    descriptor: 14,
    address: 0xe000_0802n,
    data: 0xfan,
  });
  expect(traceLine('kvm_set_ioeventfd_pio fd: 15 @0xc084 val=0xce assign: 0 size: 1 match: 0')).toMatchObject(
    {
      isAdded: false,
      space: 'io',
      data: undefined,
    },
  );
  expect(traceLine('[R +0.1] writeb 0x0 0x1').kind).toBe('echo');
  expect(traceLine('[S +0.1] OK').kind).toBe('answer');
  expect(traceLine('qemu: something else').kind).toBe('text');
});

it('an event or an echo after something else in a line is told from other words', () => {
  const access = "memory_region_ops_write cpu -1 mr 0x1 addr 0x2 value 0x3 size 4 name 'x'";
  for (const line of [
    '[R +0.1] writeb 0x0 0x1',
    '[S +0.1] OK',
    access,
    'Invalid write at addr 0x0, size 4, region',
  ]) {
    expect([isTorn(line), isTorn(`hello${line}`)], line).toEqual([false, true]);
  }
  expect(isTorn('qemu: an Invalid write, [R] and memory_region_ops')).toBe(false);
});
