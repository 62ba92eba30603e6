/// Starts children under a keeper: a small process that ends everything its child has started when the child ends, when
/// it is told to, and when the process that started it is gone, however that ended.
///
/// The keeper is this same program, started again: a constructor that runs before `main` sees its name and never comes
/// back. So nothing has to be installed beside the program, and nothing of its memory or descriptors is inherited.
#ifndef SOJOURN_CSPAWN_H
#define SOJOURN_CSPAWN_H

#include <sys/types.h>

/// What a child may use; 0 leaves a limit as it is.
struct sojourn_limits {
    /// Bytes of writable memory of one process.
    long long memory_bytes;
    /// Bytes of one file that it writes.
    long long file_bytes;
    /// Open descriptors of one process.
    long long descriptors;
    /// Processes and threads of the child and all that come from it.
    long long processes;
};

/// Starts a program under a keeper.
///
/// - folder: its working folder. arguments: the program's absolute path first; ends with NULL. environment: whole, ends
///   with NULL. descriptors: six of the caller's; they become 0 to 4 of the child (-1: closed), and the last is the line
///   of life: the reading end of a pipe whose writing end the caller holds. Closing that end ends the child and all of
///   its own; the system closes it when the caller dies. A byte written there is handed on as SIGTERM.
/// - Returns 0 and the keeper's number, or an errno.
int sojourn_keeper_start(
    const struct sojourn_limits *limits, const char *folder, char *const arguments[], char *const environment[],
    const int descriptors[6], pid_t *keeper);

/// A pipe whose ends no other program inherits; -1 with errno.
int sojourn_pipe(int ends[2]);

/// A counter that can be waited for: whoever writes 8 bytes wakes whoever polls it. -1 with errno.
int sojourn_bell(void);

/// A descriptor that is readable once the process has ended; -1 with errno.
int sojourn_pidfd(pid_t process);

/// Added to the number of the signal that ended a child.
enum { sojourn_signalled = 256 };

/// What `sojourn_keeper_wait` returns when the child had more processes than it may.
enum { sojourn_too_many_processes = 512 };

/// Waits for a keeper that has ended: the child's exit code, or one of the two above. -1 with errno.
int sojourn_keeper_wait(pid_t keeper);

/// Whether bytes hold a text; 1 or 0.
int sojourn_find(const void *bytes, size_t count, const char *text);

/// Keeps other processes of the same user from reading this one's memory, environment and descriptors, and leaves no
/// core file of it.
void sojourn_guard_self(void);

#endif
