import Database
import Storage
import Units

/// Point-in-time recovery: the log is fetched from its archive and applied to a restored database.
extension World {
  /// Whether log of a service's database is archived.
  public func hasLogArchive(of service: ServiceID) -> Bool {
    database(of: service).map { backups.logArchive(of: $0) != nil } ?? false
  }

  /// Starts to bring a restored database forward by its log; `replayed` occurs at the end.
  ///
  /// - Parameter base: The instant of the restored state.
  public mutating func startReplay(
    of service: ServiceID, from base: Instant, to target: LogReplayTarget, reader: StampReader
  ) -> ActivityID {
    guard let id = database(of: service), let index = backups.logArchive(of: id) else {
      preconditionFailure("only an archived log is replayed")
    }
    let plan = replayPlan(of: index, from: base, to: target, reader: reader)
    let home = premises.site(of: blueprint.services[service].host)
    let activity = jobs.add(.replay(plan), Activity(site: home, service: service))
    let archive = backups[log: index]
    let fetched = plan.segments.reduce(ByteCount.zero) { $0 + $1.size }
    if fetched > .zero { fetch(fetched, of: index, for: activity) }
    let time = archive.policy.replayTime(for: archive.size(of: plan.records), writtenIn: plan.end - base)
    jobs.addParts(1, ofReplay: activity)
    events.schedule(.replayed(activity), at: now + (plan.records.isEmpty ? .zero : time))
    return activity
  }

  /// Moves the log from the vault to the database's volume, as fast as the path allows.
  private mutating func fetch(_ size: ByteCount, of index: Int, for id: ActivityID) {
    let archive = backups[log: index]
    let portions = Int64(PortionChain.count * PortionChain.length)
    let volume = databases[archive.database].plan.log
    let way = way(
      from: blueprint.vaults[archive.policy.vault].device, to: volumes[volume].device,
      carrying: ByteCount((size.bytes + portions - 1) / portions))
    jobs.addParts(PortionChain.count, ofReplay: id)
    for place in 0..<PortionChain.count {
      let chain = PortionChain(legs: way.legs, latency: way.latency, place: place)
      start(.portion(id, chain), through: chain.portion, latency: way.latency)
    }
    backups[archive.policy.vault].countGets(archive.objects(for: size), of: size)
  }

  // MARK: The plan

  /// Returns the log that can be applied to the restored volumes of a database.
  private func replayPlan(
    of index: Int, from base: Instant, to target: LogReplayTarget, reader: StampReader
  ) -> LogReplayPlan {
    let archive = backups[log: index]
    let state = databases[archive.database]
    var plan = LogReplayPlan(database: archive.database, base: base)
    let images = state.plan.volumes.map { volumes[$0].image }
    let finding = reader.databases.finding(images, of: state.course)
    guard finding.fault == nil else { return plan }
    let mistake = target == .beforeMistake ? state.astray : nil
    let limit = mistake?.after ?? .max
    plan.behind = finding.verdict.lastTransaction
    let isWhole = takeArchived(of: index, from: base, through: limit, into: &plan)
    if isWhole, !archive.isLogDamaged, plan.follows(archive.tail) {
      plan.take(archive.tail, through: limit)
      plan.completeThrough = archive.end ?? now
      plan.end = max(plan.end, archive.end ?? now)
    }
    if let mistake {
      plan.end = min(plan.end, mistake.instant)
      if plan.behind == limit { plan.completeThrough = mistake.instant }
    }
    plan.completeThrough = plan.completeThrough.map { max($0, base) }
    return plan
  }

  /// Adds the records in the vault; returns whether no segment is missing.
  private func takeArchived(
    of index: Int, from base: Instant, through limit: Int, into plan: inout LogReplayPlan
  ) -> Bool {
    let archive = backups[log: index]
    let needed = archive.stored.filter { $0.closed >= base || $0.positions.upperBound > plan.behind + 1 }
    let home = blueprint.devices[volumes[databases[archive.database].plan.log].device].site
    guard canReach(archive.policy.vault, from: home) else { return false }
    for stored in needed {
      guard let bytes = try? backups[archive.policy.vault].store.get(stored.key, range: nil),
        let segment = try? LogSegment(bytes), plan.follows(segment.records)
      else { return false }
      let count = plan.records.count
      plan.take(segment.records, through: limit)
      if plan.records.count > count { plan.segments.append(stored) }
      plan.end = max(plan.end, segment.closed)
      if segment.isComplete { plan.completeThrough = segment.closed }
      if plan.behind == limit { break }
    }
    return true
  }

  // MARK: The end

  /// Handles the end of one part of a replay: a chain of the transfer, or the work of the database.
  mutating func finishReplayPart(_ id: ActivityID, succeeded: Bool = true) {
    guard let plan = jobs.replay(of: id) else { return }
    guard succeeded else {
      jobs.end(id)
      return occurrences.append(.replayed(id, .failed))
    }
    guard jobs.endPart(ofReplay: id) else { return }
    jobs.end(id)
    occurrences.append(.replayed(id, .complete(apply(plan) ? plan.end : plan.base)))
  }

  /// Lets a real SQLite apply the records to the restored volumes; returns `false` when they do not fit the base.
  private mutating func apply(_ plan: LogReplayPlan) -> Bool {
    let state = databases[plan.database]
    if !plan.records.isEmpty {
      let images = state.plan.volumes.map { volumes[$0].image }
      let replayed = Result { () throws(StorageError) in
        try state.schedule.recording.replayed(
          on: DatabaseImage(data: images[0], log: images[1]), through: plan.records)
      }
      guard case .success(let database) = replayed else { return false }
      databases[plan.database].becomeStandby(database.recording)
      for file in DatabaseFile.allCases {
        volumes[state.plan[file]].disk = CachedVolume(image: database.image[file])
      }
    }
    guard let complete = plan.completeThrough else { return true }
    databases[plan.database].stoppedReplay = DatabaseState.StoppedReplay(behind: plan.behind, at: complete)
    return true
  }
}
