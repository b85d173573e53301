/** A state as a string. States with equal strings have equal futures. */
import type { HostSpace } from '../host/host.ts';
import type { Ioeventfd } from '../ioeventfd/ioeventfd.ts';
import type { Region, Regions } from '../map/region.ts';
import type { State } from './state.ts';

/**
 * A string that is equal for two states of one scenario's header exactly when no further operations can tell them
 * apart. The order in which regions were created plays no part; nor does the number of requests to the host, once none
 * of the refusals in the header is left. Nor does `eventfdsPending`: the host was told what the regions and the map that is
 * rendered make visible, or else the flag is set, so whether there is something to tell follows from the rest of the state. Of the map that is
 * rendered, the lists of registrations play no part: a commit takes those that the regions have by then.
 */
export function fingerprintOf(state: State): string {
  const { notifiers, regions, rendered, depth, mapPending, host, hostOptions } = state;
  const { refuse } = hostOptions;
  const lastRefusal = Array.isArray(refuse) ? Math.max(-1, ...refuse) : -1;
  return [
    notifiers.join(),
    regionsText(regions),
    renderedText(rendered, regions),
    `${depth}${mapPending ? 'm' : ''}`,
    Math.min(host.requests, lastRefusal + 1),
    hostText(host.memory),
    hostText(host.io),
  ].join('|');
}

/** Regions are values, so the text of each is made once. This is the only cache in `model/`, and no part of `step`. */
const texts = new WeakMap<Region, { readonly place: string; readonly eventfds: string }>();

function textOf(region: Region): { readonly place: string; readonly eventfds: string } {
  const known = texts.get(region);
  if (known !== undefined) return known;
  const text = { place: regionText(region), eventfds: region.eventfds.map(ioeventfdText).join() };
  texts.set(region, text);
  return text;
}

function regionsText(regions: Regions): string {
  const all: string[] = [];
  for (const region of regions.values()) {
    const { place, eventfds } = textOf(region);
    all.push(`${place} ${eventfds}`);
  }
  return all.sort().join(';');
}

/** The map that is rendered, where it is not that of the regions as they are now. */
function renderedText(rendered: Regions, regions: Regions): string {
  if (rendered === regions) return '';
  const isSame =
    rendered.size === regions.size && [...rendered.values()].every((one) => isPlaced(one, regions));
  if (isSame) return '';
  return [...rendered.values()]
    .map((region) => textOf(region).place)
    .sort()
    .join(';');
}

function isPlaced(region: Region, regions: Regions): boolean {
  const now = regions.get(region.id);
  return now !== undefined && textOf(now).place === textOf(region).place;
}

function regionText(region: Region): string {
  const { id, kind, size, createdSize, enabled, container, address, priority, subregions, endianness } =
    region;
  const { target, targetOffset, valid, impl } = region;
  const numbers = [size, createdSize, address, targetOffset].map((value) => value.toString(16));
  const limits = [valid, impl].map(({ min, max, unaligned }) => `${min}${max}${unaligned ? 'u' : ''}`);
  const place = container === undefined ? '' : `${container}!${priority}`;
  return [
    id,
    kind,
    ...numbers,
    enabled ? '' : 'off',
    place,
    subregions.join(),
    endianness,
    target,
    ...limits,
  ].join(' ');
}

/** Notifiers are told apart by their rank. */
function ioeventfdText({ address, size, data, rank }: Ioeventfd): string {
  return `${address.toString(16)}/${size}/${data?.toString(16)}/${rank}`;
}

/** What the host was told and whether it refused it, and the order in which it holds the rest. */
function hostText({ told, held }: HostSpace): string {
  const toldText = told.map(
    (ioeventfd) => `${ioeventfdText(ioeventfd)}${ioeventfd.refused === undefined ? '' : '!'}`,
  );
  return `${toldText.join()}>${held.map(ioeventfdText).join()}`;
}
