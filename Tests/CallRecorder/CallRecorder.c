#define _GNU_SOURCE
#include "CallRecorder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int is_recording;
static char folder[PATH_MAX];
static FILE *recording;
static char *text;
static size_t text_size;

void call_recorder_begin(const char *path) {
  pthread_mutex_lock(&mutex);
  snprintf(folder, sizeof folder, "%s", path);
  recording = open_memstream(&text, &text_size);
  is_recording = 1;
  pthread_mutex_unlock(&mutex);
}

char *call_recorder_end(void) {
  pthread_mutex_lock(&mutex);
  is_recording = 0;
  fclose(recording);
  recording = NULL;
  pthread_mutex_unlock(&mutex);
  return text;
}

// The path of an open file, that of the working directory for AT_FDCWD.
static void path_of(int file, char *path) {
  char link[64];
  snprintf(link, sizeof link, file == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", file);
  ssize_t count = readlink(link, path, PATH_MAX - 1);
  path[count < 0 ? 0 : count] = 0;
}

static void path_at(int directory, const char *name, char *path) {
  if (strncmp(name, "/proc/self/fd/", 14) == 0) return path_of(atoi(name + 14), path);
  if (name[0] == '/') {
    snprintf(path, PATH_MAX, "%s", name);
    return;
  }
  path_of(directory, path);
  size_t count = strlen(path);
  snprintf(path + count, PATH_MAX - count, "/%s", name);
}

// A path below the folder without the folder; NULL for any other.
static const char *below(char *path) {
  size_t count = strlen(folder);
  if (strncmp(path, folder, count) != 0 || (path[count] != '/' && path[count] != 0)) return NULL;
  char *deleted = strstr(path, " (deleted)");
  if (deleted) *deleted = 0;
  return path[count] == 0 ? "." : path + count + 1;
}

static void record(const char *call, char *path, char *name) {
  pthread_mutex_lock(&mutex);
  const char *first = recording ? below(path) : NULL;
  const char *second = first && name ? below(name) : NULL;
  if (first && second) fprintf(recording, "%s %s %s\n", call, first, second);
  if (first && !name) fprintf(recording, "%s %s\n", call, first);
  pthread_mutex_unlock(&mutex);
}

static void record_file(const char *call, int file) {
  if (!is_recording) return;
  char path[PATH_MAX];
  path_of(file, path);
  record(call, path, NULL);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  ssize_t result = REAL(pwrite)(file, bytes, count, offset);
  record_file("write", file);
  return result;
}

int ftruncate(int file, off_t size) {
  int result = REAL(ftruncate)(file, size);
  record_file("write", file);
  return result;
}

int futimens(int file, const struct timespec times[2]) {
  int result = REAL(futimens)(file, times);
  record_file("attributes", file);
  return result;
}

int fdatasync(int file) {
  record_file("sync", file);
  int result = REAL(fdatasync)(file);
  record_file("synced", file);
  return result;
}

int fsync(int file) {
  record_file("sync", file);
  int result = REAL(fsync)(file);
  record_file("synced", file);
  return result;
}

int syncfs(int file) {
  record_file("syncfs", file);
  int result = REAL(syncfs)(file);
  record_file("synced", file);
  return result;
}

int linkat(int old_directory, const char *old, int directory, const char *name, int flags) {
  char from[PATH_MAX], to[PATH_MAX];
  int isSeen = is_recording;
  if (isSeen) {
    path_at(old_directory, old, from);
    path_at(directory, name, to);
  }
  int result = REAL(linkat)(old_directory, old, directory, name, flags);
  if (isSeen && result == 0) record("link", from, to);
  return result;
}

int renameat(int old_directory, const char *old, int directory, const char *name) {
  char from[PATH_MAX], to[PATH_MAX];
  int isSeen = is_recording;
  if (isSeen) {
    path_at(old_directory, old, from);
    path_at(directory, name, to);
  }
  int result = REAL(renameat)(old_directory, old, directory, name);
  if (isSeen && result == 0) record("rename", from, to);
  return result;
}

int unlinkat(int directory, const char *name, int flags) {
  char path[PATH_MAX];
  int isSeen = is_recording;
  if (isSeen) path_at(directory, name, path);
  int result = REAL(unlinkat)(directory, name, flags);
  if (isSeen && result == 0) record("unlink", path, NULL);
  return result;
}
