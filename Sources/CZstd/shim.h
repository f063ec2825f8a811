// The zstd compression library, one frame at a time.
#include <zstd.h>
