import ArgumentParser
@preconcurrency import Glibc

/// The handling of standard streams in every command.
enum StandardOutput {
  /// Replaces standard streams that the parent closed. Otherwise the next opened file would take their number
  /// and receive printed text.
  static func holdClosedStreams() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      // The wrong way round, so that a use of the stream fails as it would have.
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes what was printed at once, for a command that goes on working.
  static func flush() { fflush(stdout) }

  /// Ends the process. The code is a failure when printed output could not be written.
  static func end(with code: ExitCode) -> Never {
    let isWritten = fflush(stdout) == 0 && ferror(stdout) == 0
    guard !isWritten, code == .success else { exit(code.rawValue) }
    complain("standard output: error: not all of it could be written\nhint: write it to where there is room")
    exit(ExitCode.badInput.rawValue)
  }
}
