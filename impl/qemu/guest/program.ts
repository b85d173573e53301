/**
 * The guest: an image in the place of the firmware. It switches to 32-bit protected mode, then waits for commands in a mailbox in RAM,
 * and does one store for each. A file that QEMU and this process share is that RAM.
 */
import { Assembler } from './assembler.ts';

/** Of the image, in bytes. Its last byte is the last below 4 GiB, where an x86 CPU starts 16 bytes before. */
const imageBytes = 0x1_0000;
const imageBase = 0x1_0000_0000 - imageBytes;
const resetVector = 0xfff0;

/** Guest-physical addresses. What the world uses of RAM is far above. */
export const mailbox = {
  /** 32 bits: 0 while there is nothing to do; bytes of a store to memory; 16 + bytes of one to a port. */
  command: 0x1000,
  /** 32 bits. */
  address: 0x1004,
  /** 64 bits, little endian. */
  value: 0x1008,
  /** 8 bits: written to the port below when the store is done. */
  number: 0x1010,
} as const;

/** Added to the number of bytes where the store is to a port. */
export const toPort = 16;

/** Nothing answers at this port, so that QEMU traces the write: what was traced before it belongs to the store. */
export const markPort = 0xeff8;

/** 64 KiB, for QEMU's `-bios`. */
export function guestImage(): Uint8Array {
  const image = new Uint8Array(imageBytes);
  image.set(program().assemble(imageBase));
  // In 16-bit mode: jmp to `start`, whose place is known once the table before it is.
  image.set(
    [0xe9, (startOffset - resetVector - 3) & 0xff, ((startOffset - resetVector - 3) >> 8) & 0xff],
    resetVector,
  );
  return image;
}

/** Three descriptors of 8 bytes, and the pointer to them of 6. */
const startOffset = 30;

function program(): Assembler {
  const code = new Assembler();
  // The descriptor table: none, code and data, each of 4 GiB from 0 on. They are marked as accessed: nobody can do that in an image.
  code.label('table').long(0).long(0);
  code.long(0x0000_ffff).long(0x00cf_9b00);
  code.long(0x0000_ffff).long(0x00cf_9300);
  code.label('pointer').bytes(23, 0).address('table');

  // 16-bit mode.
  code.label('start');
  code.bytes(0xfa); // cli
  code.bytes(0x66, 0x2e, 0x0f, 0x01, 0x16).offset('pointer'); // lgdtl %cs:pointer
  code.bytes(0x0f, 0x20, 0xc0); // mov %cr0, %eax
  code.bytes(0x66, 0x83, 0xc8, 0x01); // or $1, %eax
  code.bytes(0x0f, 0x22, 0xc0); // mov %eax, %cr0
  code.bytes(0x66, 0xea).address('protected').bytes(0x08, 0x00); // ljmpl $8, $protected

  code.label('protected');
  code.bytes(0x66, 0xb8, 0x10, 0x00); // mov $16, %ax
  code.bytes(0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0); // mov %ax, %ds; %es; %ss
  code.bytes(0x0f, 0x20, 0xc0, 0x83, 0xe0, 0xf3, 0x0f, 0x22, 0xc0); // MMX may be used: cr0 without EM and TS

  code.label('wait');
  code.bytes(0xf3, 0x90); // pause
  code.bytes(0x8b, 0x0d).long(mailbox.command); // mov command, %ecx
  code.bytes(0x85, 0xc9).jump(0x74, 'wait'); // test %ecx, %ecx; jz wait
  code.bytes(0x8b, 0x15).long(mailbox.address); // mov address, %edx
  code.bytes(0xa1).long(mailbox.value); // mov value, %eax
  when(code, 1, 'byte', 0x88, 0x02); // mov %al, (%edx)
  when(code, 2, 'word', 0x66, 0x89, 0x02); // mov %ax, (%edx)
  when(code, 4, 'long', 0x89, 0x02); // mov %eax, (%edx)
  when(code, toPort + 1, 'out byte', 0xee); // out %al, %dx
  when(code, toPort + 2, 'out word', 0x66, 0xef); // out %ax, %dx
  when(code, toPort + 4, 'out long', 0xef); // out %eax, %dx
  code.bytes(0x0f, 0x6f, 0x05).long(mailbox.value); // movq value, %mm0
  code.bytes(0x0f, 0x7f, 0x02); // movq %mm0, (%edx)
  // Without emms, which not every KVM emulates: nothing here needs the FPU's registers.

  code.label('done');
  // The mailbox is free before the mark is seen.
  code.bytes(0xc7, 0x05).long(mailbox.command).long(0); // movl $0, command
  code.bytes(0xa0).long(mailbox.number); // mov number, %al
  code.bytes(0xba).long(markPort).bytes(0xee); // mov $markPort, %edx; out %al, %dx
  return code.jump(0xeb, 'wait');
}

/** If the command is this one: the instruction, and then `done`. */
function when(code: Assembler, command: number, name: string, ...instruction: readonly number[]): void {
  code.bytes(0x83, 0xf9, command).jump(0x75, `not ${name}`); // cmp $command, %ecx; jne
  code.bytes(...instruction).jump(0xeb, 'done');
  code.label(`not ${name}`);
}
