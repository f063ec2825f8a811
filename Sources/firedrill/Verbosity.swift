import ArgumentParser
import Glibc
import Synchronization

/// The amount of messages on standard error.
struct VerbosityOptions: ParsableArguments {
  @Flag(
    name: [.customShort("q"), .long], help: "Print no progress and no summary; errors and exit codes stay.")
  var quiet = false

  @Flag(name: [.customShort("v"), .long], help: "Print a line for each strategy as it begins.")
  var verbose = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("'--quiet' and '--verbose' exclude each other.") }
  }

  func apply() { Verbosity.set(quiet ? .quiet : verbose ? .verbose : .usual) }
}

/// The verbosity of this process.
enum Verbosity: Int, Comparable {
  case quiet
  case usual
  case verbose

  private static let level = Atomic<Int>(Verbosity.usual.rawValue)

  static func set(_ verbosity: Verbosity) { level.store(verbosity.rawValue, ordering: .relaxed) }
  static var current: Verbosity { Verbosity(rawValue: level.load(ordering: .relaxed)) ?? .usual }

  static func < (a: Verbosity, b: Verbosity) -> Bool { a.rawValue < b.rawValue }
}

/// The use of colours: only on a terminal that is not dumb, and without `NO_COLOR` (no-color.org).
enum TerminalColour: Int {
  case red = 31
  case green = 32
  case yellow = 33
  case bold = 1

  static func isUsed(on descriptor: Int32) -> Bool {
    guard isatty(descriptor) == 1 else { return false }
    if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
    return getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  func applied(to text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }

  /// Returns the text with its verdicts in colour.
  static func verdicts(in text: String) -> String {
    let words: [(String, TerminalColour)] = [
      ("unrecoverable", .red), ("breached", .yellow), ("unresolved", .yellow), ("met ", .green),
    ]
    return words.reduce(text) { text, word in
      text.replacing(word.0, with: word.1.applied(to: word.0))
    }
  }
}
