import Planning

/// What to type to get the same report again.
struct ReproductionCommand {
  let text: String

  init(_ report: Report) {
    text = "firedrill run " + report.provenance.arguments.map(Self.shellQuoted).joined(separator: " ")
  }

  /// As a POSIX shell takes it for one word.
  static func shellQuoted(_ argument: String) -> String {
    let isPlain = argument.unicodeScalars.allSatisfy {
      "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || "-_./=:,+@%".unicodeScalars.contains($0)
    }
    if isPlain && !argument.isEmpty { return argument }
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
