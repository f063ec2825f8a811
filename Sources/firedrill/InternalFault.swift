import Glibc

/// Lets a write beyond the limit on the size of files fail like one to a full disk. The process is not killed.
func reportLargeFilesAsErrors() { signal(SIGXFSZ, SIG_IGN) }

/// Makes traps end with the exit code of an internal fault instead of a signal.
func endTrapsAsInternalFaults() {
  for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
    signal(number) { _ in
      // Nothing but what a signal handler may call.
      let message: StaticString =
        "firedrill: internal fault\nhint: please report it with the command that you typed\n"
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
      _exit(70)
    }
  }
}
