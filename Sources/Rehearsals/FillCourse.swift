import Estate
import ScenarioLanguage
import Units

/// The contents of vaults and the use of links over time, while no disaster strikes.
public struct FillCourse: Codable, Hashable, Sendable {
  /// The number of steps in the window of the disasters.
  static let steps = 36

  /// The time from one sample to the next.
  public let step: Duration
  /// The bytes in each vault at full size, by vault: one value more than steps.
  public private(set) var vaults: [[ByteCount]]
  /// The bytes sent over each link in each step, by link.
  public private(set) var links: [[ByteCount]]
  /// The bytes sent over each link until the last sample.
  private var sent: [ByteCount]

  package init(step: Duration, vaults: [[ByteCount]], links: [[ByteCount]]) {
    (self.step, self.vaults, self.links) = (step, vaults, links)
    sent = links.map { $0.reduce(.zero, +) }
  }

  /// Starts with a world at the start of the window.
  init(from world: World, step: Duration) {
    self.step = step
    vaults = world.vaultContents.map { [$0.bytes] }
    sent = world.metered.linkBytes
    links = sent.map { _ in [] }
  }

  /// Adds the world at the end of a step.
  mutating func add(_ world: World) {
    for (vault, contents) in world.vaultContents.enumerated() { vaults[vault].append(contents.bytes) }
    let now = world.metered.linkBytes
    for link in now.indices { links[link].append(now[link] - sent[link]) }
    sent = now
  }

  /// Returns the ends of all steps but the last, which is the end of the window.
  static func instants(in scenario: Scenario) -> [Instant] {
    (1..<steps).map { scenario.windowStart + scenario.window * Int64($0) / Int64(steps) }
  }
}
