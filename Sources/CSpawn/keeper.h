/// What the two halves of this room share: how a keeper is called.
#ifndef SOJOURN_KEEPER_H
#define SOJOURN_KEEPER_H

/// The first argument of a keeper.
static const char keeper_name[] = "sojourn-keeper";

/// Its name, the limits and the folder stand before the child's own arguments.
enum { keeper_own_arguments = 3 };

/// The descriptor of the line of life.
enum { keeper_lifeline = 5 };

/// The signal by which a keeper ends itself when its child had too many processes.
#define keeper_too_many SIGUSR2

#endif
