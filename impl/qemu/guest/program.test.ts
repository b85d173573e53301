import { expect, it } from 'vitest';
import { Assembler } from './assembler.ts';
import { guestImage } from './program.ts';

it('labels: short jumps both ways, addresses from the base on, offsets; what is missing or too far is an error', () => {
  const code = new Assembler().label('start').jump(0xeb, 'end').address('end').offset('end').label('end');
  expect([...code.jump(0xeb, 'start').assemble(0x1000)]).toEqual([
    ...[0xeb, 6],
    ...[0x08, 0x10, 0, 0],
    ...[8, 0],
    ...[0xeb, 0xf6],
  ]);
  expect(() => new Assembler().jump(0xeb, 'nowhere').assemble(0)).toThrow('there is no label nowhere');
  const far = new Assembler().label('start').bytes(...Array<number>(200).fill(0x90));
  expect(() => far.jump(0xeb, 'start').assemble(0)).toThrow('start is too far for a short jump');
});

it('the image is 64 KiB, and the first instruction of the CPU jumps to its start', () => {
  const image = guestImage();
  expect(image.length).toBe(0x1_0000);
  const jump = 0xfff0;
  expect(image[jump]).toBe(0xe9);
  const distance = (image[jump + 1] ?? 0) | ((image[jump + 2] ?? 0) << 8);
  // In 16 bits, it wraps around.
  const start = (jump + 3 + distance) & 0xffff;
  expect([...image.slice(start, start + 6)]).toEqual([0xfa, 0x66, 0x2e, 0x0f, 0x01, 0x16]);
});
