import Backup
import Storage
import Testing
import Units

/// Guarantees, Backup 4: repair never shrinks the restorable set.
@Suite struct RepairTests {
  private static func site() throws -> (Fixture, [PointID], [[[UInt8]]]) {
    try Fixture.withThreePoints { _ in 0..<9_000 }
  }

  @Test func lostAndDamagedIndexesAreRebuiltFromThePacks() throws {
    let (site, points, images) = try Self.site()
    let damages: [([UInt8]) -> [UInt8]?] = [{ _ in nil }, { Array($0.dropLast()) }, { $0.map { _ in 0 } }]
    for damage in damages {
      var broken = site
      for key in site.vault.list(prefix: "index/") { broken.vault = broken.vault.replacing(key, damage) }
      #expect(try !broken.verify().isEmpty)
      #expect(throws: Damaged.self) { try broken.restored(points[0]) }
      guard case .repaired(let repairing) = broken.driver.run(broken.repairJob()) else {
        return #expect(Bool(false))
      }
      #expect(repairing.packs == site.vault.list(prefix: "packs/").count)
      #expect(try broken.verify().isEmpty)
      for (point, image) in zip(points, images) { #expect(try broken.restored(point) == image) }
    }
  }

  @Test func aSoundVaultIsLeftAlone() throws {
    var (site, _, _) = try Self.site()
    let before = site.driver.contents
    guard case .repaired(let repairing) = site.driver.run(site.repairJob()) else {
      return #expect(Bool(false))
    }
    #expect(repairing == Repairing())
    #expect(site.driver.contents == before)
  }

  @Test func repairDeletesNothing() throws {
    var (site, _, _) = try Self.site()
    let before = site.vault.list(prefix: "")
    site.vault = site.vault.replacing(site.vault.list(prefix: "packs/")[0]) { Array($0.dropLast()) }
    _ = site.driver.run(site.repairJob())
    #expect(Set(site.vault.list(prefix: "")).isSuperset(of: before))
  }
}

extension Fixture {
  mutating func repairJob() -> RepairJob { RepairJob(key: key, salt: salt(), options: options) }
}
