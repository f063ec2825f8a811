import Assessment

/// The command that reproduces a report.
struct ReproductionCommand {
  let text: String

  init(_ report: Report) {
    text = "firedrill run " + report.provenance.arguments.map(Self.shellQuoted).joined(separator: " ")
  }

  /// Returns the argument quoted as one word for a POSIX shell.
  static func shellQuoted(_ argument: String) -> String {
    let isPlain = argument.unicodeScalars.allSatisfy {
      "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || "-_./=:,+@%".unicodeScalars.contains($0)
    }
    if isPlain && !argument.isEmpty { return argument }
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
