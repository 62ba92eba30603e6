#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A linear objective to be made as large as can be, copied from arrays: the columns' entries lie one column behind the
/// other, `starts` has one more than columns. Columns go from 0 to their limit.
typedef struct cbc_programme cbc_programme;
cbc_programme *cbc_programme_new(
    int columns, int rows, const int *starts, const int *indices, const double *weights, const double *objective,
    const double *limits, const bool *is_whole, const double *row_least, const double *row_most);
void cbc_programme_free(cbc_programme *programme);

typedef enum {
    cbc_solved,
    /// The limits contradict each other.
    cbc_impossible,
    /// Stopped, out of time with nothing found, or numbers beyond the library.
    cbc_not_found,
} cbc_outcome;

/// Raised by one thread to end what another computes; looked at in every step of the simplex and at every node.
typedef struct cbc_flag cbc_flag;
cbc_flag *cbc_flag_new(void);
void cbc_flag_raise(cbc_flag *flag);
void cbc_flag_free(cbc_flag *flag);

/// Solves as if no column had to be whole (Clp): a value a column, a price a row.
cbc_outcome cbc_relax(
    const cbc_programme *programme, const cbc_flag *flag, double *values, double *prices, double *total);

/// Searches whole numbers (Cbc) for at most so many seconds: a value a column, what no total exceeds, and whether
/// nothing was left to look at.
cbc_outcome cbc_search(
    const cbc_programme *programme, double seconds, const cbc_flag *flag, double *values, double *bound,
    bool *is_optimal);

#ifdef __cplusplus
}
#endif
