/**
 * The guest: an image in the place of the firmware. It switches to 32-bit protected mode, then sleeps until it is woken, and does the
 * stores that are in a mailbox in RAM. A file that QEMU and this process share is that RAM.
 */
import { Assembler } from './assembler.ts';

/** Of the image, in bytes. Its last byte is the last below 4 GiB, where an x86 CPU starts 16 bytes before. */
const imageBytes = 0x1_0000;
const imageBase = 0x1_0000_0000 - imageBytes;
const resetVector = 0xfff0;

/** Guest-physical addresses. What the world uses of RAM is far above. */
export const mailbox = {
  /** 32 bits: how many stores are to be done; 0 while there is nothing to do. */
  count: 0x1000,
  /** The stores, one after the other. */
  stores: 0x1010,
} as const;

/** One store in the mailbox, in bytes from its beginning; little endian. */
export const letter = {
  /** 32 bits: bytes of a store to memory; 16 + bytes of one to a port. */
  command: 0,
  /** 32 bits. */
  address: 4,
  /** 64 bits. */
  value: 8,
  bytes: 16,
} as const;

/** So many stores fit: their number is written to a port of one byte. */
export const mostStores = 128;

/** Added to the number of bytes where the store is to a port. */
export const toPort = 16;

/**
 * Nothing answers at this port, so that QEMU traces the write. After each store, its number in the list is written there: what was traced
 * before it belongs to the store.
 */
export const markPort = 0xeff8;

/** At this port is a device of QEMU's that passes on what is written (`isa-debugcon`). The CPU writes there when it has done all stores. */
export const donePort = 0xeff9;

/** What the CPU pushes at an interrupt lies below this address. */
const stackEnd = 0x2000;

/** The vector of the interrupt that wakes the CPU, and the registers of its interrupt controller (the local APIC). */
const vector = 0x20;
const apic = { endOfInterrupt: 0xfee0_00b0, spuriousVector: 0xfee0_00f0 } as const;

/**
 * Wakes the CPU, which sleeps while it has nothing to do: a command of the qtest protocol. A write to this address is a message-signalled
 * interrupt for the first CPU (apic_mem_write in hw/intc/apic.c, kvm_apic_mem_write in hw/i386/kvm/apic.c).
 */
export const wakeUp = `writel 0xfee00000 0x${vector.toString(16)}`;

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

/** Three descriptors, the gates of the interrupts, all of 8 bytes each, and the pointers to the two tables, of 6. */
const startOffset = 24 + 6 + 8 * (vector + 1) + 6;

