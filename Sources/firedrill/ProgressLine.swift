import Glibc
import Rehearsals
import Synchronization

/// The progress of a run: an updated line on a terminal, or a line per minute in a log.
final class ProgressLine: Sendable {
  private let label: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state: Mutex<State>

  private struct State {
    let start: Int
    /// The second of the last line in a log.
    var lastLine: Int
    var strategy = ""
  }

  /// The number of seconds between lines in a log.
  private static let logInterval = 60

  init(label: String) {
    self.label = label
    let now = Self.seconds
    state = Mutex(State(start: now, lastLine: now))
  }

  func show(_ text: String) { show(text, endsSoon: false) }

  /// Shows the number of completed drills and the remaining time at the present rate.
  func show(_ progress: Sweep.Progress) {
    let elapsed = state.withLock { Self.seconds - $0.start }
    let rest = progress.drillsTotal - progress.drillsDone
    let remaining =
      progress.drillsDone > 0 && elapsed > 2
      ? ", about \(Self.reading(elapsed * rest / progress.drillsDone)) left" : ""
    let begins = state.withLock { state in
      defer { state.strategy = progress.strategy }
      return state.strategy != progress.strategy
    }
    show(
      "\(progress.strategy), \(progress.drillsDone) of \(progress.drillsTotal) drills\(remaining)",
      endsSoon: begins && Verbosity.current == .verbose)
  }

  func clear() { if isTerminal, Verbosity.current > .quiet { write("\r\u{1B}[K") } }

  private func show(_ text: String, endsSoon isWanted: Bool) {
    guard Verbosity.current > .quiet else { return }
    if isTerminal { return write("\r\u{1B}[K\(label): \(text)") }
    let isDue = state.withLock { state in
      guard isWanted || Self.seconds - state.lastLine >= Self.logInterval else { return false }
      state.lastLine = Self.seconds
      return true
    }
    if isDue { write("\(label): \(text)\n") }
  }

  private static func reading(_ seconds: Int) -> String {
    seconds < 60 ? "\(seconds) s" : seconds < 3_600 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
  }

  private static var seconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    // A line that is lost is followed by the next one.
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// The number of processors on line.
var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
