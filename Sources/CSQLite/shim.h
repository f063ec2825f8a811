// SQLite with its session extension, and what Swift cannot say to it: a file with members of its own, calls with a
// variable number of arguments, a destructor that is a number.
#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

// An open file: which one it is, and the object that holds it.
typedef struct firedrill_file {
  sqlite3_file base;
  void *host;
  int role;
} firedrill_file;

// A macro that computes.
static const int firedrill_short_read = SQLITE_IOERR_SHORT_READ;

// A power cut does not tidy up: closing neither checkpoints nor deletes the write-ahead log.
static inline int firedrill_leave_log_on_close(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// Refuses what a corrupt schema could ask for.
static inline int firedrill_distrust_schema(sqlite3 *database) {
  int status = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  return status ? status : sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}

static inline int firedrill_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}
