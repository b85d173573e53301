/**
 * The reference model as a side whose steps are computed once, however many states share what they depend on.
 *
 * A state of the model is a value of four parts: the regions as the calls left them, the regions as rendered, the host,
 * and the notifiers named so far; with the depth of transactions and two flags. What a step depends on:
 *
 *     a change               regions, notifiers              ──> regions, notifiers, flags; or an error
 *     the end of the         regions, flat views, host       ──> host, effects
 *     outermost transaction
 *     a write                flat views, host; the regions,
 *                            where they are matched (tcg)    ──> effects
 *
 * So parts are interned, and each of these three is a table, filled by asking the model's own `step`. Regions as rendered
 * count by their flat views alone; what nobody looks at is left out of the rest. A test holds all of this against plain
 * sessions of the model.
 */

import type { Host } from '../../model/host/host.ts';
import { flatView } from '../../model/map/flat-view.ts';
import type { Region, Regions } from '../../model/map/region.ts';
import { fingerprintOf } from '../../model/reference/fingerprint.ts';
import { step } from '../../model/reference/reference.ts';
import { initialState, type State } from '../../model/reference/state.ts';
import type { Effect, Operation, ScenarioHeader } from '../../model/vocabulary/vocabulary.ts';
import { addKey, hashText, Key, mixKey, mixNumber, sameKey } from './hash.ts';
import type { Live, Side } from './live.ts';
import { canonicalHost, canonicalRegion, namesIn, rangeText } from './model-parts.ts';

/** Entries of the tables of changes and writes, before they are emptied: 1 to 2 KB each, mostly of regions. */
const mostEntries = 300_000;

/** Entries of the tables of commits; in the middle of transactions, nearly every state has one of its own. */
const mostCommits = 60_000;

const nothing: readonly Effect[] = [];

/** An interned part. */
type Part<Value> = { readonly value: Value; readonly key: Key };

type HostPart = Part<Host>;
type NamesPart = Part<readonly string[]> & { readonly id: number };

type RegionsPart = Part<Regions> & {
  /** The keys of the regions by id, of which the part's is the sum. */
  readonly keys: ReadonlyMap<string, Key>;
  /** By the notifiers' id: what each operation of the alphabet makes of these regions. */
  readonly changes: (ChangeRow | undefined)[];
  /** What comes of a commit that ends with these regions, by what is then shown and what the host held. */
  readonly commits: Map<ShownPart, Map<HostPart, Told>>;
  /** What these regions show when they are rendered. */
  shown: ShownPart | undefined;
};

/** Regions as rendered: known by their flat views, for nothing else of them is ever looked at. */
type ShownPart = Part<Regions> & {
  /** The writes' effects where this is shown, by what else they depend on. */
  readonly writes: Map<HostPart | RegionsPart, WriteRow>;
};

/** What the next commit looks at anew: nothing, registrations, or the map (and so registrations). */
const pending = { nothing: 0, words: 1, map: 2 } as const;
type Pending = (typeof pending)[keyof typeof pending];

/** What a change does, whatever the rest of the state; of an error, only the notifiers count. */
type Change = {
  readonly effects: readonly Effect[];
  readonly regions: RegionsPart;
  readonly names: NamesPart;
  readonly pending: Pending;
};
type ChangeRow = (Change | undefined)[];

/** What the host is told at a commit, and what it then holds. */
type Told = { readonly host: HostPart; readonly effects: readonly Effect[] };

const depthError: readonly Effect[] = [{ error: 'depth' }];

/** A region as it counts, and its key. */
type Canonical = { readonly region: Region; readonly key: Key };

/** All of a state but two numbers. */
type Parts = {
  readonly regions: RegionsPart;
  readonly shown: ShownPart;
  readonly host: HostPart;
  readonly names: NamesPart;
};

type WriteRow = (readonly Effect[] | undefined)[];

/** The model's side. */
export class ModelSide implements Side {
  readonly name: string;
  readonly isModel = true;
  readonly alphabet: readonly Operation[];
  readonly #empty: State;
  readonly #matchesRegions: boolean;
  /**
   * Whether each change that QEMU does not render would show nothing new if it were (no shared roots): then it makes no
   * difference what is pending.
   */
  readonly isEager: boolean;
  #regions = new Map<number, RegionsPart>();
  #shown = new Map<number, ShownPart>();
  #hosts = new Map<number, HostPart>();
  #names = new Map<number, NamesPart>();
  #entries = 0;
  #commits = 0;

  constructor(name: string, header: ScenarioHeader, alphabet: readonly Operation[]) {
    this.name = name;
    this.alphabet = alphabet;
    this.#empty = initialState(header);
    this.isEager = this.#empty.decisions.root === 'own';
    this.#matchesRegions = this.#empty.decisions.match === 'region';
  }

  start(): ModelLive {
    const { regions, notifiers, host } = this.#empty;
    const part = this.#regionsPart(regions);
    return new ModelLive(
      this,
      {
        regions: part,
        shown: this.shownBy(part),
        host: this.#hostPart(host),
        names: this.#namesPart(notifiers),
      },
      0,
      pending.nothing,
      nothing,
    );
  }

