// The zstd compression library, one frame at a time, with one reused context per thread (a fresh one costs more than
// a small block does).
#include <zstd.h>

static inline ZSTD_CCtx *firedrill_thread_compressor(void) {
  static _Thread_local ZSTD_CCtx *context;
  if (!context) context = ZSTD_createCCtx();
  return context;
}

static inline ZSTD_DCtx *firedrill_thread_decompressor(void) {
  static _Thread_local ZSTD_DCtx *context;
  if (!context) context = ZSTD_createDCtx();
  return context;
}
