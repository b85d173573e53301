/** The world of a pair: the QEMU in it, and the profile under which its histories are played. */
import { QemuDispatcher } from '../../impl/qemu/dispatcher.ts';
import type { Action, WorldHistory } from '../../impl/qemu/world/action.ts';
import { historyOf } from '../../impl/qemu/world/history.ts';
import { historyOfScenario } from '../../impl/qemu/world/read.ts';
import type { AnyDispatcher } from '../../model/vocabulary/outside.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';

/** The first QEMU of a pair: it says which histories there are. */
export function qemuOf(pair: readonly AnyDispatcher[]): QemuDispatcher | undefined {
  return pair.find((one) => one instanceof QemuDispatcher);
}

/** The history of these actions. What QEMU cannot be asked under the profile is left out. */
export function historyFor(actions: readonly Action[], qemu: QemuDispatcher, profile: Profile): WorldHistory {
  const kept = qemu.hasStores(profile) ? actions : actions.filter((action) => !isStore(action));
  const history = historyOf(kept, qemu.worldOptions(profile));
  qemu.remember(history);
  return history;
}

function isStore(action: Action): boolean {
  return action.do === 'write' && 'size' in action.write;
}

/** The actions of a scenario; undefined where it is no history of this machine. */
export function actionsOf(scenario: Scenario, qemu: QemuDispatcher): readonly Action[] | undefined {
  const profile = qemu.profile ?? scenario.profile ?? 'contract';
  const history = historyOfScenario({ ...scenario, profile }, qemu.worldOptions(profile));
  return typeof history === 'string' ? undefined : history.steps.map(({ action }) => action);
}
