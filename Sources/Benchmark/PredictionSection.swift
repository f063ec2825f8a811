import Backup
import Estate
import Foundation
import Posix
import Retention
import Schedules
import Storage
import Units

/// Measures whether a rehearsal with this machine's profile predicts real times. `firedrill vault` and the
/// simulated estate back up and restore the same image. Each of three rounds measures the machine first, so
/// that other load affects profile and run alike; the medians count. Each round has a fresh file system. The
/// rehearsed agent has its vault open, but a command must open it. That takes a tenth of a second by design
/// of the key derivation, and is measured separately.
func predictionFigures() -> [BenchmarkFigure] {
  let size = ByteCount.mebibytes(1_024)
  let bytes = image(size)
  var rounds: [(profile: EngineProfile, opening: Double, real: Times, rehearsed: Times)] = []
  var place = ""
  for _ in 0..<3 {
    let disk = FreshFileSystem(gibibytes: 4)
    place = disk.kind.rawValue
    fetchFreeMemory(mebibytes: 4_096)
    guard let profile = try? EngineProfile(measuringIn: FilePath(disk.path)),
      let (opening, real) = realTimes(disk, bytes), let rehearsed = rehearsedTimes(profile, size, bytes)
    else { return [BenchmarkFigure("prediction", "not measured")] }
    rounds.append(
      (profile, opening, real, Times(opening + rehearsed.backup, opening + rehearsed.restore)))
  }
  return [BenchmarkFigure("place of image, vault and restore", place)]
    + rounds.prefix(1).map { round in
      BenchmarkFigure(
        "profile of the first round",
        round.profile.yaml.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: ", "))
    }
    + [BenchmarkFigure("opening a vault, in both times", "\(rounds.map(\.opening).median.short) s")]
    + figures("backup", rounds.map { ($0.real.backup, $0.rehearsed.backup) })
    + figures("restore", rounds.map { ($0.real.restore, $0.rehearsed.restore) })
}

private typealias Times = (backup: Double, restore: Double)

private func figures(_ name: String, _ rounds: [(real: Double, rehearsed: Double)]) -> [BenchmarkFigure] {
  let list = rounds.map { "\($0.real.short) and \($0.rehearsed.short)" }.joined(separator: ", ")
  let off = rounds.map { $0.rehearsed / $0.real - 1 }.median
  return [
    BenchmarkFigure("\(name): real and rehearsed seconds, by round", list),
    BenchmarkFigure("\(name): rehearsed against real, off by", abs(off) * 100, "%", atMost: 25),
  ]
}

private func image(_ size: ByteCount) -> [UInt8] {
  var sample = MixedSample(seed: 11)
  return sample.mebibytes(Int(size.bytes >> 20))
}

/// Measures a real backup and restore. The image is not in memory at the beginning of the backup.
private func realTimes(_ folder: FreshFileSystem, _ bytes: [UInt8]) -> (opening: Double, times: Times)? {
  let file = "\(folder.path)/image"
  let target = "\(folder.path)/restored"
  guard let handle = fopen(file, "w") else { return nil }
  fwrite(bytes, 1, bytes.count, handle)
  fclose(handle)
  sync()
  let descriptor = open(file, O_RDONLY)
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
  close(descriptor)
  let tool = BackupTool.firedrill(in: folder.path)
  defer { for path in [file, target, tool.repository] { try? FileManager.default.removeItem(atPath: path) } }
  guard tool.create(tool) != nil, let opening = BackupTool.openVault(tool),
    let backup = tool.backUp(tool, file, "image"),
    let restore = tool.restore(tool, "image", target)
  else { return nil }
  return (opening.wallSeconds, Times(backup.wallSeconds, restore.wallSeconds))
}

private func rehearsedTimes(_ profile: EngineProfile, _ size: ByteCount, _ bytes: [UInt8]) -> Times? {
  var image = PagedImage(size: size)
  image.write(Bytes(bytes), at: .zero)
  // A backup reads the source and writes the vault; a restore reads the vault and writes the target.
  guard var backup = world(profile, image, source: profile.deviceRead, vault: profile.deviceWrite),
    var restore = world(profile, image, source: profile.deviceWrite, vault: profile.deviceRead)
  else { return nil }
  backup.run(through: start + .hours(20))
  guard let duration = backup.protectionRecord.longestBackup else { return nil }
  restore.run(through: start + .hours(20))
  guard let option = restore.recoveryOptions(for: ServiceID(0)).first else { return nil }
  let begun = restore.now
  _ = restore.startRestore(of: ServiceID(0), from: option)
  guard case .restored(_, .complete) = restore.nextOccurrence(through: begun + .hours(2)) else { return nil }
  return (duration.seconds, (restore.now - begun).seconds)
}

private let start = CivilTime(year: 2026, month: 3, day: 2).instant

/// Creates a host with one volume and one vault on separate devices. The backup begins at once.
private func world(_ profile: EngineProfile, _ image: PagedImage, source: ByteRate, vault: ByteRate) -> World?
{
  var blueprint = Blueprint()
  blueprint.sites = [Site(name: "here", region: "here", latitude: .zero, longitude: .zero, isOnCoast: false)]
  blueprint.devices = [
    Device(name: "disk", site: SiteID(0), kind: .disk, rate: source, latency: .microseconds(100)),
    Device(name: "vault", site: SiteID(0), kind: .disk, rate: vault, latency: .microseconds(100)),
  ]
  blueprint.hosts = [Host(name: "host", site: SiteID(0))]
  blueprint.services = [Service(name: "files", host: HostID(0), dependencies: [], volumes: [VolumeID(0)])]
  let churn = SyntheticChurn(
    rate: .bytesPerSecond(1), diurnalSwing: .zero, weekendDrop: .zero, burstFactor: .one, burstShare: .zero,
    burstLength: .zero)
  let workload = WorkloadProfile(
    churn: .synthetic(churn), writeSize: .kibibytes(4), skew: .zero, sequentialShare: .zero,
    compressibility: .zero, flushInterval: .zero)
  let plan = VolumePlan(
    name: "data", service: ServiceID(0), device: DeviceID(0), size: image.size, used: .one, workload: workload
  )
  blueprint.volumes = [plan]
  blueprint.vaults = [
    VaultPlan(
      name: "vault", device: DeviceID(1), capacity: .gibibytes(64), autoExpand: false, credentials: "")
  ]
  let schedule = WorkloadSchedule(
    volume: VolumeID(0), plan: plan, scale: .full, seed: 1, start: start, end: start + .seconds(1))
  var speeds = EngineSpeeds()
  (speeds.divide, speeds.digest, speeds.compress) = (profile.divide, profile.digest, profile.compress)
  (speeds.decompress, speeds.encrypt, speeds.cores) = (profile.decompress, profile.encrypt, profile.cores)
  (speeds.read, speeds.write) = (profile.read, profile.write)
  var world = World(
    blueprint: blueprint, scale: .full, seed: 1, schedules: [schedule], images: [image], speeds: speeds,
    start: start)
  guard let schedule = try? RecurrenceRule(parsing: "FREQ=DAILY") else { return nil }
  world.protect(
    with: BackupPolicy(
      vault: VaultID(0), schedule: Timetable(schedule), retention: .permanent, consistency: .crashConsistent,
      chunking: .volume, compressionLevel: 1, lock: nil, replica: nil, prune: nil, pruneGrace: .zero))
  return world
}
