/** A small assembler: bytes, labels, and jumps to them. It knows no instructions; whoever uses it names each one. */

type Patch = {
  readonly at: number;
  readonly label: string;
  readonly kind: 'relative8' | 'absolute32' | 'offset16';
};

export class Assembler {
  readonly #bytes: number[] = [];
  readonly #labels = new Map<string, number>();
  readonly #patches: Patch[] = [];

  /** What follows is called so. */
  label(name: string): this {
    this.#labels.set(name, this.#bytes.length);
    return this;
  }

  /** The bytes of an instruction, or data. */
  bytes(...bytes: readonly number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  /** A number of 32 bits, the lowest byte first. */
  long(value: number): this {
    return this.bytes(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  }

  /** An opcode with an offset of 8 bits to a label, from the next instruction on. */
  jump(opcode: number, label: string): this {
    this.bytes(opcode);
    return this.#patch(label, 'relative8', 1);
  }

  /** The address of a label, 32 bits: the base plus its place. */
  address(label: string): this {
    return this.#patch(label, 'absolute32', 4);
  }

  /** The place of a label, 16 bits. */
  offset(label: string): this {
    return this.#patch(label, 'offset16', 2);
  }

  /**
   * The program, without what follows its last byte.
   *
   * @param base where its first byte will be
   * @throws RangeError where a label is missing, or too far for a jump
   */
  assemble(base: number): Uint8Array {
    const code = Uint8Array.from(this.#bytes);
    const view = new DataView(code.buffer);
    for (const { at, label, kind } of this.#patches) {
      const place = this.#labels.get(label);
      if (place === undefined) throw new RangeError(`there is no label ${label}`);
      if (kind === 'absolute32') view.setUint32(at, base + place, true);
      else if (kind === 'offset16') view.setUint16(at, place, true);
      else {
        const distance = place - (at + 1);
        if (distance < -128 || distance > 127) throw new RangeError(`${label} is too far for a short jump`);
        view.setInt8(at, distance);
      }
    }
    return code;
  }

  #patch(label: string, kind: Patch['kind'], bytes: number): this {
    this.#patches.push({ at: this.#bytes.length, label, kind });
    return this.bytes(...Array<number>(bytes).fill(0));
  }
}
