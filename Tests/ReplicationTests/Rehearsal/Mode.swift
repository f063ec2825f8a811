import Replication
import Storage
import Units

/// The modes of block replication that are rehearsed.
enum Mode: String, CaseIterable {
  case asynchronous, memorySynchronous, synchronous, witnessed, strict, interval, hostAsynchronous,
    hostSynchronous

  static let volumes: [ByteCount] = [.kibibytes(512), .kibibytes(256)]
  static let group = ReplicaGroup(id: 7, volumes: volumes)

  var policy: SourcePolicy {
    var policy: SourcePolicy
    switch self {
    case .asynchronous: policy = StorageMode.asynchronous.policy
    case .memorySynchronous: policy = StorageMode.memorySynchronous.policy
    case .synchronous: policy = StorageMode.synchronous.policy
    case .witnessed: policy = StorageMode.witnessedSynchronous.policy
    case .strict: policy = StorageMode.strictSynchronous.policy
    case .interval: policy = StorageMode.interval(.seconds(2)).policy
    case .hostAsynchronous: policy = HostMode.asynchronous(checkpointInterval: .seconds(1)).policy
    case .hostSynchronous: policy = HostMode.synchronous.policy
    }
    policy.bufferMaximum = .kibibytes(256)
    policy.batchMaximum = .kibibytes(32)
    policy.tolerance = .seconds(5)
    policy.retry = .milliseconds(200)
    return policy
  }

  var isJournaled: Bool { self == .hostAsynchronous || self == .hostSynchronous }
  var mirror: MirrorTarget.Configuration { MirrorTarget.Configuration(group: Self.group) }
  var journal: JournalTarget.Configuration {
    JournalTarget.Configuration(group: Self.group, journalMaximum: .kibibytes(400))
  }

  /// The state that a failover goes to.
  var point: Promotion.Point { self == .hostAsynchronous ? .lastPoint : .latest }

  /// Most writes go to a few hot pages.
  func page(_ random: inout RandomStream) -> Int {
    random.below(4) == 0 ? Int(random.below(64)) : Int(random.below(8))
  }

  func pause(_ random: inout RandomStream) -> Duration { .microseconds(Int64(random.below(60_000))) }
}
