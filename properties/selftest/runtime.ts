/** What every test program has in common: a machine with one CPU, calls, stores, and lines of TAP. In C, for the kernel's headers. */

/** Before the tests. */
export const runtime = String.raw`#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/kvm.h>

/* Exit statuses of kselftest. */
#define PASS 0
#define FAIL 1
#define SKIP 4

#define MOST_NOTIFIERS 64
#define MOST_MEMORIES 8
#define PAGE 4096UL
/* No notifier. */
#define NONE (-1)
/* Match data and whether there are any. */
#define ANY UINT64_C(0), 0
#define DATA(value) UINT64_C(value), 1

enum bus { MEMORY, PORTS };

/* The guest's own memory: where its code and its page tables are. */
#define GUEST_BASE UINT64_C(0xfffe00000)
#define GUEST_SIZE 0x100000UL
#define CODE 0x0UL
#define STRING 0x1000UL
#define TABLES 0x2000UL

static int kvm, vm, cpu, run_size;
static struct kvm_run *run;
static uint8_t *guest;
static size_t next_table;
static struct { void *at; size_t size; } memories[MOST_MEMORIES];
static int memory_count;
static int eventfds[MOST_NOTIFIERS];
/* An epoll instance over them: it lists those that were signalled in the order in which they were. */
static int order;
static int test_number, failures;
/* What came of the last store, for the line that says that it is wrong. */
static char happened[256];

static void bail_out(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(FAIL);
}

static void skip_all(const char *why)
{
	printf("TAP version 13\n1..0 # SKIP %s\n", why);
	exit(SKIP);
}

static int checked(const char *what, int result)
{
	if (result < 0)
		bail_out(what);
	return result;
}

static void verdict(int is_right, const char *format, ...)
{
	va_list arguments;

	printf("%sok %d - ", is_right ? "" : "not ", ++test_number);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	if (is_right)
		return;
	printf("#   %s\n", happened);
	failures++;
}

static void hung(int signal_number)
{
	(void)signal_number;
	static const char text[] = "Bail out! the guest does not halt\n";

	if (write(1, text, sizeof(text) - 1) < 0)
		_exit(FAIL);
	_exit(FAIL);
}

static uint64_t *table_at(uint64_t offset)
{
	return (uint64_t *)(guest + offset);
}

/* Each address stands for itself, in pages of 2 MiB, entered when they are needed. */
static void enter_page(uint64_t address)
{
	uint64_t table = TABLES;
	int shift;

	for (shift = 39; shift > 21; shift -= 9) {
		uint64_t *entry = &table_at(table)[(address >> shift) & 511];

		if (*entry == 0) {
			if (next_table + PAGE > GUEST_SIZE)
				bail_out("too many far-off pages");
			*entry = (GUEST_BASE + next_table) | 3;
			next_table += PAGE;
		}
		table = (*entry & ~0xfffULL) - GUEST_BASE;
	}
	table_at(table)[(address >> 21) & 511] = (address & ~0x1fffffULL) | 0x83;
}

static void add_memory(uint64_t address, unsigned long pages)
{
	struct kvm_userspace_memory_region region = {
		.slot = memory_count,
		.guest_phys_addr = address,
		.memory_size = pages * PAGE,
	};
	void *at = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || memory_count == MOST_MEMORIES)
		bail_out("memory");
	region.userspace_addr = (uintptr_t)at;
	checked("KVM_SET_USER_MEMORY_REGION", ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region));
	memories[memory_count].at = at;
	memories[memory_count++].size = pages * PAGE;
}

static void set_up_cpu(void)
{
	static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[256]; } cpuid;
	struct kvm_segment code = {
		.limit = 0xffffffff, .selector = 8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1,
	};
	struct kvm_segment data = {
		.limit = 0xffffffff, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1,
	};
	struct kvm_sregs sregs;

	cpuid.head.nent = 256;
	checked("KVM_GET_SUPPORTED_CPUID", ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid));
	checked("KVM_SET_CPUID2", ioctl(cpu, KVM_SET_CPUID2, &cpuid));
	checked("KVM_GET_SREGS", ioctl(cpu, KVM_GET_SREGS, &sregs));
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.cr0 = 0x80000033;
	sregs.cr3 = GUEST_BASE + TABLES;
	sregs.cr4 = 0x20;
	sregs.efer = 0x500;
	checked("KVM_SET_SREGS", ioctl(cpu, KVM_SET_SREGS, &sregs));
}

/* A machine for one test. */
static void begin(const char *title)
{
	int number;

	printf("# %s\n", title);
	vm = checked("KVM_CREATE_VM", ioctl(kvm, KVM_CREATE_VM, 0));
	memory_count = 0;
	add_memory(GUEST_BASE, GUEST_SIZE / PAGE);
	guest = memories[0].at;
	next_table = TABLES + PAGE;
	enter_page(GUEST_BASE);
	cpu = checked("KVM_CREATE_VCPU", ioctl(vm, KVM_CREATE_VCPU, 0));
	run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu, 0);
	if (run == MAP_FAILED)
		bail_out("kvm_run");
	set_up_cpu();
	order = checked("epoll_create1", epoll_create1(EPOLL_CLOEXEC));
	for (number = 0; number < MOST_NOTIFIERS; number++) {
		struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u32 = number };

		eventfds[number] = checked("eventfd", eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
		checked("epoll_ctl", epoll_ctl(order, EPOLL_CTL_ADD, eventfds[number], &event));
	}
}

static void end(void)
{
	int number;

	for (number = 0; number < MOST_NOTIFIERS; number++)
		close(eventfds[number]);
	close(order);
	munmap(run, run_size);
	close(cpu);
	close(vm);
	while (memory_count > 0) {
		memory_count--;
		munmap(memories[memory_count].at, memories[memory_count].size);
	}
}

static const char *bus_name(enum bus bus)
{
	return bus == MEMORY ? "memory" : "port";
}

static const char *error_name(int error)
{
	switch (error) {
	case 0: return "done";
	case EINVAL: return "EINVAL";
	case EEXIST: return "EEXIST";
	case ENOSPC: return "ENOSPC";
	case ENOENT: return "ENOENT";
	case EBADF: return "EBADF";
	default: return strerror(error);
	}
}

static void ask(const char *verb, unsigned int verb_flags, enum bus bus, uint64_t address, unsigned int length,
		uint64_t data, int has_data, int descriptor, unsigned int flags, int expected)
{
	struct kvm_ioeventfd asked = {
		.datamatch = data, .addr = address, .len = length, .fd = descriptor, .flags = flags | verb_flags,
	};
	char value[40] = "";
	int error;

	if (has_data)
		asked.flags |= KVM_IOEVENTFD_FLAG_DATAMATCH;
	if (bus == PORTS)
		asked.flags |= KVM_IOEVENTFD_FLAG_PIO;
	error = ioctl(vm, KVM_IOEVENTFD, &asked) < 0 ? errno : 0;
	snprintf(happened, sizeof(happened), "the kernel answers %s", error_name(error));
	if (has_data)
		snprintf(value, sizeof(value), ", data 0x%" PRIx64, data);
	verdict(error == expected, "%s %s 0x%" PRIx64 " length %u%s: %s", verb, bus_name(bus), address, length, value,
		error_name(expected));
}

static inline void assign(enum bus bus, uint64_t address, unsigned int length, uint64_t data, int has_data,
			  int descriptor, unsigned int flags, int expected)
{
	ask("assign", 0, bus, address, length, data, has_data, descriptor, flags, expected);
}

static inline void deassign(enum bus bus, uint64_t address, unsigned int length, uint64_t data, int has_data,
			    int descriptor, unsigned int flags, int expected)
{
	ask("deassign", KVM_IOEVENTFD_FLAG_DEASSIGN, bus, address, length, data, has_data, descriptor, flags, expected);
}

/* 1,000 devices of another kind: zones whose stores are collected, where none is made. */
static inline void fill(enum bus bus)
{
	int number;

	for (number = 0; number < 1000; number++) {
		struct kvm_coalesced_mmio_zone zone = {
			.addr = (bus == MEMORY ? GUEST_BASE : 0x10000) + number, .size = 1, .pio = bus == PORTS,
		};

		checked("KVM_REGISTER_COALESCED_MMIO", ioctl(vm, KVM_REGISTER_COALESCED_MMIO, &zone));
	}
}

static unsigned long exits;

static void run_to_halt(const uint8_t *code, size_t size, struct kvm_regs regs)
{
	memcpy(guest + CODE, code, size);
	guest[CODE + size] = 0xf4;
	regs.rip = GUEST_BASE + CODE;
	regs.rflags = 2;
	checked("KVM_SET_REGS", ioctl(cpu, KVM_SET_REGS, &regs));
	exits = 0;
	alarm(5);
	for (;;) {
		checked("KVM_RUN", ioctl(cpu, KVM_RUN, 0));
		if (run->exit_reason == KVM_EXIT_HLT)
			break;
		if (run->exit_reason != KVM_EXIT_MMIO && run->exit_reason != KVM_EXIT_IO)
			bail_out("the guest broke down");
		exits += run->exit_reason == KVM_EXIT_IO ? run->io.count : 1;
	}
	alarm(0);
}

/* Whether each notifier was signalled as often as expected and, where there are two, the first before the second. */
static int signalled_as(const uint64_t *expected, int first, int second)
{
	struct epoll_event events[MOST_NOTIFIERS];
	int number, length, is_right = 1;
	/* Before they are read: what was read is no longer listed. */
	int listed = checked("epoll_wait", epoll_wait(order, events, MOST_NOTIFIERS, 0));

	length = snprintf(happened, sizeof(happened), "%lu stores come to user space; signalled:", exits);
	for (number = 0; number < MOST_NOTIFIERS; number++) {
		uint64_t count = 0;

		if (read(eventfds[number], &count, sizeof(count)) != sizeof(count))
			count = 0;
		is_right &= count == expected[number];
		if (count > 0 && length < (int)sizeof(happened))
			length += snprintf(happened + length, sizeof(happened) - length,
					   " notifier %d (%" PRIu64 ")", number, count);
	}
	if (is_right && second != NONE && second != first && events[listed - 1].data.u32 != (uint32_t)second) {
		snprintf(happened, sizeof(happened), "signalled in the other order: notifier %d, then %d", second, first);
		return 0;
	}
	return is_right;
}

static inline void store(enum bus bus, uint64_t address, int size, uint64_t data, int first, int second,
			 const char *expected)
{
	static const struct { uint8_t bytes[3]; size_t size; } to_memory[] = {
		[1] = { { 0x88, 0x06 }, 2 }, [2] = { { 0x66, 0x89, 0x06 }, 3 },
		[4] = { { 0x89, 0x06 }, 2 }, [8] = { { 0x48, 0x89, 0x06 }, 3 },
	}, to_port[] = {
		[1] = { { 0xee }, 1 }, [2] = { { 0x66, 0xef }, 2 }, [4] = { { 0xef }, 1 },
	};
	struct kvm_regs regs = { .rax = data, .rsi = address, .rdx = address };
	uint64_t counts[MOST_NOTIFIERS] = { 0 };

	if (bus == MEMORY) {
		enter_page(address);
		enter_page(address + size - 1);
		run_to_halt(to_memory[size].bytes, to_memory[size].size, regs);
	} else {
		run_to_halt(to_port[size].bytes, to_port[size].size, regs);
	}
	if (first != NONE)
		counts[first]++;
	if (second != NONE)
		counts[second]++;
	verdict(signalled_as(counts, first, second), "store %d bytes 0x%" PRIx64 " to %s 0x%" PRIx64 ": %s", size, data,
		bus_name(bus), address, expected);
}

/* The same value several times, by one instruction. */
static inline void outs(uint64_t port, int size, uint64_t data, int times, int notifier, int expected)
{
	static const struct { uint8_t bytes[3]; size_t size; } codes[] = {
		[1] = { { 0xf3, 0x6e }, 2 }, [2] = { { 0xf3, 0x66, 0x6f }, 3 }, [4] = { { 0xf3, 0x6f }, 2 },
	};
	struct kvm_regs regs = { .rsi = GUEST_BASE + STRING, .rdx = port, .rcx = times };
	uint64_t counts[MOST_NOTIFIERS] = { 0 };
	int number;

	for (number = 0; number < times; number++)
		memcpy(guest + STRING + number * size, &data, size);
	run_to_halt(codes[size].bytes, codes[size].size, regs);
	counts[notifier] = expected;
	verdict(signalled_as(counts, NONE, NONE), "rep outs, %d times %d bytes 0x%" PRIx64 " to port 0x%" PRIx64 ": %d signals",
		times, size, data, port, expected);
}

static void open_kvm(int tests)
{
	struct sigaction action = { .sa_handler = hung };

	setvbuf(stdout, NULL, _IOLBF, 0);
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		skip_all("/dev/kvm cannot be opened");
	if (ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		skip_all("another version of KVM's interface");
	if (ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_IOEVENTFD) <= 0)
		skip_all("no KVM_IOEVENTFD");
	run_size = checked("KVM_GET_VCPU_MMAP_SIZE", ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
	sigaction(SIGALRM, &action, NULL);
	printf("TAP version 13\n1..%d\n", tests);
}

static int finish(void)
{
	printf("# %d of %d failed\n", failures, test_number);
	return failures > 0 ? FAIL : PASS;
}
`;
