import Backup
import Documents
import Estate
import Retention
import Schedules
import Statistics
import Units

extension Shape<SnapshotPolicy> {
  static let snapshots = mapping(
    "Snapshots on the production device itself.",
    Field("schedule", .schedule, "The schedule: RRULE, cron or OnCalendar, with a zone."),
    Field("retention", .rehearsedRetention, "The retention of the points."),
    Field(
      "credentials", .text, default: "storage-admin", "The credentials that allow deleting the snapshots.")
  ) { SnapshotPolicy(schedule: $0, retention: $1, credentials: $2) }
}

extension Shape<ConsistencyLevel> {
  private static let words: [(word: String, level: ConsistencyLevel)] = [
    ("inconsistent", .inconsistent), ("crashConsistent", .crashConsistent),
    ("applicationConsistent", .applicationConsistent),
  ]

  static let consistency = scalar(
    Schema(
      .scalar(types: ["string"], pattern: nil, values: words.map(\.word), bounds: nil), example: words[1].word
    ),
    expected: "one word"
  ) { text throws(QuantityError) in
    guard let level = words.first(where: { $0.word == text })?.level else {
      throw QuantityError(
        "'\(text)' is not a level of consistency",
        hint: words.map(\.word).suggestion(for: text, noun: "levels"))
    }
    return level
  }
}

extension Shape<Chunking> {
  static let contentDefined = mapping(
    "Blocks cut by content.",
    Field("minimum", .size, "The smallest size of a block other than the last."),
    Field("average", .size, "A power of two."),
    Field("maximum", .size, "The largest size of a block.")
  ) { minimum, average, maximum throws(Misfit) in
    guard minimum.bytes >= 64, minimum <= average, average <= maximum, maximum <= .mebibytes(16) else {
      throw Misfit(
        "these sizes do not ascend from 64 B to 16 MiB",
        hint: "write for example minimum: 16 KiB, average: 64 KiB, maximum: 256 KiB")
    }
    guard average.bytes.nonzeroBitCount == 1 else {
      throw Misfit(at: "average", "\(average) is not a power of two", hint: "write for example '64 KiB'")
    }
    return .contentDefined(
      minimum: Int(minimum.bytes), average: Int(average.bytes), maximum: Int(maximum.bytes))
  }

  static func fixed(_ size: ByteCount) throws(Misfit) -> Chunking {
    guard size.bytes % 4_096 == 0, size <= .mebibytes(16) else {
      throw Misfit(
        at: "blockSize", "blocks of \(size) are not whole pages",
        hint: "write a multiple of 4 KiB, up to 16 MiB")
    }
    return .fixed(Int(size.bytes))
  }
}

extension Shape<BackupPolicy> {
  static let backup = mapping(
    "A backup policy: the volumes, the vault, the schedule and the retention.",
    Field("vault", .vault, "The vault."),
    Field("schedule", .schedule, "The schedule: RRULE, cron or OnCalendar, with a zone."),
    Field("retention", .rehearsedRetention, "The retention of a recovery point."),
    Field("consistency", .consistency, default: "crashConsistent", "The consistency of the volumes' copies."),
    Field(optional: "blockSize", .size, "Blocks of one size; by default 64 KiB."),
    Field(optional: "contentDefined", .contentDefined, "Blocks cut by content."),
    Field("compressionLevel", .integer(1...19), default: "3", "The compression level of zstd."),
    Field(
      optional: "lock", .positiveDuration,
      "The time for which no one can delete a point, not even the administrator."),
    Field(optional: "replica", .vault, "The vault that receives copies."),
    Field(
      optional: "replicaSchedule", .schedule,
      "The schedule of copies to the replica; by default after each backup."),
    Field(
      optional: "replicaRetention", .rehearsedRetention,
      "The retention in the replica; by default that of the vault. Blocks stay while the vault "
        + "has them."),
    Field(
      optional: "prune", .schedule,
      "The schedule of removing expired points; by default never."),
    Field(
      "pruneGrace", .duration, default: "1 d", "The time between pruning a block and deleting the block."),
    Field<WindowDeclaration?>(
      optional: "window", .window, "The daily window outside which the backup moves no data."),
    Field<Duration?>(
      optional: "replicaDelay", .positiveDuration,
      "The time from the end of a backup until its point may leave for the replica."
    ).formerly("hold"),
    Field<Courier?>(
      optional: "courier", .courier,
      "The courier that carries the copies to the replica; departures are the 'replicaSchedule'.")
  ) {
    vault, schedule, retention, consistency, blockSize, contentDefined, level, lock, replica, replicaSchedule,
    replicaRetention, prune, pruneGrace, window, hold, courier
      throws(Misfit) in
    if blockSize != nil && contentDefined != nil {
      throw Misfit(
        at: "contentDefined", "'blockSize' and 'contentDefined' exclude each other",
        hint: "keep one of the two")
    }
    guard vault != replica else {
      throw Misfit(at: "replica", "a vault is not its own replica", hint: "name another vault")
    }
    let chunking =
      if let contentDefined { contentDefined } else {
        try Shape<Chunking>.fixed(blockSize ?? .kibibytes(64))
      }
    for (key, isGiven) in [
      ("replicaSchedule", replicaSchedule != nil), ("replicaRetention", replicaRetention != nil),
      ("replicaDelay", hold != nil), ("courier", courier != nil),
    ] where isGiven && replica == nil {
      throw Misfit(at: key, "there is no replica", hint: "add 'replica: VAULT', or remove '\(key)'")
    }
    var policy = BackupPolicy(
      vault: vault, schedule: schedule, retention: retention, consistency: consistency,
      chunking: chunking,
      compressionLevel: level, lock: lock, replica: replica, prune: prune, pruneGrace: pruneGrace)
    (policy.replicaSchedule, policy.replicaRetention) = (replicaSchedule, replicaRetention)
    (policy.hold, policy.courier) = (hold ?? .zero, courier)
    policy.window = window?.window(in: schedule.zone)
    return policy
  }
}

