import Glibc
import Testing

/// A file of `Golden/` that people have read and found right.
///
/// To take over a change that is meant, run the tests with `RECORD_GOLDEN=1` and review the difference.
enum Golden {
  static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let path = folder + "/" + name
    if getenv("RECORD_GOLDEN") != nil {
      record(text, at: path)
      return
    }
    let expected = content(of: path)
    if text == expected { return }
    let lines = (text.lines, expected.lines)
    let place = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let line = place ?? min(lines.0.count, lines.1.count)
    let found = line < lines.0.count ? lines.0[line] : "the end"
    let wanted = line < lines.1.count ? lines.1[line] : "the end"
    Issue.record(
      "\(name) differs in line \(line + 1)\nfound:  \(found)\nwanted: \(wanted)",
      sourceLocation: sourceLocation)
  }

  private static let folder =
    "\(#filePath)".split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Golden"

  private static func content(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func record(_ text: String, at path: String) {
    guard let file = fopen(path, "w") else { return }
    defer { fclose(file) }
    fputs(text, file)
  }
}

extension String {
  fileprivate var lines: [Substring] {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }
}
