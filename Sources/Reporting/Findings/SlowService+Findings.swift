import Rehearsals
import Statistics
import Units

extension Drill {
  /// The time until all data was in place; unrecoverable where nothing came back.
  var fullSpeed: Achieved {
    guard let recovered = achievedRTO.duration else { return .unrecoverable }
    return .duration(slowService?.fullSpeed ?? recovered)
  }
}

extension DisasterReport {
  /// The summary of the time to full speed; `nil` where no drill had an instant restore.
  var fullSpeed: Summary? {
    guard drills.contains(where: { $0.slowService != nil }) else { return nil }
    return Sample(drills.map(\.fullSpeed)).map { Summary(of: $0) }
  }
}
