/** Names and their numbers: dense, from 0, in the order in which they were added. */

import { must, mustBeSame } from './must.ts';

export class Names {
  private names: string[];
  private numbers: Map<string, number>;
  /** The numbers in order of name. Undefined when they must be sorted again. */
  private sorted: readonly number[] | undefined;
  /** Whether others read the same names. Then they are copied before one is added. */
  private isShared: boolean;

  /** No names, or those of another. Both are independent from then on. */
  constructor(other?: Names) {
    this.names = other === undefined ? [] : other.names;
    this.numbers = other === undefined ? new Map() : other.numbers;
    this.sorted = other?.sorted;
    this.isShared = other !== undefined;
    if (other !== undefined) other.isShared = true;
  }

  get size(): number {
    return this.names.length;
  }

  numberOf(name: string): number | undefined {
    return this.numbers.get(name);
  }

  nameOf(number: number): string {
    return this.names[number]!;
  }

  /** Adds a name that is not there, and returns its number. */
  add(name: string): number {
    if (this.isShared) {
      this.names = this.names.slice();
      this.numbers = new Map(this.numbers);
      this.isShared = false;
    }
    this.sorted = undefined;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /** All names, in order of number. */
  all(): readonly string[] {
    return this.names;
  }

  /** Asserts that names and numbers agree, and that what is sorted is sorted. */
  validate(): void {
    const { names, numbers, sorted } = this;
    must(numbers.size === names.length, names.length, ' names, ', numbers.size, ' numbers');
    names.forEach((name, number) => {
      must(numbers.get(name) === number, name, ' is not number ', number);
    });
    if (sorted === undefined) return;
    mustBeSame(sorted, names.keys(), 'numbers in order of name');
    const isSorted = sorted.every((number, i) => i === 0 || names[sorted[i - 1]!]! < names[number]!);
    must(isSorted, 'the names are out of order');
  }

  /** All numbers, in order of name. */
  inOrder(): readonly number[] {
    const { names } = this;
    this.sorted ??= [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
    return this.sorted;
  }
}
