import Estate
import ScenarioLanguage
import Units

/// A resource whose smallest sufficient amount is searched for.
public enum SizedResource: String, CaseIterable, Hashable, Sendable {
  /// The rate of a link that the strategy sends over.
  case link
  /// The send buffer of the replication.
  case buffer
  /// The journal at the DR site.
  case journal
  /// The capacity of the vault, when the vault does not grow automatically.
  case vault
  /// The rate of the device that holds the vault.
  case restore
  /// The number of people who restore, and so of services restored at once.
  case staff
}

/// A question: one resource of one strategy, and its goal.
public struct SizeQuestion: Hashable, Sendable {
  public enum Goal: Hashable, Sendable {
    case rpo
    case rto
    /// The journal holds a recovery point of this age.
    case reach(Duration)
  }

  public enum Unit: Hashable, Sendable {
    case bytes
    case bytesPerSecond
    case people
  }

  public var resource: SizedResource
  /// The path of the value in the scenario.
  public var path: String
  public var unit: Unit
  public var goal: Goal
  /// The amount stated in the scenario.
  public var stated: Int64
  public var range: ClosedRange<Int64>
  /// The settings beside the amount.
  var others: [String] = []

  /// The amount as it is written in a scenario.
  public func text(of amount: Int64) -> String {
    switch unit {
    case .bytes: "\(ByteCount(amount))"
    case .bytesPerSecond: "\(ByteRate.bytesPerSecond(amount))"
    case .people: "\(amount)"
    }
  }

  func settings(for amount: Int64) -> [String] { ["\(path)=\(text(of: amount))"] + others }
}

extension SizeQuestion {
  /// Returns the applicable questions for a strategy.
  ///
  /// - Parameters:
  ///   - links: links that the strategy sends over.
  ///   - reach: how far back a journal has to reach.
  static func all(
    of strategy: Strategy, in scenario: Scenario, links: [Link], reach: Duration
  ) -> [SizeQuestion] {
    links.map(link) + replication(of: strategy, reach: reach) + vault(of: strategy, in: scenario)
      + staff(of: strategy, in: scenario)
  }

  private static func quoted(_ name: String) -> String { name.contains(".") ? "\"\(name)\"" : name }

  private static func stated(_ rate: ByteRate) -> Int64 { max(1, rate.millibytesPerSecond / 1_000) }

  /// The rates to search. An objective that a thousandth of the stated rate keeps does not depend on the rate, and
  /// slower rates take long to rehearse.
  private static func range(of rate: ByteRate) -> ClosedRange<Int64> {
    max(1_000, stated(rate) / 1_000)...1_000_000_000_000
  }

  private static func link(_ link: Link) -> SizeQuestion {
    SizeQuestion(
      resource: .link, path: "links.\(quoted(link.name)).rate", unit: .bytesPerSecond, goal: .rpo,
      stated: stated(link.rate), range: range(of: link.rate))
  }

  /// Returns the questions for a strategy with one group. With several, each has its own buffer and journal.
  private static func replication(of strategy: Strategy, reach: Duration) -> [SizeQuestion] {
    guard let groups = strategy.disasterRecovery?.groups, groups.count == 1, groups[0].name == "replication"
    else { return [] }
    let path = "strategies.\(quoted(strategy.name)).disasterRecovery.replication"
    let buffer = SizeQuestion(
      resource: .buffer, path: "\(path).buffer", unit: .bytes, goal: .rpo,
      stated: groups[0].bufferMaximum.bytes, range: 1 << 16...1 << 46)
    guard groups[0].journalMaximum > .zero else { return [buffer] }
    let journal = SizeQuestion(
      resource: .journal, path: "\(path).journal", unit: .bytes, goal: .reach(reach),
      stated: groups[0].journalMaximum.bytes, range: 1 << 20...1 << 50)
    return [buffer, journal]
  }

  private static func vault(of strategy: Strategy, in scenario: Scenario) -> [SizeQuestion] {
    guard let policy = strategy.backups.first else { return [] }
    let vault = scenario.blueprint.vaults[policy.vault]
    let device = scenario.blueprint.devices[vault.device]
    return [
      SizeQuestion(
        resource: .vault, path: "vaults.\(quoted(vault.name)).capacity", unit: .bytes, goal: .rpo,
        stated: vault.capacity.bytes, range: 1 << 20...1 << 52,
        others: ["vaults.\(quoted(vault.name)).autoExpand=false"]),
      SizeQuestion(
        resource: .restore, path: "devices.\(quoted(device.name)).rate", unit: .bytesPerSecond, goal: .rto,
        stated: stated(device.rate), range: 100_000...1_000_000_000_000),
    ]
  }

  private static func staff(of strategy: Strategy, in scenario: Scenario) -> [SizeQuestion] {
    let services = Int64(scenario.blueprint.services.count)
    guard services > 1, !strategy.backups.isEmpty else { return [] }
    return [
      SizeQuestion(
        resource: .staff, path: "strategies.\(quoted(strategy.name)).recovery.concurrentRestores",
        unit: .people, goal: .rto, stated: Int64(strategy.recovery.concurrentRestores), range: 1...services)
    ]
  }
}
