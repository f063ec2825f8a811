import Documents
import Statistics
import Units

extension JSONReport {
  /// Returns whether the required share of recoveries meets both objectives, with its interval; `null`
  /// without drills.
  func level(_ verdict: LevelVerdict?) -> JSON {
    guard let verdict else { return .null }
    return .object([
      ("verdict", .string(verdict.decision.rawValue)),
      ("level_ratio", .string(verdict.level.asNumber)),
      ("met_ratio", .string(verdict.share.asNumber)),
      ("met_lower_ratio", .string(verdict.lower.asNumber)),
      ("met_upper_ratio", .string(verdict.upper.asNumber)),
      ("confidence_ratio", .string(verdict.confidence.asNumber)),
      ("further_drills", verdict.furtherDrills.map { .integer(Int64($0)) } ?? .null),
    ])
  }
}

extension DisasterRow {
  /// The columns of the verdict on the required share.
  static var level: [Column] {
    [
      Column(name: "level_verdict") { .text($0.disaster.level?.decision.rawValue ?? "") },
      Column(name: "met_ratio") { $0.disaster.level.map { .ratio($0.share) } ?? .none },
      Column(name: "met_lower_ratio") { $0.disaster.level.map { .ratio($0.lower) } ?? .none },
      Column(name: "met_upper_ratio") { $0.disaster.level.map { .ratio($0.upper) } ?? .none },
      Column(name: "further_drills") { $0.disaster.level?.furtherDrills.map { .count($0) } ?? .none },
    ]
  }
}
