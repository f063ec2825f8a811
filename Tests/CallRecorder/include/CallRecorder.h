// Records a process's calls for the files below one folder, in order: those that write, make durable and give names.
//
// The functions of the C library are wrapped in the test's executable, so that what is tested needs no seam for it.
#pragma once

// Records calls on files below `folder`, a path without links, until the recording ends; only one at a time.
void call_recorder_begin(const char *folder);

// Ends the recording: one call a line, oldest first. Paths are relative to the folder, `#N` instead of a name is the file of inode N
// that has none yet. The caller frees it.
//
//   write FILE | attributes FILE | link FILE NAME | rename FILE NAME | unlink NAME    when they are done
//   sync FILE | syncfs FILE                                                          when they begin
//   synced FILE                                                                      when both are done
char *call_recorder_end(void);
