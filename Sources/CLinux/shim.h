// Calls of Linux beyond POSIX that the Swift overlay of the C library does not show.
#include <fcntl.h>
#include <malloc.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

// From <linux/fs.h> and <bits/fcntl-linux.h>; the numbers are part of the kernel's interface.
static const int firedrill_seek_data = 3;
static const int firedrill_seek_hole = 4;
static const int firedrill_o_noatime = 01000000;
static const int firedrill_o_tmpfile = 020000000 | O_DIRECTORY;

int syncfs(int fd);
int sync_file_range(int fd, off_t offset, off_t nbytes, unsigned int flags);
static const unsigned int firedrill_sync_range_write = 2;

int fallocate(int fd, int mode, off_t offset, off_t length);

// Gives a part of a file room where it has none; its bytes stay what they are.
static inline int firedrill_allocate(int fd, off_t offset, off_t length) { return fallocate(fd, 0, offset, length); }

// The kind of file system that an open file lies on, as in statfs(2); -1 when that is not known.
static inline long firedrill_file_system(int fd) {
  struct statfs status;
  return fstatfs(fd, &status) == 0 ? (long)status.f_type : -1;
}

// Keeps buffers of up to 64 MiB in the process when they are freed: to get them from the kernel anew, page by page, took
// a fifth of a backup's processor time. All threads share one heap: with one for each, what one thread had freed was of no use
// to the others, and a backup of 4 GiB took half as much memory again.
static inline void firedrill_keep_buffers(void) {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

// Gives pages without contents back to the system. Small pieces that stay lie between buffers that went, so that the
// heap would grow with the data that has passed through it.
static inline void firedrill_release_pages(void) { malloc_trim(0); }
