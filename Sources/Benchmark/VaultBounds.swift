import Foundation
import Posix
import Units

/// Computes lower bounds for a first backup and a restore. The bound is the processor time spread evenly over
/// all cores, or the disk's time.
func vaultBoundFigures(_ own: VaultToolResult, _ mebibytes: Int, _ disk: FreshFileSystem) -> [BenchmarkFigure]
{
  fetchFreeMemory(mebibytes: 4_096)
  guard let backup = own.first.medianRun, let restore = own.restore.medianRun,
    let profile = try? EngineProfile(measuringIn: FilePath(disk.path))
  else {
    return [BenchmarkFigure("bounds", "not measured")]
  }
  let (bytes, stored) = (Double(mebibytes << 20), Double(own.stored))
  let backupWork = [
    ("reading", bytes, profile.read), ("dividing", bytes, profile.divide), ("hashing", bytes, profile.digest),
    ("compressing", bytes, profile.compress), ("encrypting", stored, profile.encrypt),
    ("writing", stored, profile.write),
  ]
  let restoreWork = [
    ("reading", stored, profile.read), ("decrypting", stored, profile.encrypt),
    ("decompressing", bytes, profile.decompress), ("hashing", bytes, profile.digest),
    ("writing", bytes, profile.write),
  ]
  return boundFigures("first backup", backup, backupWork, profile, disk: stored)
    + boundFigures("restore", restore, restoreWork, profile, disk: bytes)
}

/// - Parameters:
///   - work: Each kind of work with its bytes and the speed of one core.
///   - written: Bytes that the disk takes.
private func boundFigures(
  _ what: String, _ run: TimedRun, _ work: [(name: String, bytes: Double, rate: ByteRate)],
  _ profile: EngineProfile, disk written: Double
) -> [BenchmarkFigure] {
  let parts = work.map { ($0.name, $0.bytes / $0.rate.bytesPerSecond / Double(profile.cores)) }
  let processors = parts.reduce(0) { $0 + $1.1 }
  let disk = written / profile.deviceWrite.bytesPerSecond
  let list = parts.map { "\($0) \($1.short) s" }.joined(separator: ", ")
  let heaviest = parts.max { $0.1 < $1.1 }?.0 ?? ""
  return [
    BenchmarkFigure("\(what), bound: the processors", "\(processors.short) s (\(list))"),
    BenchmarkFigure("\(what), bound: the disk", "\(disk.short) s"),
    BenchmarkFigure(
      "\(what) over the larger bound",
      "\((run.wallSeconds / max(processors, disk)).short) x (\(processors > disk ? heaviest : "the disk") weighs most)"
    ),
  ]
}
