/**
 * The part of a C test that stands in for QEMU's own libqtest: it starts a QEMU, speaks the qtest protocol to it, and looks at what a write
 * has done. In the log are the callbacks, and what nothing takes; an eventfd's count is in /proc.
 */
export const harness = String.raw`#define _GNU_SOURCE
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct QTestState {
    pid_t pid;
    FILE *answers;
    int commands;
    FILE *log;
    long logged;
    uint64_t counts[1024];
    const char *step;
    bool failed;
} QTestState;

static void stop(const char *what)
{
    printf("Bail out! %s\n", what);
    exit(1);
}

/* Every command is answered by a line, once it is done. */
static char *ask(QTestState *s, const char *format, ...)
{
    static char line[4096];
    va_list values;

    va_start(values, format);
    vsnprintf(line, sizeof(line) - 1, format, values);
    va_end(values);
    strcat(line, "\n");
    if (write(s->commands, line, strlen(line)) != (ssize_t)strlen(line)) {
        stop("QEMU does not listen");
    }
    do {
        if (!fgets(line, sizeof(line), s->answers)) {
            stop("QEMU has ended");
        }
    } while (!strncmp(line, "IRQ ", 4));
    if (strncmp(line, "OK", 2)) {
        stop(line);
    }
    return line;
}

static QTestState *qtest_init(const char *args)
{
    QTestState *s = calloc(1, sizeof(*s));
    const char *qemu = getenv("QTEST_QEMU_BINARY");
    char name[] = "/tmp/qtest-log-XXXXXX";
    int ends[2], log = mkstemp(name);
    char *command;

    if (!qemu) {
        qemu = "qemu-system-x86_64";
    }
    if (log < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) {
        stop("there are no files");
    }
    unlink(name);
    /* Older versions have no item of its own for what nothing takes. */
    if (asprintf(&command, "item=guest_errors; %s -d help | grep -q invalid_mem && item=invalid_mem; "
                 "exec %s -d $item -trace memory_region_ops_write -accel tcg -S -display none -no-user-config "
                 "-chardev socket,id=qtest,fd=3 -qtest chardev:qtest %s", qemu, qemu, args) < 0) {
        stop("there is no memory");
    }
    s->pid = fork();
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(log, 2);
        if (ends[1] != 3) {
            dup2(ends[1], 3);
        }
        execl("/bin/sh", "sh", "-c", command, NULL);
        _exit(127);
    }
    close(ends[1]);
    free(command);
    s->commands = ends[0];
    s->answers = fdopen(ends[0], "r");
    s->log = fdopen(log, "r");
    ask(s, "endianness");
    return s;
}

static void qtest_quit(QTestState *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
}

static __attribute__((unused)) void qtest_outb(QTestState *s, uint16_t address, uint8_t value)
{
    ask(s, "outb 0x%x 0x%x", address, value);
}

static __attribute__((unused)) void qtest_outw(QTestState *s, uint16_t address, uint16_t value)
{
    ask(s, "outw 0x%x 0x%x", address, value);
}

static void qtest_outl(QTestState *s, uint16_t address, uint32_t value)
{
    ask(s, "outl 0x%x 0x%x", address, value);
}

static void qtest_writew(QTestState *s, uint64_t address, uint16_t value)
{
    ask(s, "writew 0x%" PRIx64 " 0x%x", address, value);
}

static void qtest_writel(QTestState *s, uint64_t address, uint32_t value)
{
    ask(s, "writel 0x%" PRIx64 " 0x%x", address, value);
}

static __attribute__((unused)) void qtest_memwrite(QTestState *s, uint64_t address, const uint8_t *bytes, size_t size)
{
    char digits[64] = "";

    for (size_t i = 0; i < size; i++) {
        sprintf(digits + 2 * i, "%02x", bytes[i]);
    }
    ask(s, "write 0x%" PRIx64 " 0x%zx 0x%s", address, size, digits);
}

/* The counts of all eventfds of QEMU, by descriptor. */
static void count(QTestState *s, uint64_t counts[1024])
{
    char path[300], line[200];
    struct dirent *entry;
    DIR *folder;

    memset(counts, 0, 1024 * sizeof(counts[0]));
    snprintf(path, sizeof(path), "/proc/%d/fdinfo", (int)s->pid);
    folder = opendir(path);
    while (folder && (entry = readdir(folder))) {
        snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", (int)s->pid, entry->d_name);
        FILE *file = fopen(path, "r");
        while (file && fgets(line, sizeof(line), file)) {
            sscanf(line, "eventfd-count: %" SCNx64, &counts[atoi(entry->d_name) & 1023]);
        }
        if (file) {
            fclose(file);
        }
    }
    if (folder) {
        closedir(folder);
    }
}

/* How often they were signalled since. QEMU has some of its own, which it reads at once: their counts go up and down. */
static uint64_t signals(QTestState *s)
{
    uint64_t now[1024], sum = 0;

    count(s, now);
    for (int i = 0; i < 1024; i++) {
        sum += now[i] > s->counts[i] ? now[i] - s->counts[i] : 0;
    }
    return sum;
}

/* What is seen from here on belongs to the write after it. */
static __attribute__((unused)) void begin(QTestState *s, const char *step)
{
    s->step = step;
    count(s, s->counts);
    fseek(s->log, 0, SEEK_END);
    s->logged = ftell(s->log);
}

static void fail(QTestState *s, const char *expected, const char *seen)
{
    s->failed = true;
    printf("# %s\n#   expected: %s\n#   seen: %s\n", s->step, expected, seen);
}

/* One access in the log: what takes it, address, size, and the value where there is one. */
static bool access_in(const char *line, char *text, size_t size)
{
    uint64_t address, value;
    unsigned bytes;
    char region[100];

    if (sscanf(line, "memory_region_ops_write cpu %*d mr %*s addr %" SCNx64 " value %" SCNx64 " size %u name '%99[^']'",
               &address, &value, &bytes, region) == 4) {
        if (!strcmp(region, "io")) {
            snprintf(text, size, "no port 0x%" PRIx64 " size %u; ", address, bytes);
        } else {
            snprintf(text, size, "%s 0x%" PRIx64 " size %u value 0x%" PRIx64 "; ", region, address, bytes, value);
        }
        return true;
    }
    if (sscanf(line, "Invalid write at addr %" SCNx64 ", size %u, region '%99[^']'", &address, &bytes, region) == 3) {
        snprintf(text, size, "invalid %s 0x%" PRIx64 " size %u; ", region, address, bytes);
        return true;
    }
    return false;
}

/* What the write has done: accesses in their order, and how often an eventfd was signalled. */
static __attribute__((unused)) void expect(QTestState *s, const char *accesses, unsigned expected)
{
    char line[1000], one[200], seen[4096] = "", text[100];
    uint64_t signalled;

    fseek(s->log, s->logged, SEEK_SET);
    while (fgets(line, sizeof(line), s->log)) {
        if (access_in(line, one, sizeof(one)) && strlen(seen) + strlen(one) < sizeof(seen)) {
            strcat(seen, one);
        }
    }
    if (strcmp(seen, accesses)) {
        fail(s, accesses, seen);
    }
    for (int tries = 0; (signalled = signals(s)) != expected && tries < 20; tries++) {
        usleep(1000);
        ask(s, "endianness");
    }
    if (signalled != expected) {
        snprintf(one, sizeof(one), "%u signals", expected);
        snprintf(text, sizeof(text), "%" PRIu64 " signals", signalled);
        fail(s, one, text);
    }
}

/* What RAM holds. */
static __attribute__((unused)) void expect_memory(QTestState *s, uint64_t address, size_t size, const char *digits)
{
    char expected[100];

    snprintf(expected, sizeof(expected), "OK 0x%s\n", digits);
    char *seen = ask(s, "read 0x%" PRIx64 " 0x%zx", address, size);
    if (strcmp(seen, expected)) {
        fail(s, expected, seen);
    }
}
`;
