import Documents
import Estate
import Storage
import Units

extension Scenario {
  /// Objectives that the run cannot decide at its scale and resolution, and links that are too slow for a copy.
  public var cautions: [Caution] {
    slowLinks + [coarseResolution, coarseBlocks].compactMap { $0 } + coarseDamages + archivesBesideData
  }

  /// The bounds of an asynchronous copy's loss lie about one resolution apart, so none within it is ever met.
  private var coarseResolution: Caution? {
    let groups = strategies.flatMap { $0.disasterRecovery?.groups ?? [] }
    guard objectives.rpo > .zero, objectives.rpo < resolution, groups.contains(where: \.mode.lagsBehind)
    else {
      return nil
    }
    let finer = Duration(nanoseconds: max(1_000_000, objectives.rpo.nanoseconds / 4))
    return Caution(
      message:
        "an RPO of \(objectives.rpo) cannot be decided for asynchronous copies at a resolution of \(resolution)",
      hint: "write 'resolution: \(finer)', or a longer 'objectives.rpo'")
  }

  /// The cautions on damage of few pages over a dwell time. The first pages may be overwritten again, which
  /// makes the loss shorter than the dwell time.
  private var coarseDamages: [Caution] {
    disasters.compactMap { disaster in
      guard disaster.dwell > .zero, case .volumes(let volumes) = disaster.target,
        let pages = volumes.map({ damagedPages(of: $0, by: disaster) }).min(), pages < Self.damageSteps
      else { return nil }
      let step = disaster.dwell / max(1, pages)
      guard objectives.rpo < disaster.dwell, objectives.rpo >= disaster.dwell - step * 2 else { return nil }
      return Caution(
        message:
          "an RPO of \(objectives.rpo) cannot be decided against '\(disaster.name)', whose damage is \(pages) pages at a scale of \(scale)",
        hint: "write 'scale: 1/\(denominator(from: pages))' or a larger one, or another 'objectives.rpo'")
    }
  }

  /// Damage with a dwell time comes in so many steps, where there are so many pages.
  private static let damageSteps: Int64 = 64

  /// The caution on data of few blocks. A backup stores whole blocks, and one block more of each volume than at
  /// full size is then a visible share of what is stored, sent and restored.
  private var coarseBlocks: Caution? {
    let sizes = strategies.flatMap { $0.backups.map { Int64($0.chunking.maximum) } }
    let used = blueprint.volumes.reduce(Int64(0)) { $0 + $1.used.of($1.size).bytes }
    let minimum = Self.blocksMinimum * Int64(blueprint.volumes.count)
    guard let block = sizes.max(), used >= block * minimum else { return nil }
    let count = max(1, used / scale.denominator / block)
    guard count < minimum else { return nil }
    return Caution(
      message:
        "all used data are only \(count) \(count > 1 ? "blocks" : "block") at a scale of \(scale), so that stored bytes, traffic and restore times are rounded up",
      hint: "write 'scale: 1/\(max(1, used / block / minimum))' or a larger one")
  }

  /// The least mean number of blocks of a volume at which one block more is a small share.
  private static let blocksMinimum: Int64 = 24

  private func damagedPages(of volume: VolumeID, by disaster: Disaster) -> Int64 {
    let plan = blueprint.volumes[volume]
    let page = Int64(PagedImage.pageSize)
    return disaster.share.of(plan.used.of(plan.size)).bytes / scale.denominator / page
  }

  /// The denominator at which a damage of so many pages at the present one has all its steps.
  private func denominator(from pages: Int64) -> Int64 {
    max(1, scale.denominator * max(1, pages) / Self.damageSteps)
  }
}

extension ReplicationPolicy.Mode {
  /// Whether writes are acknowledged that the copy may lack.
  fileprivate var lagsBehind: Bool {
    switch self {
    case .storage(.asynchronous), .storage(.interval), .hostIO(.asynchronous): true
    case .storage, .hostIO, .application, .activeActive: false
    }
  }
}
