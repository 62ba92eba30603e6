#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Runs before anything else opens a file.
 *
 * Else the first file that is opened would get the number of a standard stream that the caller has closed, and what is
 * printed would end up in it: in the lock of a database, for example. Writing to a standard output that was closed fails, as
 * it would have; remarks are dropped. The lowest free number is given each time, which is the one that is looked at. */
__attribute__((constructor)) static void secure_standard_streams(void) {
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int stream = 0; stream < 3; stream++) {
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
            (void)open("/dev/null", modes[stream]);
        }
    }
}
