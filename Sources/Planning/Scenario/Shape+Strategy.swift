import Backup
import Estate
import Retention
import Schedules
import Units

extension Shape<SnapshotPolicy> {
  static let snapshots = mapping(
    "Snapshots on the production device itself.",
    Field("schedule", .schedule, "When it runs: RRULE, cron or OnCalendar, with a zone."),
    Field("retention", .rehearsedRetention, "How long they stay."),
    Field("credentials", .text, default: "storage-admin", "Whoever holds these can delete them.")
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
    "Blocks that end where the contents say so.",
    Field("minimum", .size, "No block is smaller, but the last."),
    Field("average", .size, "A power of two."),
    Field("maximum", .size, "No block is larger.")
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
    "Who writes what into which vault, when, and how long it stays.",
    Field("vault", .vault, "Where the backups go."),
    Field("schedule", .schedule, "When it runs: RRULE, cron or OnCalendar, with a zone."),
    Field("retention", .rehearsedRetention, "How long a recovery point stays."),
    Field("consistency", .consistency, default: "crashConsistent", "How the copies of the volumes agree."),
    Field(optional: "blockSize", .size, "Blocks of one size; 64 KiB when nothing is said."),
    Field(optional: "contentDefined", .contentDefined, "Blocks that end where the contents say so."),
    Field("compressionLevel", .integer(1...19), default: "3", "The level of zstd."),
    Field(
      optional: "lock", .positiveDuration, "So long nobody can delete a point, the administrator included."),
    Field(optional: "replica", .vault, "The vault that receives copies."),
    Field(
      optional: "replicaSchedule", .schedule,
      "When the replica receives copies; after each backup, when nothing is said."),
    Field(
      optional: "replicaRetention", .rehearsedRetention,
      "How long a point stays in the replica; as long as in the vault, when nothing is said. Blocks stay while the vault has "
        + "them."),
    Field(
      optional: "prune", .schedule,
      "When points past their retention are removed; never, when nothing is said."),
    Field("pruneGrace", .duration, default: "1 d", "How long a pruned block stays before it is deleted.")
  ) {
    vault, schedule, retention, consistency, blockSize, contentDefined, level, lock, replica, replicaSchedule,
    replicaRetention, prune, pruneGrace
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
    ] where isGiven && replica == nil {
      throw Misfit(at: key, "there is no replica", hint: "add 'replica: VAULT', or remove '\(key)'")
    }
    var policy = BackupPolicy(
      vault: vault, schedule: schedule, retention: retention, consistency: consistency,
      chunking: chunking,
      compressionLevel: level, lock: lock, replica: replica, prune: prune, pruneGrace: pruneGrace)
    (policy.replicaSchedule, policy.replicaRetention) = (replicaSchedule, replicaRetention)
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
    "Where everything is rebuilt when its site is lost.",
    Field("site", .site, "The place."),
    Field("device", .device, "What holds the volumes there."),
    Field(
      "provision", .distribution, default: "{ lognormal: { median: 3 h, p95: 8 h } }",
      "Until servers and storage stand ready.")
  ) { RebuildSite(site: $0, device: $1, provision: $2) }
}

extension Shape<RecoveryPolicy> {
  static let recovery = mapping(
    "What stands ready for a recovery, and how long the rest takes.",
    Field("replace", .replacements, default: "{}", "How long it takes to replace what is lost."),
    Field(optional: "rebuild", .rebuild, "Where everything is rebuilt when its site is lost."),
    Field("concurrentRestores", .integer(1...1_000), default: "1", "How many services are restored at once."),
    Field("redirect", .distribution, default: "5 min", "Name service, load balancers, addresses."),
    Field(
      "scanRate", .rate, default: "200 MB/s",
      "How fast a recovery point is examined when damage had time to spread."),
    Field<Distribution?>(
      optional: "certify", .distribution,
      "Clean room: until restored data is certified before anybody uses it, when damage had time to spread."),
    Field<Stumbles>(
      "stumbles", .stumbles, otherwise: Stumbles(),
      "Steps of the runbook that can fail and are repeated, by phase.")
  ) { replace, rebuild, concurrentRestores, redirect, scanRate, certify, stumbles in
    var policy = RecoveryPolicy(
      replaceDisk: replace.disk, replaceHost: replace.host, replaceDevice: replace.device,
      rebuildSite: rebuild, concurrentRestores: concurrentRestores, redirect: redirect, scanRate: scanRate)
    (policy.certify, policy.stumbles) = (certify, stumbles)
    return policy
  }
}

extension Shape<Strategy> {
  static let strategy = mapping(
    "How the estate is protected, and how it is recovered.",
    .name,
    Field("title", .text, "One line for the report; its name when nothing is said.") { _, name in name },
    Field(optional: "snapshots", .snapshots, "Snapshots on the production device itself."),
    Field("backups", .list(of: .backup, countMinimum: 1), otherwise: [], "Backups into vaults."),
    Field(
      optional: "disasterRecovery", .disasterRecovery, "Copies at another site, and what takes over there."),
    Field("recovery", .recovery, default: "{}", "How the estate is recovered."),
    Field(
      optional: "published", .publishedOrPromise,
      "What the strategy's provider promises: a name in the register of promises, or the figures themselves."),
    Field("upkeep", .upkeep, otherwise: Upkeep(), "What it needs beside what the run meters.")
  ) {
    name, title, snapshots, backups, disasterRecovery, recovery, published, upkeep throws(Misfit) in
    if disasterRecovery == nil, recovery.stumbles[.failover] != nil {
      throw Misfit(
        at: "recovery", "'stumbles' names 'failover', but nothing fails over",
        hint: "remove 'failover' there, or add 'disasterRecovery'")
    }
    return Strategy(
      name: name, title: title, snapshots: snapshots, backups: backups, disasterRecovery: disasterRecovery,
      recovery: recovery, published: published, upkeep: upkeep)
  }
}
