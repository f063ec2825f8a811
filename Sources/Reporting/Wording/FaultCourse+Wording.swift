import ScenarioLanguage
import Units

extension FaultCourse {
  /// The effect in words, as in `10 % of the rate, 50 ms slower`; `nil` for a cut.
  var wording: String? {
    switch self {
    case .cut: nil
    case .flapping(let down, let up): "flapping: down for \(down), up for \(up)"
    case .slow(let rate, let latency):
      [
        rate < .one ? "\(rate) of its rate left" : nil,
        latency > .zero ? "everything \(latency.forReading) later" : nil,
      ].compactMap { $0 }.listed
    }
  }
}
