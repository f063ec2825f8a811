import Database
import Storage
import Units

/// The transactions that clients request of a database, and SQLite's recorded work for them. The recording is
/// made once and shared by every strategy and branch.
public final class DatabaseSchedule: Sendable {
  public let service: ServiceID
  public let plan: DatabasePlan
  public let recording: Recording
  /// The request time of each transaction, ascending; the first is transaction 1.
  let asked: [Instant]
  /// The earliest possible request time of a transaction.
  let start: Instant

  /// Draws the transactions from `start` until `end` at a scale and runs them once. Throws `full` when the
  /// volumes are too small, and `invalid` for an impossible bank.
  public init(
    _ service: ServiceID, plan: DatabasePlan, in blueprint: Blueprint, scale: Scale, seed: UInt64,
    start: Instant, end: Instant
  ) throws(StorageError) {
    self.service = service
    self.plan = plan
    self.start = start
    asked = Self.transactions(of: blueprint.services[service], plan, scale, seed, start, end)
    let workload = Self.bank(plan, in: blueprint, scale: scale, transactions: asked.count)
    var stream = RandomStream(seed: seed, stream: "database \(blueprint.services[service].name)")
    recording = try Recording(of: workload, seed: stream.next())
  }

  /// Returns the request times of transactions. Checks can compute them before anything is recorded.
  private static func transactions(
    of service: Service, _ plan: DatabasePlan, _ scale: Scale, _ seed: UInt64, _ start: Instant,
    _ end: Instant
  ) -> [Instant] {
    var process = ArrivalProcess(
      .transactions(plan.churn), amountPerReal: 1, represented: scale.denominator, start: start,
      gaps: RandomStream(seed: seed, stream: "transactions \(service.name)"),
      bursts: RandomStream(seed: seed, stream: "transaction bursts \(service.name)"))
    return process.arrivals(until: end).map(\.at)
  }

  public func askedInstant(ofTransaction number: Int) -> Instant { asked[number - 1] }

  /// Returns the instant after which a transaction's real transactions were requested.
  public func representsSince(ofTransaction number: Int) -> Instant {
    number <= 1 ? start : asked[min(number, asked.count + 1) - 2]
  }

  /// Returns the number of transactions requested through an instant.
  public func transactionCount(through instant: Instant) -> Int { asked.prefixCount { $0 <= instant } }

  /// The volumes before the first transaction, in the plan's order.
  public var images: [PagedImage] { [recording.base.data, recording.base.log] }
}

// MARK: - The bank

extension DatabaseSchedule {
  /// The size of an account's row without its known contents.
  private static let bytesPerRow = 24
  /// A frame of the write-ahead log: a page and its head (sqlite.org/fileformat2.html#walformat).
  private static let bytesPerFrame = 4_120

  /// Returns the bank's workload. The accounts' data fills the used share of the data volume, and checkpoints
  /// follow that of the log volume.
  static func bank(
    _ plan: DatabasePlan, in blueprint: Blueprint, scale: Scale, transactions: Int
  ) -> BankWorkload {
    let page = ByteCount(PagedImage.pageSize)
    let (data, log) = (blueprint.volumes[plan.data], blueprint.volumes[plan.log])
    var workload = BankWorkload(transactions: transactions)
    workload.dataVolume = scale.applied(to: data.size, granule: page)
    workload.logVolume = scale.applied(to: log.size, granule: page)
    workload.accounts = plan.accounts
    let perAccount = Int(data.used.of(workload.dataVolume).bytes) / plan.accounts
    workload.bytesPerAccount = min(max(0, perAccount - bytesPerRow), 1 << 20)
    workload.framesPerCheckpoint = max(
      1, Int(log.used.of(workload.logVolume).bytes) / bytesPerFrame - framesPerTransaction)
    return workload
  }

  /// The frames for two accounts, the transfer, and possible growth of a tree.
  private static let framesPerTransaction = 8

  /// Whether the volumes have room for this number of transactions, for any random draws.
  static func fits(_ workload: BankWorkload) -> (data: Bool, log: Bool) {
    let accounts = Int64(workload.accounts) * Int64(workload.bytesPerAccount + bytesPerRow)
    // Cells of a page are at most a page apart from full; a row of a transfer takes 90 bytes at most, twice for a split.
    let transfers = Int64(workload.transactions) * 2 * Int64(workload.bytesPerTransfer + 58)
    let needed = ByteCount(accounts + accounts / 4 + transfers + 16 * 4_096)
    let frames = workload.framesPerCheckpoint + 2 * framesPerTransaction
    return (
      needed <= workload.dataVolume,
      ByteCount(Int64(frames * bytesPerFrame + 4_096)) <= workload.logVolume
    )
  }

  /// Whether the data and the log volume have room for the largest possible run.
  public static func fits(
    _ service: ServiceID, _ plan: DatabasePlan, in blueprint: Blueprint, scale: Scale, seed: UInt64,
    start: Instant, end: Instant
  ) -> (data: Bool, log: Bool) {
    let asked = transactions(of: blueprint.services[service], plan, scale, seed, start, end)
    return fits(bank(plan, in: blueprint, scale: scale, transactions: asked.count))
  }
}

// MARK: - The volumes

extension DatabaseSchedule {
  /// Returns the database's writes to one of its volumes, each at the request time of its transaction. Use
  /// these for counting only.
  func writes(to file: DatabaseFile, scale: Scale, start: Instant) -> WorkloadSchedule {
    var writes: [ScheduledWrite] = []
    for transaction in recording.transactions {
      for case .write(file, let offset, _) in recording.entries(of: transaction) {
        writes.append(
          ScheduledWrite(
            at: asked[transaction - 1], page: UInt32(offset.bytes) / UInt32(PagedImage.pageSize),
            nominalSize: scale.unscaled(ByteCount(PagedImage.pageSize))))
      }
    }
    let image = recording.base[file]
    let inUse =
      file == .data
      ? (0..<image.pageCount).last { !image[page: $0].isEmpty }.map { $0 + 1 } ?? 1
      : min(image.pageCount, recording.workload.framesPerCheckpoint + 1)
    return WorkloadSchedule(
      volume: plan[file], pageCount: image.pageCount, usedPages: inUse, pagesPerWrite: 1,
      flushInterval: .zero,
      maker: PageMaker(seed: recording.seed, compressibility: .zero), initialImage: image,
      start: start, scale: scale, writes: writes)
  }
}

extension WorkloadSchedule {
  /// Draws the workloads of all volumes and records the databases. The result has the schedules and initial
  /// images by volume.
  public static func draw(
    _ blueprint: Blueprint, scale: Scale, seed: UInt64, start: Instant, end: Instant,
    refinement: Refinement = .none
  ) throws(StorageError) -> (
    schedules: [WorkloadSchedule], databases: [DatabaseSchedule], images: [PagedImage]
  ) {
    var databases: [DatabaseSchedule] = []
    for (index, service) in blueprint.services.enumerated() {
      guard let plan = service.database else { continue }
      databases.append(
        try DatabaseSchedule(
          ServiceID(index), plan: plan, in: blueprint, scale: scale, seed: seed, start: start, end: end))
    }
    let schedules = blueprint.volumes.enumerated().map { index, plan in
      let id = VolumeID(index)
      guard let database = databases.first(where: { $0.plan.volumes.contains(id) }) else {
        return WorkloadSchedule(
          volume: id, plan: plan, scale: scale, seed: seed, start: start, end: end, refinement: refinement)
      }
      return database.writes(to: database.plan.data == id ? .data : .log, scale: scale, start: start)
    }
    return (schedules, databases, schedules.map(\.initialImage))
  }
}
