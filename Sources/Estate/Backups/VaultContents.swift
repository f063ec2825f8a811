import Units

/// The contents of a vault at one instant.
public struct VaultContents: Codable, Hashable, Sendable {
  /// The size at full size.
  public var bytes: ByteCount
  /// The number of recovery points that are not pruned.
  public var points: Int

  public init(bytes: ByteCount, points: Int) {
    self.bytes = bytes
    self.points = points
  }
}

extension World {
  /// The contents of each vault now, in the blueprint's order.
  public var vaultContents: [VaultContents] {
    backups.vaults.indices.map { index in
      let points = backups.agents.reduce(0) { sum, agent in
        sum + (agent.policy.vault.index == index ? agent.points.count : 0)
          + (agent.policy.replica?.index == index ? agent.replica.points.count : 0)
      }
      return VaultContents(bytes: backups.vaults[index].storedBytes, points: points)
    }
  }
}
