import Foundation

/// A file system for one measurement, removed with its last reference. Files written and removed earlier slow
/// down later ones, above all on ext4, and would distort the measurement.
///
/// The file system is ext4 on a loop device, with its file in memory if there is room, else on the disk.
/// Without permission to mount, it is a folder in memory or on the disk. `kind` says which.
final class FreshFileSystem {
  enum Kind: String {
    case ext4InMemory = "a fresh ext4 in memory"
    case ext4OnDisk = "a fresh ext4 on the disk"
    case memory = "a folder in memory"
    case disk = "a folder on the disk, where earlier deletions slow down who comes next"
  }

  /// The folder for writing.
  let path: String
  let kind: Kind
  /// The image and the mount point.
  private let place: String

  /// - Parameter gibibytes: Room that it has; only what is written is taken.
  init(gibibytes: Int) {
    let memory = Self.freeMebibytes(of: "/dev/shm") > (3 * gibibytes) << 10 ? "/dev/shm" : nil
    let disk = FileManager.default.temporaryDirectory.path
    let name = "firedrill-benchmark-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    place = "\(memory ?? disk)/\(name)"
    try? FileManager.default.createDirectory(
      atPath: "\(place)/mounted", withIntermediateDirectories: true)
    if Self.mount("\(place)/image", on: "\(place)/mounted", gibibytes: gibibytes) {
      kind = memory == nil ? .ext4OnDisk : .ext4InMemory
    } else {
      kind = memory == nil ? .disk : .memory
    }
    path = "\(place)/mounted/tree"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    if kind == .ext4InMemory || kind == .ext4OnDisk { _ = TimedRun("umount", "\(place)/mounted") }
    try? FileManager.default.removeItem(atPath: place)
  }

  private static func mount(_ image: String, on folder: String, gibibytes: Int) -> Bool {
    guard geteuid() == 0, TimedRun("truncate", "-s", "\(gibibytes)G", image) != nil else { return false }
    let isMade =
      TimedRun("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image) != nil
    return isMade && TimedRun("mount", "-o", "loop", image, folder) != nil
  }

  private static func freeMebibytes(of folder: String) -> Int {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return 0 }
    // Files written there take memory that programs need too.
    return min((Int(status.f_bavail) * Int(status.f_frsize)) >> 20, availableMebibytes())
  }
}

/// Returns the memory available to programs.
private func availableMebibytes() -> Int {
  let memory = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n")
  let line = memory?.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ")
  return (line.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) >> 10
}

/// Touches as much free memory as a run needs, then releases it. The host of a virtual machine reclaims
/// long-unused memory, and the first write to it is slow. Another process does this, because this process's
/// peak counts for every process that it starts.
func fetchFreeMemory(mebibytes: Int) {
  let size = min(mebibytes, availableMebibytes() / 2)
  _ = TimedRun("dd", "if=/dev/zero", "of=/dev/null", "iflag=fullblock", "bs=\(size)M", "count=1")
}
