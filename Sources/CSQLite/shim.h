#pragma once
#include <sqlite3.h>

// Cast macros and variadics do not reach Swift; these are their plain forms.
static inline sqlite3_destructor_type sojourn_sqlite_transient(void) { return SQLITE_TRANSIENT; }
static inline sqlite3_destructor_type sojourn_sqlite_static(void) { return SQLITE_STATIC; }