/// The times to replace lost equipment.
struct ReplacementTimes: Sendable {
  var disk: Distribution
  var host: Distribution
  var device: Distribution
}

extension Shape<ReplacementTimes> {
  static let replacements = mapping(
    "How long it takes until something new stands in the place of what is lost.",
    Field("disk", .distribution, default: "4 h", "A disk."),
    Field("host", .distribution, default: "1 h", "A server."),
    Field("device", .distribution, default: "24 h", "A storage array or object store.")
  ) { ReplacementTimes(disk: $0, host: $1, device: $2) }
}

extension Shape<RebuildSite> {
  static let rebuild = mapping(
    "The place to rebuild a lost site.",
    Field("site", .site, "The site."),
    Field("device", .device, "The device for the volumes."),
    Field(
      "provision", .distribution, default: "{ lognormal: { median: 3 h, p95: 8 h } }",
      "The time until servers and storage are ready.")
  ) { RebuildSite(site: $0, device: $1, provision: $2) }
}

extension Shape<RecoveryPolicy> {
  static let recovery = mapping(
    "What stands ready for a recovery, and how long the rest takes.",
    Field("replace", .replacements, default: "{}", "The times to replace lost equipment."),
    Field(optional: "rebuild", .rebuild, "The place to rebuild a lost site."),
    Field(
      "concurrentRestores", .integer(1...1_000), default: "1", "The number of services restored at once."),
    Field(
      "redirect", .distribution, default: "5 min",
      "The time to redirect name service, load balancers and addresses."),
    Field(
      "scanRate", .rate, default: "200 MB/s",
      "The rate of scanning a recovery point when damage had time to spread."),
    Field<Distribution?>(
      optional: "certify", .distribution,
      "The time in a clean room to certify restored data, when damage had time to spread."),
    Field<Stumbles>(
      "stepFailures", .stumbles, otherwise: Stumbles(),
      "The steps of the runbook that can fail and are repeated, by phase."
    ).formerly("stumbles"),
    Field<InstantRestore?>(
      optional: "instant", .instantRestore,
      "Services run from the vault, slower, while their data is copied back; by default they wait for all of it."
    )
  ) { replace, rebuild, concurrentRestores, redirect, scanRate, certify, stumbles, instant in
    var policy = RecoveryPolicy(
      replaceDisk: replace.disk, replaceHost: replace.host, replaceDevice: replace.device,
      rebuildSite: rebuild, concurrentRestores: concurrentRestores, redirect: redirect, scanRate: scanRate)
    (policy.certify, policy.stumbles, policy.instant) = (certify, stumbles, instant)
    return policy
  }
}

extension Shape<Strategy> {
  static let strategy = mapping(
    "A strategy: the protection of the estate and its recovery.",
    .name,
    Field("title", .text, "The title in reports; by default its name.") { _, name in name },
    Field(optional: "snapshots", .snapshots, "Snapshots on the production device itself."),
    Field("backups", .list(of: .backup, countMinimum: 1), otherwise: [], "The backups into vaults."),
    Field<LogArchivePolicy?>(
      optional: "logArchive", .logArchive,
      "The archive of the databases' logs in a vault, for recovery to a point in time."),
    Field(
      optional: "disasterRecovery", .disasterRecovery, "The copies at another site, and the standby there."),
    Field("recovery", .recovery, default: "{}", "The recovery of the estate."),
    Field(
      optional: "published", .publishedOrPromise,
      "The published figures of the strategy's provider: a name in the register of promises, or the figures."),
    Field("upkeep", .upkeep, otherwise: Upkeep(), "The monthly costs beside the metered usage.")
  ) {
    name, title, snapshots, backups, logArchive, disasterRecovery, recovery, published, upkeep throws(Misfit)
    in
    if disasterRecovery == nil, recovery.stumbles[.failover] != nil {
      throw Misfit(
        at: "recovery", "'stepFailures' names 'failover', but nothing fails over",
        hint: "remove 'failover' there, or add 'disasterRecovery'")
    }
    if backups.isEmpty, recovery.instant != nil {
      throw Misfit(
        at: "recovery", "'instant' reads from a vault, but there are no backups",
        hint: "remove 'instant', or add 'backups'")
    }
    if logArchive != nil, recovery.instant != nil {
      throw Misfit(
        at: "recovery", "'instant' serves pages of the base before the log is replayed on them",
        hint: "remove 'instant', or 'logArchive'")
    }
    var strategy = Strategy(
      name: name, title: title, snapshots: snapshots, backups: backups, disasterRecovery: disasterRecovery,
      recovery: recovery, published: published, upkeep: upkeep)
    strategy.logArchive = logArchive
    return strategy
  }
}
