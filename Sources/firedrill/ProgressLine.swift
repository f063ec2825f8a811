import Glibc

/// A line on the terminal that says how far a run is; nothing at all where standard error is no terminal.
struct ProgressLine: Sendable {
  let label: String
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(label: String) { self.label = label }

  func show(_ state: String) { write("\r\u{1B}[K\(label): \(state)") }

  func clear() { write("\r\u{1B}[K") }

  private func write(_ text: String) {
    guard isTerminal else { return }
    let bytes = Array(text.utf8)
    // A line that is lost is followed by the next one.
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// Processors that this machine has on line.
var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
