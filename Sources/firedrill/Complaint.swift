import ArgumentParser
import Glibc
import Planning

extension ExitCode {
  /// Something was breached or unrecoverable: a finding, not an error.
  static let objectiveMissed = ExitCode(1)
  /// What was typed or written makes no sense.
  static let badInput = ExitCode(2)
  /// There is nothing to compare with.
  static let noBaseline = ExitCode(3)
  /// A bug of ours; the number is EX_SOFTWARE of sysexits.h.
  static let internalFault = ExitCode(70)
}

/// Writes errors to standard error, one paragraph each, and their number when there are several.
func complain(_ diagnostics: [Diagnostic]) {
  let isColoured = TerminalColour.isUsed(on: STDERR_FILENO)
  for diagnostic in diagnostics {
    let text = "\(diagnostic)"
    complain(
      isColoured
        ? text.replacing(
          ": error: ", with: ": \(TerminalColour.red.applied(to: "error")): ", maxReplacements: 1
        )
        .replacing("\nhint: ", with: "\n\(TerminalColour.bold.applied(to: "hint")): ") : text)
  }
  if diagnostics.count > 1 { complain("\(diagnostics.count) errors") }
}

func complain(_ text: String) {
  var rest = Array((text + "\n").utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    // Nobody can be told that nobody can be told.
    guard count > 0 || errno == EINTR else { return }
    rest = rest.dropFirst(max(0, count))
  }
}
