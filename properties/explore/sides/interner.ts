/** The interner: keeps each part of a model's state once, in the canonical form of canonical.ts. */
import type { Host } from '../../../model/host/host.ts';
import { flatView } from '../../../model/map/flat-view.ts';
import type { Region, Regions } from '../../../model/map/region.ts';
import { fingerprintOf } from '../../../model/reference/fingerprint.ts';
import type { State } from '../../../model/reference/state.ts';
import { addKey, hashText, Key, sameKey } from '../store/key.ts';
import { canonicalHost, canonicalRegion, ioeventfdsText, namesIn, rangeText } from './canonical.ts';
import type {
  InternedHost,
  InternedIoeventfds,
  InternedNotifiers,
  InternedRegions,
  InternedView,
  RegionKeys,
} from './interned.ts';

/** A region in its canonical form. */
type CanonicalRegion = { readonly region: Region; readonly keys: RegionKeys };

export class Interner {
  /**
   * Whether a change that QEMU does not render would show nothing new if it were rendered, because every space is its own
   * root. What is pending then makes no difference.
   */
  readonly rendersEarly: boolean;
  readonly #empty: State;
  #regions = new Map<number, InternedRegions>();
  #ioeventfds = new Map<number, InternedIoeventfds>();
  #views = new Map<number, InternedView>();
  #hosts = new Map<number, InternedHost>();
  readonly #notifiers = new Map<number, InternedNotifiers>();

  /** `empty`: the model's state before the first operation. */
  constructor(empty: State) {
    this.#empty = empty;
    this.rendersEarly = empty.decisions.root === 'own';
  }

  /** `before`: interned regions from which these were made. The keys of regions in both are taken from there. */
  regions(given: Regions, before?: InternedRegions): InternedRegions {
    const key = new Key();
    const keyOfIoeventfds = new Key();
    const changed: CanonicalRegion[] = [];
    for (const [id, region] of given) {
      let keysOfOne = before?.value.get(id) === region ? before.keys.get(id) : undefined;
      if (keysOfOne === undefined) {
        const canonical = this.#canonical(region);
        changed.push(canonical);
        keysOfOne = canonical.keys;
      }
      addKey(key, keysOfOne.whole);
      addKey(keyOfIoeventfds, keysOfOne.ioeventfds);
    }
    const known = knownAs(key, this.#regions);
    if (known !== undefined) return known;
    const value = new Map(given);
    const keys = new Map(before?.keys);
    for (const { region, keys: keysOfOne } of changed) {
      value.set(region.id, region);
      keys.set(region.id, keysOfOne);
    }
    const ioeventfds = this.#ioeventfdsOf(keyOfIoeventfds);
    const made: InternedRegions = { value, key, keys, ioeventfds, changes: [], view: undefined };
    this.#regions.set(indexOf(key), made);
    return made;
  }

  #ioeventfdsOf(key: Key): InternedIoeventfds {
    const known = knownAs(key, this.#ioeventfds);
    if (known !== undefined) return known;
    const made = { key, commits: new Map() };
    this.#ioeventfds.set(indexOf(key), made);
    return made;
  }

  /** What regions show when they are rendered. */
  view(regions: InternedRegions): InternedView {
    if (regions.view !== undefined) return regions.view;
    const { decisions } = this.#empty;
    const text = (['memory', 'io'] as const)
      .map((space) => flatView(regions.value, space, decisions).map(rangeText).join())
      .join('|');
    const key = new Key();
    hashText(text, 4, key);
    const view = knownAs(key, this.#views) ?? { value: regions.value, key, writes: new Map() };
    this.#views.set(indexOf(key), view);
    regions.view = view;
    return view;
  }

  host(given: Host): InternedHost {
    const value = canonicalHost(given, this.#empty.decisions);
    const key = new Key();
    const names = namesIn([value.memory, value.io].flatMap(({ told, held }) => [...told, ...held]));
    hashText(names + fingerprintOf({ ...this.#empty, host: value }), 2, key);
    const known = knownAs(key, this.#hosts);
    if (known !== undefined) return known;
    const made = { value, key };
    this.#hosts.set(indexOf(key), made);
    return made;
  }

  notifiers(value: readonly string[]): InternedNotifiers {
    const key = new Key();
    hashText(JSON.stringify(value), 3, key);
    const known = knownAs(key, this.#notifiers);
    if (known !== undefined) return known;
    const made = { id: this.#notifiers.size, value, key };
    this.#notifiers.set(indexOf(key), made);
    return made;
  }

  /**
   * Forgets everything but the notifiers, which are few and whose ids are in use. States that are in use keep their parts,
   * without the steps computed from them. Later states get new parts with equal keys.
   */
  forget(): void {
    for (const regions of this.#regions.values()) {
      regions.changes.length = 0;
      regions.view = undefined;
    }
    for (const { commits } of this.#ioeventfds.values()) commits.clear();
    for (const { writes } of this.#views.values()) writes.clear();
    this.#regions = new Map();
    this.#ioeventfds = new Map();
    this.#views = new Map();
    this.#hosts = new Map();
  }

  #canonical(given: Region): CanonicalRegion {
    const region = canonicalRegion(given, this.rendersEarly);
    const regions: Regions = new Map([[region.id, region]]);
    const keys = { whole: new Key(), ioeventfds: new Key() };
    const text = fingerprintOf({ ...this.#empty, regions, rendered: regions });
    hashText(namesIn(region.eventfds) + text, 1, keys.whole);
    if (region.eventfds.length > 0) hashText(ioeventfdsText(region), 5, keys.ioeventfds);
    return { region, keys };
  }
}

function knownAs<Value extends { readonly key: Key }>(
  key: Key,
  values: ReadonlyMap<number, Value>,
): Value | undefined {
  const known = values.get(indexOf(key));
  return known !== undefined && sameKey(known.key, key) ? known : undefined;
}

/** 53 bits of a key. Values whose keys are equal in these replace each other, and are then computed again. */
function indexOf(key: Key): number {
  return (key.w0 >>> 0) * 2 ** 21 + (key.w1 & 0x1fffff);
}
