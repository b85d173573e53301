/**
 * A PCI bridge: its windows are aliases of the space behind it. Whatever a guest writes to its windows or to its COMMAND register, QEMU maps
 * all windows anew, from all registers, in one transaction (pci_bridge_update_mappings in hw/pci/pci_bridge.c). A reset clears the registers
 * and leaves the windows as they are: only with the next write are they what the registers say.
 */
import type { Operation, Space } from '../../../model/vocabulary/vocabulary.ts';
import { pciContainer, type WindowName, windowNames, windowUnit } from './machine.ts';

/** A window: as its registers have it, or as it is mapped. A disabled one shows nothing. */
type Shape = { readonly base: bigint; readonly size: bigint; readonly isEnabled: boolean };

const closed: Shape = { base: 0n, size: 0n, isEnabled: true };

export class BridgeState {
  readonly name: string;
  readonly #registers = new Map<WindowName, Shape>(windowNames.map((window) => [window, closed]));
  readonly #mapped = new Map<WindowName, Shape>(windowNames.map((window) => [window, closed]));

  constructor(name: string) {
    this.name = name;
  }

  /** Creates its spaces and its windows, all closed. */
  get creation(): readonly Operation[] {
    return [
      { op: 'create', region: `${this.name}.memory.space`, kind: 'container', size: 1n << 64n },
      { op: 'create', region: `${this.name}.io.space`, kind: 'container', size: 1n << 32n },
      ...windowNames.flatMap((window): Operation[] => {
        const target = `${this.name}.${spaceOf(window)}.space`;
        return [
          { op: 'create', region: this.#region(window), kind: 'alias', size: 0n, target },
          this.#map(window),
        ];
      }),
    ];
  }

  /** Whether the bit of its COMMAND register is set. */
  isEnabled(space: Space): boolean {
    return windowNames.some((window) => spaceOf(window) === space && this.#register(window).isEnabled);
  }

  /** The guest writes base and limit of a window. Told first of the windows' changes. */
  write(window: WindowName, base: bigint, size: bigint): readonly Operation[] {
    const shape = { ...this.#register(window), base, size };
    this.#registers.set(window, shape);
    this.#mapped.set(window, { ...shape, isEnabled: this.#shown(window).isEnabled });
    const region = this.#region(window);
    return this.#mapAnew([
      { op: 'resize', region, size },
      { op: 'retarget', region, targetOffset: base },
    ]);
  }

  /** The guest sets or clears a bit of COMMAND. Told first of the windows' changes. */
  switch(space: Space, isEnabled: boolean): readonly Operation[] {
    const windows = windowNames.filter((window) => spaceOf(window) === space);
    for (const window of windows) {
      this.#registers.set(window, { ...this.#register(window), isEnabled });
      this.#mapped.set(window, { ...this.#shown(window), isEnabled });
    }
    const op = isEnabled ? 'enable' : 'disable';
    return this.#mapAnew(windows.map((window) => ({ op, region: this.#region(window) })));
  }

  /** Base and limit are 0, so each window is as small as it can be; memory and I/O are off. Nothing is mapped anew. */
  reset(): void {
    for (const window of windowNames) {
      this.#registers.set(window, { base: 0n, size: windowUnit[window], isEnabled: false });
    }
  }

  #mapAnew(first: readonly Operation[]): readonly Operation[] {
    return [
      { op: 'begin' },
      ...windowNames.map((window) => ({ op: 'unmap', region: this.#region(window) }) as const),
      ...first,
      ...windowNames.flatMap((window) => this.#catchUp(window)),
      ...windowNames.map((window) => this.#map(window)),
      { op: 'commit' },
    ];
  }

  /** What the registers say and is not mapped yet. */
  #catchUp(window: WindowName): Operation[] {
    const [wanted, shown, region] = [this.#register(window), this.#shown(window), this.#region(window)];
    this.#mapped.set(window, wanted);
    return [
      ...(wanted.isEnabled === shown.isEnabled
        ? []
        : [{ op: wanted.isEnabled ? 'enable' : 'disable', region } as const]),
      ...(wanted.size === shown.size ? [] : [{ op: 'resize', region, size: wanted.size } as const]),
      ...(wanted.base === shown.base ? [] : [{ op: 'retarget', region, targetOffset: wanted.base } as const]),
    ];
  }

  #map(window: WindowName): Operation {
    const container = window === 'io' ? 'io' : pciContainer;
    const { base } = this.#shown(window);
    return { op: 'map', region: this.#region(window), container, offset: base, priority: 1 };
  }

  #region(window: WindowName): string {
    return `${this.name}.${window}`;
  }

  #register(window: WindowName): Shape {
    return this.#registers.get(window) ?? closed;
  }

  #shown(window: WindowName): Shape {
    return this.#mapped.get(window) ?? closed;
  }
}

export function spaceOf(window: WindowName): Space {
  return window === 'io' ? 'io' : 'memory';
}
