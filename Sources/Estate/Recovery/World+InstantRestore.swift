import Backup
import Storage
import Units

/// The reading of one page that an application asks for while its data is still in a vault.
public struct DemandRead: Sendable {
  public let activity: ActivityID
  public let volume: VolumeID
  public let page: Int
  public let start: Instant
}

/// Services that run before all of their data is restored.
extension World {
  /// Starts to read the first share of a volume from a recovery point in a vault into the volume.
  public mutating func startFirstRead(
    of volume: VolumeID, share: Ratio, from option: RecoveryOption
  ) -> ActivityID {
    disableReplication()
    let pages = max(1, (Int64(schedules[volume].usedPages) * share.billionths + 999_999_999) / 1_000_000_000)
    volumes[volume].beginRestore(isWhole: false)
    let length = ByteCount(pages * Int64(PagedImage.pageSize))
    return fetch(Extent(offset: .zero, length: length), of: volume, from: option, isExact: false)
  }

  /// Starts to read a page of a service that chance decides, for an application that waits for it.
  public mutating func startDemandRead(
    of service: ServiceID, from option: RecoveryOption, random: inout RandomStream
  ) -> DemandRead {
    let wanted = blueprint.services[service].volumes
    let volume = wanted[Int(random.below(UInt64(wanted.count)))]
    let page = Int(random.below(UInt64(max(1, schedules[volume].usedPages))))
    let extent = Extent(
      offset: ByteCount(page * PagedImage.pageSize), length: ByteCount(PagedImage.pageSize))
    let activity = fetch(extent, of: volume, from: option, isExact: true)
    return DemandRead(activity: activity, volume: volume, page: page, start: now)
  }

  /// Returns the bytes of a page as the volume holds them now.
  public func bytes(ofPage page: Int, of volume: VolumeID) -> Bytes { volumes[volume].disk.image[page: page] }

  /// - Parameter isExact: whether the bytes count as they are and not at full size: one block is one block.
  private mutating func fetch(
    _ extent: Extent, of volume: VolumeID, from option: RecoveryOption, isExact: Bool
  ) -> ActivityID {
    guard case .vault(let vault, let point) = option.origin else {
      preconditionFailure("only a vault is read on demand")
    }
    let home = premises.site(of: blueprint.services[blueprint.volumes[volume].service].host)
    let job = RestoreJob(
      point, key: BackupService.masterKey, selection: .extents([extent], of: blueprint.volumes[volume].name),
      target: volumes[volume].isNew ? .fresh : .used, catalog: backups[vault].knownCatalog,
      options: Self.restoreOptions)
    var activity = Activity(vault: vault, site: home, streams: volumes.indices.map { .target(VolumeID($0)) })
    activity.isExact = isExact
    return begin(.restore(job), activity)
  }
}

extension RecoveryOption {
  /// Whether the point is in a vault, from which single pages can be read.
  public var isInVault: Bool { if case .vault = origin { true } else { false } }
}
