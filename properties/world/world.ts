/** The world of a pair: the QEMU in it, and the profile under which its histories are played. */
import { QemuDispatcher } from '../../impl/qemu/dispatcher.ts';
import type { Action } from '../../impl/qemu/world/action.ts';
import { historyOfScenario } from '../../impl/qemu/world/read.ts';
import { historyOf } from '../../impl/qemu/world/translate.ts';
import type { AnyDispatcher } from '../../model/vocabulary/outside.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';

/** The first QEMU of a pair: it says which histories there are. */
export function qemuOf(pair: readonly AnyDispatcher[]): QemuDispatcher | undefined {
  return pair.find((one) => one instanceof QemuDispatcher);
}

/** The scenario of these actions. */
export function scenarioOf(actions: readonly Action[], qemu: QemuDispatcher, profile: Profile): Scenario {
  return historyOf(actions, qemu.worldOptions(profile)).scenario;
}

/** The actions of a scenario; undefined where it is no history of this machine. */
export function actionsOf(scenario: Scenario, qemu: QemuDispatcher): readonly Action[] | undefined {
  const profile = qemu.profile ?? scenario.profile ?? 'contract';
  const history = historyOfScenario({ ...scenario, profile }, qemu.worldOptions(profile));
  return typeof history === 'string' ? undefined : history.steps.map(({ action }) => action);
}
