#pragma once
#include <sqlite3.h>

// Cast macros and variadics do not reach Swift; these are their plain forms.
static inline sqlite3_destructor_type sojourn_sqlite_transient(void) { return SQLITE_TRANSIENT; }
static inline sqlite3_destructor_type sojourn_sqlite_static(void) { return SQLITE_STATIC; }
// Leaves out SQLite's count of its memory, which takes a lock at each allocation; nothing here asks for it.
static inline int sojourn_sqlite_without_memory_count(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
// Leaves the write-ahead log as it is when the last connection closes.
static inline int sojourn_sqlite_keep_log_on_close(sqlite3 *db) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
