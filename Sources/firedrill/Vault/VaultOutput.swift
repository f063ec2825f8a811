import Backup
import Foundation
import Posix
import Units

/// Prints one JSON object, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// A point as `--json` shows it.
struct PointOutput: Encodable {
  let id: String
  let short: String
  let instant: String
  let source: String
  let kind: String
  let lengthBytes: Int64
  let readBytes: Int64
  let newBytes: Int64
  let storedBytes: Int64
  let lockedUntil: String?

  init(_ point: RecoveryPoint) {
    id = point.id.description
    short = point.shortName
    instant = "\(point.instant)"
    source = point.source
    kind = point.isTree ? "tree" : "image"
    lengthBytes = point.length.bytes
    readBytes = point.statistics.read.bytes
    newBytes = point.statistics.new.bytes
    storedBytes = point.statistics.stored.bytes
    lockedUntil = point.lockedUntil.map { "\($0)" }
  }
}

struct BackupOutput: Encodable {
  struct Excluded: Encodable {
    let pattern: String
    let names: Int
  }

  let point: PointOutput
  let entries: Int
  let changed: Int
  let lost: Int
  let excluded: [Excluded]
  let caches: Int
  let warnings: [String]
  let isPartial: Bool
}

struct PointsOutput: Encodable {
  let points: [PointOutput]
  let damaged: [DamagedObject]
}

struct DamagedObject: Encodable {
  let key: String
  let problem: String
}

struct RestoreOutput: Encodable {
  let point: PointOutput
  let entries: Int
  let changed: Int
  let writtenBytes: Int64
  let missing: [String]
  let damaged: [String]
  let warnings: [String]
}

struct VerifyOutput: Encodable {
  struct Loss: Encodable {
    let point: String
    let stream: String
    let bytes: Int64
  }

  let points: Int
  let packs: Int
  let blocks: Int
  let readBytes: Int64
  let damaged: [DamagedObject]
  let unknown: [String]
  let lostPoints: [String]
  let losses: [Loss]
}

struct PruneOutput: Encodable {
  struct Decision: Encodable {
    let point: PointOutput
    let isKept: Bool
    let reasons: [String]
  }

  let isDryRun: Bool
  let decisions: [Decision]
  let removedPoints: [String]
  let deletedPacks: Int
  let freedBytes: Int64
  let rewrittenBytes: Int64
  let isDeferred: Bool
  let staying: [DamagedObject]
}

struct LockOutput: Encodable {
  let point: String
  let until: String
  let objects: Int
}
