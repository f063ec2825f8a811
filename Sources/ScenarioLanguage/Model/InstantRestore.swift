import Documents
import Units

/// A restore that lets services run from the vault while their data is copied back.
public struct InstantRestore: Hashable, Sendable {
  /// The share of the used data that must be in place before an application starts.
  public var firstRead: Ratio
  /// The share of an outage's penalty that an hour of slow service costs.
  public var slowdown: Ratio

  package init(firstRead: Ratio, slowdown: Ratio) {
    self.firstRead = firstRead
    self.slowdown = slowdown
  }
}

extension Shape<InstantRestore> {
  static let instantRestore = mapping(
    "Services run from the vault, slower, while their data is copied back.",
    Field<Ratio>(
      "firstRead", .share, default: "5 %",
      "The share of the used data that is read before an application starts."),
    Field<Ratio>(
      "slowdown", .share, "The share of an outage's penalty that an hour of slow service costs.")
  ) { firstRead, slowdown throws(Misfit) in
    guard firstRead > .zero, firstRead < .one else {
      throw Misfit(
        at: "firstRead",
        "'firstRead' is \(firstRead == .one ? "100 %, so everything is restored first" : "0 %, so nothing is read")",
        hint: "write for example 'firstRead: 5 %', or remove 'instant'")
    }
    return InstantRestore(firstRead: firstRead, slowdown: slowdown)
  }
}