function program(): Assembler {
  const code = new Assembler();
  addTables(code);

  // 16-bit mode.
  code.label('start');
  code.bytes(0xfa); // cli
  code.bytes(0x66, 0x2e, 0x0f, 0x01, 0x16).offset('pointer'); // lgdtl %cs:pointer
  code.bytes(0x66, 0x2e, 0x0f, 0x01, 0x1e).offset('pointer to gates'); // lidtl %cs:pointer to gates
  code.bytes(0x0f, 0x20, 0xc0); // mov %cr0, %eax
  code.bytes(0x66, 0x83, 0xc8, 0x01); // or $1, %eax
  code.bytes(0x0f, 0x22, 0xc0); // mov %eax, %cr0
  code.bytes(0x66, 0xea).address('protected').bytes(0x08, 0x00); // ljmpl $8, $protected

  code.label('protected');
  code.bytes(0x66, 0xb8, 0x10, 0x00); // mov $16, %ax
  code.bytes(0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0); // mov %ax, %ds; %es; %ss
  code.bytes(0x0f, 0x20, 0xc0, 0x83, 0xe0, 0xf3, 0x0f, 0x22, 0xc0); // MMX may be used: cr0 without EM and TS
  code.bytes(0xc7, 0x05).long(apic.spuriousVector).long(0x1ff); // movl $0x1ff, spuriousVector: it takes interrupts

  code.jump(0xeb, 'wait');

  code.label('work');
  // The mailbox is free before the last mark is seen.
  code.bytes(0xc7, 0x05).long(mailbox.count).long(0); // movl $0, count
  code.bytes(0xbe).long(mailbox.stores); // mov $stores, %esi
  code.bytes(0x31, 0xdb); // xor %ebx, %ebx

  code.label('next');
  code.bytes(0x8b, 0x0e); // mov command(%esi), %ecx
  code.bytes(0x8b, 0x56, letter.address); // mov address(%esi), %edx
  code.bytes(0x8b, 0x46, letter.value); // mov value(%esi), %eax
  when(code, 1, 'byte', 0x88, 0x02); // mov %al, (%edx)
  when(code, 2, 'word', 0x66, 0x89, 0x02); // mov %ax, (%edx)
  when(code, 4, 'long', 0x89, 0x02); // mov %eax, (%edx)
  when(code, toPort + 1, 'out byte', 0xee); // out %al, %dx
  when(code, toPort + 2, 'out word', 0x66, 0xef); // out %ax, %dx
  when(code, toPort + 4, 'out long', 0xef); // out %eax, %dx
  code.bytes(0x0f, 0x6f, 0x46, letter.value); // movq value(%esi), %mm0
  code.bytes(0x0f, 0x7f, 0x02); // movq %mm0, (%edx)
  // Without emms, which not every KVM emulates: nothing here needs the FPU's registers.

  code.label('done');
  code.bytes(0x88, 0xd8); // mov %bl, %al
  code.bytes(0xba).long(markPort).bytes(0xee); // mov $markPort, %edx; out %al, %dx
  code.bytes(0x43); // inc %ebx
  code.bytes(0x83, 0xc6, letter.bytes); // add $16, %esi
  code.bytes(0x4f).jump(0x75, 'next'); // dec %edi; jnz next
  code.bytes(0xba).long(donePort).bytes(0xee); // mov $donePort, %edx; out %al, %dx

  // Interrupts are taken only while it sleeps. None is lost: they are let in with the instruction after sti.
  code.label('wait');
  code.bytes(0xbc).long(stackEnd); // mov $stackEnd, %esp
  code.bytes(0x8b, 0x3d).long(mailbox.count); // mov count, %edi
  code.bytes(0x85, 0xff).jump(0x75, 'work'); // test %edi, %edi; jnz work
  code.bytes(0xfb, 0xf4); // sti; hlt

  // Without iret, which not every KVM emulates: it looks again, with the interrupts shut.
  code.label('woken');
  code.bytes(0xc7, 0x05).long(apic.endOfInterrupt).long(0); // movl $0, endOfInterrupt
  return code.jump(0xeb, 'wait');
}

function addTables(code: Assembler): void {
  // The descriptor table: none, code and data, each of 4 GiB from 0 on. They are marked as accessed: nobody can do that in an image.
  code.label('table').long(0).long(0);
  code.long(0x0000_ffff).long(0x00cf_9b00);
  code.long(0x0000_ffff).long(0x00cf_9300);
  code.label('pointer').bytes(23, 0).address('table');
  // The interrupt table: nothing but the gate of the one that wakes.
  code.label('gates').bytes(...Array<number>(8 * vector).fill(0));
  code.offset('woken').bytes(0x08, 0x00).bytes(0x00, 0x8e).bytes(0xff, 0xff);
  code
    .label('pointer to gates')
    .bytes((8 * vector + 7) & 0xff, (8 * vector + 7) >> 8)
    .address('gates');
}

/** If the command is this one: the instruction, and then `done`. */
function when(code: Assembler, command: number, name: string, ...instruction: readonly number[]): void {
  code.bytes(0x83, 0xf9, command).jump(0x75, `not ${name}`); // cmp $command, %ecx; jne
  code.bytes(...instruction).jump(0xeb, 'done');
  code.label(`not ${name}`);
}
