import Foundation
import Replication
import Testing

/// Whole courses under random faults, one for each seed: workload, mode, faults, turn and instants all follow from it.
///
/// - `CAMPAIGN_SEED=N` rehearses one seed, `CAMPAIGN_MODE=NAME` in another mode than the seed's own, and
///   `CAMPAIGN_TRACE=1` prints everything that the engines are told and say;
/// - `CAMPAIGN_SEEDS=N` rehearses so many, and `CAMPAIGN_SEEDS=forever` goes on until one fails.
@Suite("Replication under faults")
struct CampaignTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let shards: UInt64 = 8

  private static var seeds: ClosedRange<UInt64> {
    if let seed = environment["CAMPAIGN_SEED"].flatMap({ UInt64($0) }) { return seed...seed }
    if environment["CAMPAIGN_SEEDS"] == "forever" { return 1...UInt64(Int64.max) }
    return 1...(environment["CAMPAIGN_SEEDS"].flatMap { UInt64($0) } ?? 2_000)
  }

  private static func rehearsed(_ seed: UInt64) -> Rehearsal {
    let asked = environment["CAMPAIGN_MODE"].flatMap(Mode.init)
    var rehearsal = Rehearsal(mode: asked ?? Mode.allCases[Int(seed % 8)], seed: seed)
    rehearsal.run()
    return rehearsal
  }

  @Test(arguments: 0..<shards)
  func noSeedBreaksAnyInvariant(shard: UInt64) {
    var seen = Observations()
    var count = 0
    for seed in Self.seeds where seed / 8 % Self.shards == shard {
      let rehearsal = Self.rehearsed(seed)
      seen.add(rehearsal.duo.observed)
      count += 1
      guard let failure = rehearsal.failure else { continue }
      let replay = "CAMPAIGN_SEED=\(seed) swift test -c release --filter CampaignTests/noSeed"
      Issue.record("\(failure)\nreplay: \(replay)")
      if Self.environment["CAMPAIGN_SEEDS"] == "forever" { return }
    }
    guard count >= 100 else { return }
    // A campaign in which nothing happened would prove nothing.
    #expect(seen.faults >= 5 * count)
    for (name, number) in seen.all { #expect(number > 0, "\(name) never happened") }
  }

  @Test(arguments: [3, 4, 5, 6, 7, 8, 9, 10] as [UInt64])
  func theSameSeedTakesTheSameCourse(seed: UInt64) {
    #expect(Self.rehearsed(seed).duo.trace == Self.rehearsed(seed).duo.trace)
  }

  /// A campaign that finds nothing proves something only if it would have found it.
  @Test(arguments: Mutant.allCases)
  func everyPlantedDefectIsCaught(mutant: Mutant) {
    let isCaught = (1...400 as ClosedRange<UInt64>).contains { seed in
      mutant.modes.contains { mode in
        var rehearsal = Rehearsal(mode: mode, seed: seed, mutant: mutant)
        rehearsal.run()
        return rehearsal.failure != nil
      }
    }
    #expect(isCaught)
  }
}
