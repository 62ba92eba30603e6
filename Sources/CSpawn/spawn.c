#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"

/// Above every number that the child gets, so that putting one in place never closes another.
enum { first_free = 16, handed = 6 };

int sojourn_keeper_start(
    const struct sojourn_limits *limits, const char *folder, char *const arguments[], char *const environment[],
    const int descriptors[6], pid_t *keeper)
{
    char settings[128];
    snprintf(settings, sizeof settings, "%lld,%lld,%lld,%lld", limits->memory_bytes, limits->file_bytes,
        limits->descriptors, limits->processes);
    size_t count = 0;
    while (arguments[count]) count++;
    const char **all = calloc(count + keeper_own_arguments + 1, sizeof *all);
    if (!all) return ENOMEM;
    all[0] = keeper_name;
    all[1] = settings;
    all[2] = folder;
    for (size_t i = 0; i < count; i++) all[keeper_own_arguments + i] = arguments[i];

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int copies[handed];
    int fault = 0;
    for (int i = 0; i < handed; i++) {
        copies[i] = descriptors[i] < 0 ? -1 : fcntl(descriptors[i], F_DUPFD_CLOEXEC, first_free);
        if (descriptors[i] >= 0 && copies[i] < 0) fault = errno;
    }
    for (int i = 0; i < handed && !fault; i++) {
        fault = copies[i] < 0 ? posix_spawn_file_actions_addclose(&actions, i)
                              : posix_spawn_file_actions_adddup2(&actions, copies[i], i);
    }
    if (!fault) fault = posix_spawn_file_actions_addclosefrom_np(&actions, handed);
    sigset_t none, every;
    sigemptyset(&none);
    sigfillset(&every);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &every);
    // Out of the caller's group: Ctrl-C in a terminal is the caller's to handle.
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    if (!fault)
        fault = posix_spawn(keeper, "/proc/self/exe", &actions, &attributes, (char *const *)all, environment);
    for (int i = 0; i < handed; i++)
        if (copies[i] >= 0) close(copies[i]);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    free(all);
    return fault;
}

int sojourn_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int sojourn_bell(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int sojourn_pidfd(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int sojourn_keeper_wait(pid_t keeper)
{
    int status;
    pid_t found;
    do found = waitpid(keeper, &status, 0);
    while (found < 0 && errno == EINTR);
    if (found < 0) return -1;
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
    return WTERMSIG(status) == keeper_too_many ? sojourn_too_many_processes : sojourn_signalled + WTERMSIG(status);
}

int sojourn_find(const void *bytes, size_t count, const char *text)
{
    return count > 0 && memmem(bytes, count, text, strlen(text)) != NULL;
}

void sojourn_guard_self(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
