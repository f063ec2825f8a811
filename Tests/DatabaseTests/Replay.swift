import Database
import Storage
import Units

/// The two volumes of a database, with write caches that a power cut empties, and what was acknowledged to its users.
struct Replay {
  var data: CachedVolume
  var log: CachedVolume
  var acknowledged = 0

  init(_ recording: Recording) {
    data = CachedVolume(image: recording.base.data)
    log = CachedVolume(image: recording.base.log)
    acknowledged = recording.transactions.lowerBound - 1
  }

  mutating func play(_ entry: Recording.Entry) throws {
    switch entry {
    case .write(.data, let offset, let bytes): try data.write(bytes, at: offset)
    case .write(.log, let offset, let bytes): try log.write(bytes, at: offset)
    case .flush(.data): data.flush()
    case .flush(.log): log.flush()
    case .commit(let transaction): acknowledged = transaction
    }
  }

  /// The contents after a power cut at this moment.
  func afterPowerCut(using random: inout RandomStream) -> DatabaseImage {
    var (data, log) = (data, log)
    data.crash(using: &random)
    log.crash(using: &random)
    return DatabaseImage(data: data.image, log: log.image)
  }

  /// The contents that a replication in write order has when everything so far has arrived.
  var inWriteOrder: DatabaseImage { DatabaseImage(data: data.image, log: log.image) }
}

extension BankWorkload {
  /// So small that its checkpoints are many, and that its tree of transfers grows a level all the same.
  static func small(_ transactions: Int) -> BankWorkload {
    var workload = BankWorkload(transactions: transactions)
    workload.accounts = 64
    workload.bytesPerTransfer = 200
    workload.framesPerCheckpoint = 24
    workload.dataVolume = .mebibytes(1)
    workload.logVolume = .kibibytes(256)
    return workload
  }
}

extension Recording {
  /// Recorded once for all tests.
  static let small = Result { try Recording(of: .small(300), seed: 7) }
}