  replay(scenario: readonly number[]): Live {
    let live = this.start();
    for (const operation of scenario) live = live.after(operation);
    return live;
  }

  /** What a change makes of regions. */
  change(regions: RegionsPart, names: NamesPart, operation: number): Change {
    let row = regions.changes[names.id];
    if (row === undefined) {
      row = new Array<Change | undefined>(this.alphabet.length).fill(undefined);
      regions.changes[names.id] = row;
    }
    const known = row[operation];
    if (known !== undefined) return known;
    const before: State = {
      ...this.#empty,
      regions: regions.value,
      rendered: regions.value,
      notifiers: names.value,
      depth: 1,
    };
    const { state, effects } = step(before, this.alphabet[operation] as Operation);
    const made: Change = {
      effects,
      regions: state.regions === regions.value ? regions : this.#regionsPart(state.regions, regions),
      names: state.notifiers === names.value ? names : this.#namesPart(state.notifiers),
      pending: state.mapPending ? pending.map : state.eventfdsPending ? pending.words : pending.nothing,
    };
    row[operation] = made;
    this.#count();
    return made;
  }

  /** What the host is told when a transaction ends, whether or not the map is rendered anew. */
  commit({ regions, shown, host }: Parts, isRendered: boolean): Told {
    const after = isRendered ? this.shownBy(regions) : shown;
    let byHost = regions.commits.get(after);
    if (byHost === undefined) {
      byHost = new Map();
      regions.commits.set(after, byHost);
    }
    const known = byHost.get(host);
    if (known !== undefined) return known;
    const before: State = {
      ...this.#empty,
      regions: regions.value,
      rendered: shown.value,
      host: host.value,
      depth: 1,
      mapPending: isRendered,
      eventfdsPending: true,
    };
    const { state, effects } = step(before, { op: 'commit' });
    const told: Told = { host: state.host === host.value ? host : this.#hostPart(state.host), effects };
    if (++this.#commits > mostCommits) {
      this.#commits = 0;
      for (const { commits } of this.#regions.values()) commits.clear();
    }
    byHost.set(host, told);
    return told;
  }

  /** The table of writes' effects for a state with these parts. */
  writesOf({ regions, shown, host }: Parts): WriteRow {
    const other = this.#matchesRegions ? regions : host;
    let row = shown.writes.get(other);
    if (row === undefined) {
      row = new Array<readonly Effect[] | undefined>(this.alphabet.length).fill(undefined);
      shown.writes.set(other, row);
    }
    return row;
  }

  write({ regions, shown, host }: Parts, operation: number, row: WriteRow): readonly Effect[] {
    const before: State = {
      ...this.#empty,
      regions: regions.value,
      rendered: shown.value,
      host: host.value,
    };
    const { effects } = step(before, this.alphabet[operation] as Operation);
    row[operation] = effects;
    this.#count();
    return effects;
  }

  /** What regions show when they are rendered. */
  shownBy(regions: RegionsPart): ShownPart {
    if (regions.shown !== undefined) return regions.shown;
    const { decisions } = this.#empty;
    const text = (['memory', 'io'] as const)
      .map((space) => flatView(regions.value, space, decisions).map(rangeText).join())
      .join('|');
    const key = new Key();
    hashText(text, 4, key);
    const at = indexOf(key);
    const known = this.#shown.get(at);
    const isKnown = known !== undefined && sameKey(known.key, key);
    const part: ShownPart = isKnown ? known : { value: regions.value, key, writes: new Map() };
    this.#shown.set(at, part);
    regions.shown = part;
    return part;
  }

  /** The part of these regions; of those that are the same in `before`, the keys need not be made again. */
  #regionsPart(given: Regions, before?: RegionsPart): RegionsPart {
    const key = new Key();
    const fresh: Canonical[] = [];
    for (const [id, region] of given) {
      const known = before?.value.get(id) === region ? before.keys.get(id) : undefined;
      if (known !== undefined) addKey(key, known);
      else {
        const made = this.#canonical(region);
        addKey(key, made.key);
        fresh.push(made);
      }
    }
    const at = indexOf(key);
    const known = this.#regions.get(at);
    if (known !== undefined && sameKey(known.key, key)) return known;
    const value = new Map(given);
    const keys = new Map(before?.keys);
    for (const made of fresh) {
      value.set(made.region.id, made.region);
      keys.set(made.region.id, made.key);
    }
    const part: RegionsPart = { value, key, keys, changes: [], commits: new Map(), shown: undefined };
    this.#regions.set(at, part);
    return part;
  }

  #canonical(given: Region): Canonical {
    const region = canonicalRegion(given, this.isEager);
    const regions: Regions = new Map([[region.id, region]]);
    const key = new Key();
    const text = fingerprintOf({ ...this.#empty, regions, rendered: regions });
    hashText(namesIn(region.eventfds) + text, 1, key);
    return { region, key };
  }

  #hostPart(given: Host): HostPart {
    const value = canonicalHost(given, this.#empty.decisions);
    const key = new Key();
    const names = namesIn([value.memory, value.io].flatMap(({ told, held }) => [...told, ...held]));
    hashText(names + fingerprintOf({ ...this.#empty, host: value }), 2, key);
    const at = indexOf(key);
    const known = this.#hosts.get(at);
    if (known !== undefined && sameKey(known.key, key)) return known;
    const part = { value, key };
    this.#hosts.set(at, part);
    return part;
  }

  /** Few: ids count from 0, and stay when the tables are emptied. */
  #namesPart(value: readonly string[]): NamesPart {
    const key = new Key();
    hashText(JSON.stringify(value), 3, key);
    const at = indexOf(key);
    const known = this.#names.get(at);
    if (known !== undefined && sameKey(known.key, key)) return known;
    const part = { id: this.#names.size, value, key };
    this.#names.set(at, part);
    return part;
  }

  /** States that are in use keep their parts, emptied; those that are made from now on have new ones, of equal keys. */
  #count(): void {
    if (++this.#entries < mostEntries) return;
    for (const part of this.#regions.values()) {
      part.changes.length = 0;
      part.commits.clear();
      part.shown = undefined;
    }
    for (const { writes } of this.#shown.values()) writes.clear();
    this.#entries = 0;
    this.#commits = 0;
    this.#regions = new Map();
    this.#shown = new Map();
    this.#hosts = new Map();
  }
}

/** A state of the model: a value. */
class ModelLive implements Live {
  readonly effects: readonly Effect[];
  readonly #side: ModelSide;
  readonly #parts: Parts;
  readonly #depth: number;
  readonly #pending: Pending;
  #key: Key | undefined;
  #writes: WriteRow | undefined;

  constructor(side: ModelSide, parts: Parts, depth: number, waiting: Pending, effects: readonly Effect[]) {
    this.#side = side;
    this.#parts = parts;
    this.#depth = depth;
    this.#pending = depth > 0 && side.isEager ? pending.map : waiting;
    this.effects = effects;
  }

  key(): Key {
    if (this.#key !== undefined) return this.#key;
    const key = new Key();
    const { regions, shown, host, names } = this.#parts;
    const rest = 4 * this.#depth + this.#pending;
    mixKey(key, regions.key);
    mixKey(key, shown.key);
    mixKey(key, host.key);
    mixKey(key, names.key);
    mixNumber(key, rest);
    this.#key = key;
    return key;
  }

  after(operation: number): ModelLive {
    const side = this.#side;
    const parts = this.#parts;
    const { op } = side.alphabet[operation] as Operation;
    if (op === 'write') return this.#same(this.probe(operation));
    if (op === 'begin') return new ModelLive(side, parts, this.#depth + 1, this.#pending, nothing);
    if (op === 'commit') {
      if (this.#depth === 0) return this.#same(depthError);
      return this.#ended(parts, this.#depth - 1, this.#pending);
    }
    const { effects, regions, names, pending: raised } = side.change(parts.regions, parts.names, operation);
    if (regions === parts.regions && names === parts.names && raised === pending.nothing) {
      return this.#same(effects);
    }
    const { shown, host } = parts;
    const after = { regions, shown, host, names };
    // Only an error has effects in the middle of a transaction, which is where the side asked.
    if (effects.length > 0) return new ModelLive(side, after, this.#depth, this.#pending, effects);
    return this.#ended(after, this.#depth, Math.max(raised, this.#pending) as Pending);
  }

  probe(operation: number): readonly Effect[] {
    const side = this.#side;
    if (side.alphabet[operation]?.op !== 'write') return this.after(operation).effects;
    this.#writes ??= side.writesOf(this.#parts);
    return this.#writes[operation] ?? side.write(this.#parts, operation, this.#writes);
  }

  /** A value: nothing changes it. */
  isStill(): boolean {
    return true;
  }

  /** The end of an operation: of the outermost transaction where `depth` is 0 (`commit` in model/reference/reference.ts). */
  #ended(parts: Parts, depth: number, waiting: Pending): ModelLive {
    if (depth > 0 || waiting === pending.nothing) {
      return new ModelLive(this.#side, parts, depth, waiting, nothing);
    }
    const isRendered = waiting === pending.map;
    const { regions, names } = parts;
    const shown = isRendered ? this.#side.shownBy(regions) : parts.shown;
    const { host, effects } = this.#side.commit(parts, isRendered);
    return new ModelLive(this.#side, { regions, shown, host, names }, 0, pending.nothing, effects);
  }

  #same(effects: readonly Effect[]): ModelLive {
    const same = new ModelLive(this.#side, this.#parts, this.#depth, this.#pending, effects);
    same.#key = this.#key;
    return same;
  }
}

/** 53 bits of a key. */
function indexOf(key: Key): number {
  return (key.w0 >>> 0) * 2 ** 21 + (key.w1 & 0x1fffff);
}
