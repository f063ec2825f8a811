import ArgumentParser
@preconcurrency import Glibc

/// What holds for the standard streams of every command.
enum StandardOutput {
  /// Puts something in the place of a standard stream that the parent has closed: otherwise the next file that is opened
  /// takes its number, and what is printed goes into that file.
  static func holdClosedStreams() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      // The wrong way round, so that a use of the stream fails as it would have.
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Ends the process, and not with success when something printed did not arrive.
  static func end(with code: ExitCode) -> Never {
    let isWritten = fflush(stdout) == 0 && ferror(stdout) == 0
    guard !isWritten, code == .success else { exit(code.rawValue) }
    complain("standard output: error: not all of it could be written\nhint: write it to where there is room")
    exit(ExitCode.badInput.rawValue)
  }
}
