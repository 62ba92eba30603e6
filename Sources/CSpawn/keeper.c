#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CSpawn.h"
#include "keeper.h"

/// Process numbers that one look at the system can hold; what is above is seen at the next look.
enum { table_size = 65536 };
/// Milliseconds between two looks at the number of processes, where the system does not hold the limit itself.
enum { watch_milliseconds = 50 };
/// Rounds of killing at most, a millisecond apart; each round ends all that it sees.
enum { rounds_limit = 10000 };

struct entry {
    pid_t process, parent;
    char is_ours;
};

static struct entry table[table_size];

static void set_limit(int what, long long value)
{
    if (value <= 0) return;
    struct rlimit limit = {(rlim_t)value, (rlim_t)value};
    setrlimit(what, &limit);
}

/// The parent and the owner's processes are in the second and later words behind the name, which may hold anything.
static int read_parent(const char *number, pid_t *parent)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.16s/stat", number);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    text[length] = 0;
    char *end = strrchr(text, ')'), state;
    int found = 0;
    if (!end || sscanf(end + 1, " %c %d", &state, &found) != 2 || state == 'Z') return 0;
    *parent = found;
    return 1;
}

/// Fills the table with the living; returns how many of them come from this keeper, and marks these.
static int look(void)
{
    DIR *folder = opendir("/proc");
    if (!folder) return 0;
    int count = 0;
    struct dirent *found;
    while (count < table_size && (found = readdir(folder))) {
        if (found->d_name[0] < '1' || found->d_name[0] > '9') continue;
        struct entry next = {atoi(found->d_name), 0, 0};
        if (read_parent(found->d_name, &next.parent)) table[count++] = next;
    }
    closedir(folder);
    pid_t self = getpid();
    int ours = 0, grew = 1;
    // Parents have mostly lower numbers, so that few passes are needed.
    while (grew) {
        grew = 0;
        for (int i = 0; i < count; i++) {
            if (table[i].is_ours) continue;
            int is_ours = table[i].parent == self;
            for (int k = 0; k < count && !is_ours; k++)
                is_ours = table[k].is_ours && table[k].process == table[i].parent;
            if (is_ours) {
                table[i].is_ours = 1;
                ours++;
                grew = 1;
            }
        }
    }
    table[count < table_size ? count : table_size - 1].process = 0;
    return ours;
}

/// Adds the children of each thread of a process to the list of those to be looked at; 0 where the system does not tell.
static int add_children(pid_t process, int limit, pid_t *list, int *count)
{
    char path[96];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *threads = opendir(path);
    // One that has ended since has no children any more: they are the keeper's own by now.
    if (!threads) return errno == ENOENT;
    struct dirent *thread;
    while ((thread = readdir(threads))) {
        if (thread->d_name[0] < '1' || thread->d_name[0] > '9') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.16s/children", process, thread->d_name);
        FILE *file = fopen(path, "re");
        if (!file) {
            if (access("/proc/thread-self/children", R_OK) == 0) continue;
            closedir(threads);
            return 0;
        }
        int child;
        while (*count < limit && fscanf(file, "%d", &child) == 1) list[(*count)++] = child;
        fclose(file);
    }
    closedir(threads);
    return 1;
}

/// Whether more than so many processes come from this keeper. It asks down the tree, so that it costs what the plugin's own
/// processes cost, however many others the machine has.
static int has_more_than(long long limit)
{
    static pid_t list[table_size];
    int count = 0, enough = limit < table_size - 1 ? (int)limit + 1 : table_size;
    if (!add_children(getpid(), enough, list, &count)) return look() > limit;
    for (int i = 0; i < count && count < enough; i++)
        if (!add_children(list[i], enough, list, &count)) return look() > limit;
    return count > limit;
}

static void pause_millisecond(void)
{
    struct timespec time = {0, 1000000};
    nanosleep(&time, NULL);
}

/// Ends everything that comes from this keeper. What loses its parent becomes the keeper's own child, so that nothing
/// gets away.
static void end_all(pid_t child)
{
    for (int round = 0; round < rounds_limit; round++) {
        kill(-child, SIGKILL);
        look();
        for (int i = 0; i < table_size && table[i].process; i++)
            if (table[i].is_ours) kill(table[i].process, SIGKILL);
        pid_t found;
        do found = waitpid(-1, NULL, WNOHANG);
        while (found > 0);
        if (found < 0 && errno == ECHILD) return;
        pause_millisecond();
    }
}

