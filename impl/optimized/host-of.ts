/** The host that a scenario's decisions ask for, and what dispatch asks it. */

import type { Decisions } from '../../model/vocabulary/decisions.ts';
import type { HostOptions } from '../../model/vocabulary/vocabulary.ts';
import type { HeldWords } from './host/held-words.ts';
import type { Held, Host } from './host/host.ts';
import type { HostMirror } from './host/host-mirror.ts';
import type { Parts } from './parts.ts';

/** The host, and what it holds, by space. */
export type MadeHost = { readonly host: Host; readonly held: readonly [Held, Held] };

/**
 * What an ideal host holds is what the mirrors show, as long as they show all that is told: each registration where its
 * first byte answers. A host that takes everything must keep it only where dispatch asks it.
 */
export function hostOf(
  decisions: Decisions,
  options: HostOptions,
  mirrors: readonly [HostMirror, HostMirror],
  parts: Parts,
): MadeHost {
  const { hostChanges, host, visibility, match } = decisions;
  switch (host) {
    case 'ideal': {
      const words = visibility === 'first-byte' ? undefined : heldWords(parts);
      const held = words ?? mirrors;
      return { host: parts.promisedHost({ options, hostChanges, holdings: held, words }), held };
    }
    case 'takes-all': {
      const words = match === 'region' ? undefined : heldWords(parts);
      return { host: parts.emulatedHost({ hostChanges, words }), held: words ?? mirrors };
    }
    case 'kernel': {
      const buses = [parts.bus(parts.thresholds), parts.bus(parts.thresholds)] as const;
      return { host: parts.kernelHost({ options, hostChanges, buses }), held: buses };
    }
  }
}

function heldWords(parts: Parts): readonly [HeldWords, HeldWords] {
  return [parts.heldWords(parts.thresholds), parts.heldWords(parts.thresholds)];
}
