import { describe, expect, it } from 'vitest';
import type { Operation } from '../../model/vocabulary/vocabulary.ts';
import { optimizedDispatcher, optimizedDispatcherWith } from './dispatcher.ts';
import { EmulatedHost } from './host/emulated-host.ts';
import type { Host } from './host/host.ts';
import { EventfdRules } from './map/eventfd-rules.ts';
import { Renderer } from './map/render.ts';

const device: readonly Operation[] = [
  { op: 'create', region: 'd', kind: 'io', size: 8n },
  { op: 'map', region: 'd', container: 'memory', offset: 0n },
  { op: 'add-eventfd', region: 'd', offset: 4n, size: 4, notifier: 'n' },
];
const write: Operation = { op: 'write', space: 'memory', address: 4n, size: 4, data: 1n };

class HidesDevices extends Renderer {
  override isShown(region: Parameters<Renderer['isShown']>[0]): boolean {
    return region.kind !== 'io';
  }
}

class RefusesEverySecond extends EmulatedHost {
  private asked = 0;

  override request(): 'refused' | undefined {
    this.asked++;
    return this.asked % 2 === 0 ? 'refused' : undefined;
  }

  override copyFrom(other?: Host): void {
    if (other instanceof RefusesEverySecond) this.asked = other.asked;
  }
}

describe('the parts of a dispatcher', () => {
  it('are the standard ones unless they are exchanged', () => {
    const session = optimizedDispatcherWith('same', {}).open({});
    const standard = optimizedDispatcher.open({});
    for (const operation of [...device, write]) {
      expect(session.apply(operation)).toEqual(standard.apply(operation));
    }
  });

  it('are exchanged one by one, for the session and for its forks', () => {
    const session = optimizedDispatcherWith('blind', { renderer: () => new HidesDevices() }).open({});
    for (const operation of device) session.apply(operation);
    const unassigned = [{ unassigned: 4n, size: 4 }];
    expect(session.fork?.().apply(write)).toEqual(unassigned);
    expect(session.apply(write)).toEqual(unassigned);
  });

  it('take over in a fork what they remember', () => {
    const dispatcher = optimizedDispatcherWith('moody', {
      emulatedHost: (wiring) => new RefusesEverySecond(wiring),
    });
    const session = dispatcher.open({ profile: 'tcg' });
    for (const operation of device) session.apply(operation);
    const second: Operation = { op: 'add-eventfd', region: 'd', offset: 0n, size: 4, notifier: 'm' };
    const refused = [
      { hostRefused: { space: 'memory', address: 0n, size: 4, notifier: 'm' }, reason: 'refused' },
    ];
    expect(session.fork?.().apply(second)).toEqual(refused);
    expect(session.apply(second)).toEqual(refused);
  });

  it('are made for the decisions of the scenario, whatever its profile', () => {
    const kept: string[] = [];
    const dispatcher = optimizedDispatcherWith('noted', {
      eventfdRules: (decisions) => {
        kept.push(decisions.data);
        return new EventfdRules(decisions);
      },
    });
    dispatcher.open({});
    dispatcher.open({ profile: 'tcg' });
    dispatcher.open({ profile: 'tcg', decisions: { data: 'as-given' } });
    expect(kept).toEqual(['as-given', 'swapped', 'as-given']);
  });
});