/// Processes and threads of this user now: the system's limit counts all of them.
static long long owned_now(void)
{
    DIR *folder = opendir("/proc");
    if (!folder) return 0;
    long long count = 0;
    struct dirent *found;
    while ((found = readdir(folder))) {
        struct stat status;
        if (found->d_name[0] < '1' || found->d_name[0] > '9') continue;
        char path[64];
        snprintf(path, sizeof path, "/proc/%.16s/task", found->d_name);
        if (stat(path, &status) == 0 && status.st_uid == getuid()) count += (long long)status.st_nlink - 2;
    }
    closedir(folder);
    return count;
}

static void become_child(const struct sojourn_limits *limits, long long others, const char *folder, char **arguments,
    char **environment, pid_t keeper)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != keeper) _exit(125);
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(077);
    close(keeper_lifeline);
    // Among the first to go when memory ends: the service is worth more than any of its plugins.
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        if (write(file, "500", 3) < 0) errno = 0;
        close(file);
    }
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    set_limit(RLIMIT_DATA, limits->memory_bytes);
    set_limit(RLIMIT_FSIZE, limits->file_bytes);
    set_limit(RLIMIT_NOFILE, limits->descriptors);
    if (limits->processes > 0) set_limit(RLIMIT_NPROC, others + limits->processes);
    if (chdir(folder) != 0) {
        dprintf(2, "the folder of the pack cannot be entered: %s\n", strerror(errno));
        _exit(126);
    }
    execve(arguments[0], arguments, environment);
    dprintf(2, "%s cannot be started: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

/// Ends this keeper as its child ended, so that whoever waits for it sees the same.
static void end_like(int status)
{
    if (!WIFSIGNALED(status)) _exit(WEXITSTATUS(status));
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    int number = WTERMSIG(status);
    signal(number, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    kill(getpid(), number);
    _exit(128 + number);
}

static void keep(char **arguments, char **environment)
{
    struct sojourn_limits limits = {0, 0, 0, 0};
    if (sscanf(arguments[1], "%lld,%lld,%lld,%lld", &limits.memory_bytes, &limits.file_bytes, &limits.descriptors,
            &limits.processes) != 4)
        _exit(125);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_SET_NAME, keeper_name, 0, 0, 0);
    for (int number = 1; number < NSIG; number++)
        if (number != SIGCHLD) signal(number, SIG_IGN);
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, NULL);
    int ended = signalfd(-1, &child_ended, SFD_CLOEXEC);
    // The system holds the number of processes only for users other than root.
    int is_watched = limits.processes > 0 && getuid() == 0;
    long long others = getuid() == 0 ? 0 : owned_now();

    pid_t keeper = getpid(), child = fork();
    if (child < 0) _exit(125);
    if (child == 0) become_child(&limits, others, arguments[2], arguments + keeper_own_arguments, environment, keeper);
    for (int i = 0; i < keeper_lifeline; i++) close(i);

    struct pollfd watched[2] = {{keeper_lifeline, POLLIN, 0}, {ended, POLLIN, 0}};
    int status = SIGKILL, is_over = 0, has_too_many = 0;
    while (!is_over) {
        watched[0].revents = watched[1].revents = 0;
        int ready = poll(watched, 2, is_watched ? watch_milliseconds : -1);
        if (ready < 0 && errno != EINTR) break;
        // A letter on the line is a polite wish; its end is none.
        char letter;
        if ((watched[0].revents & POLLIN) && read(keeper_lifeline, &letter, 1) == 1) {
            kill(-child, SIGTERM);
            continue;
        }
        // A child that has ended by itself has: whoever lets go of the line then may learn how.
        if (watched[0].revents) {
            int code;
            if (waitpid(child, &code, WNOHANG) == child) status = code;
            break;
        }
        if (watched[1].revents) {
            struct signalfd_siginfo news;
            if (read(ended, &news, sizeof news) < 0) errno = 0;
            pid_t found;
            int code;
            while ((found = waitpid(-1, &code, WNOHANG)) > 0) {
                if (found == child) {
                    status = code;
                    is_over = 1;
                }
            }
        }
        if (is_watched && !is_over && has_more_than(limits.processes)) has_too_many = is_over = 1;
    }
    end_all(child);
    if (has_too_many) status = keeper_too_many;
    end_like(status);
}

/// Runs before `main` of whatever program this room is part of; for all but a keeper it does nothing.
__attribute__((constructor(101))) static void begin(int count, char **arguments, char **environment)
{
    if (count <= keeper_own_arguments || strcmp(arguments[0], keeper_name) != 0) return;
    keep(arguments, environment);
}
