import Glibc
import Posix
import Synchronization
import Units

/// A bar with rate and remaining time on a terminal, and no output elsewhere.
final class ProgressBar: Sendable {
  private struct State {
    var phase = ""
    var begun = 0.0
    var shown = 0.0
  }

  private let state = Mutex(State())

  func show(_ progress: VaultProgress) {
    let now = monotonicSeconds()
    let begun = state.withLock { state -> Double? in
      if state.phase != progress.phase { state = State(phase: progress.phase, begun: now, shown: 0) }
      guard now - state.shown >= 0.2 else { return nil }
      state.shown = now
      return state.begun
    }
    guard let begun else { return }
    ProgressLine(label: progress.phase).show(Self.text(progress, seconds: now - begun))
  }

  /// Returns the bar, as in `[=====     ]  50 %  1.00 GiB of 2.00 GiB  512 MiB/s  2 s left`.
  static func text(_ progress: VaultProgress, seconds: Double) -> String {
    let done = Double(progress.done.bytes)
    let rate = seconds > 0.3 ? done / seconds : 0
    let speed = rate > 0 ? "  \(ByteCount(Int(rate)).reading)/s" : ""
    guard let total = progress.total, total > .zero else { return progress.done.reading + speed }
    let share = min(1, done / Double(total.bytes))
    let filled = Int(share * 24)
    let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: 24 - filled)
    let left = rate > 0 ? "  \(Int(max(0, Double(total.bytes) - done) / rate)) s left" : ""
    return "[\(bar)] \(Int(share * 100)) %  \(progress.done.reading) of \(total.reading)\(speed)\(left)"
  }
}

extension ByteCount {
  /// The size with three digits and a binary unit, as in `1.50 GiB`.
  var reading: String {
    var value = Double(bytes)
    var unit = "B"
    for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1_024 {
      value /= 1_024
      unit = next
    }
    if unit == "B" { return "\(bytes) B" }
    let digits = value < 10 ? 100.0 : value < 100 ? 10.0 : 1.0
    let rounded = (value * digits).rounded() / digits
    return digits == 1 ? "\(Int(rounded)) \(unit)" : "\(rounded) \(unit)"
  }
}
