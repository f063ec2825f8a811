// The low-level interface of libfuse 3: requests name inodes, so that the file system decides which names are one file.
#pragma once
#define FUSE_USE_VERSION 35
#if __has_include(<fuse_lowlevel.h>)
#include <fuse_lowlevel.h>
#else
#error "the headers of libfuse 3 are missing: apt-get install libfuse3-dev"
#endif
