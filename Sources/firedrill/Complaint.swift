import ArgumentParser
import Documents
import Glibc

extension ExitCode {
  /// An objective was missed or a drill was unrecoverable, which is a finding and not an error.
  static let objectiveMissed = ExitCode(1)
  /// The command line or an input file is wrong.
  static let badInput = ExitCode(2)
  /// There is no baseline to compare with.
  static let noBaseline = ExitCode(3)
  /// The program has a bug. The number is EX_SOFTWARE of sysexits.h.
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

/// Tells doubts about what can be decided, unless only errors are wanted.
func warn(_ cautions: [Caution], of path: String) {
  guard Verbosity.current > .quiet else { return }
  for caution in cautions { complain(caution.text(of: path)) }
}

func complain(_ text: String) {
  var rest = Array((text + "\n").utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    // Standard error is closed, so this failure cannot be reported.
    guard count > 0 || errno == EINTR else { return }
    rest = rest.dropFirst(max(0, count))
  }
}
