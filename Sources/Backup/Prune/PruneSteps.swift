import Storage
import Units

/// The stages of a prune: survey the vault, write a new condemnation, carry out the ripe ones.
struct PruneSteps: Steps {
  enum Purpose: Sendable {
    case gate(VaultGate.Step)
    case survey(VaultSurvey.Step)
    case revoke
    case claim
    case block(BlockFetcher.Step)
    case pack(PackWriter.Step)
    case put
    case dropIndex
    case deletePack(ObjectID)
    case dropCondemnation
    case expire(PointID)
  }

  private enum Stage: Sendable {
    case opening
    case surveying
    /// Deletes expired points, and then unneeded packs, without a condemnation.
    case freeingPoints
    case freeingPacks
    case condemning
    /// Deletes expired points, and the claims of jobs beyond their lease, which can no longer commit.
    case removing
    /// Marks the ripe condemnations, which cannot be withdrawn after that.
    case claiming
    /// Copies needed blocks out of packs to be deleted.
    case rewriting
    case indexing
    case droppingIndexes
    case deletingPacks
    case droppingCondemnations
  }

  private(set) var outcome: PruneJob.Outcome?
  private let expired: [PointID]
  private let grace: Duration
  private let repackBelow: Ratio
  private let void: VoidClaims
  private let freesAtOnce: Bool
  private let master: MasterKey
  private let jobKey: JobKey
  private let options: JobOptions

  private var stage = Stage.opening
  private var gate: VaultGate
  private var survey: VaultSurvey
  private var view: VaultView?
  private var disposal = Disposal()
  private var fetcher: BlockFetcher?
  private var writer: PackWriter
  private var wasOvertaken = false
  private var requests: [(Purpose, Request)] = []
  private var waiting = 0
  private var pruning = Pruning()

  init(
    expired: [PointID], grace: Duration, repackBelow: Ratio, void: VoidClaims, freesAtOnce: Bool,
    key: MasterKey, salt: JobSalt, options: JobOptions
  ) {
    self.expired = expired.sorted()
    self.grace = grace
    self.repackBelow = repackBelow
    self.void = void
    self.freesAtOnce = freesAtOnce
    self.options = options
    master = key
    jobKey = key.derive(salt)
    gate = VaultGate(key, jobKey: jobKey)
    survey = VaultSurvey(key: key, options: options)
    writer = PackWriter(key: jobKey, lockedUntil: nil, options: options)
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    if let request = requests.popLast() {
      waiting += 1
      return request
    }
    switch stage {
    case .opening: return gate.next().map { (.gate($0), $1) }
    case .surveying: return survey.next().map { (.survey($0), $1) }
    case .rewriting:
      if let (step, request) = writer.next() { return (.pack(step), request) }
      return writer.hasRoom ? fetcher?.next().map { (.block($0), $1) } : nil
    default: return nil
    }
  }

  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant) {
    do throws(JobFailure) {
      try take(answer, for: purpose, at: now)
    } catch {
      outcome = .failed(error)
    }
  }

  private mutating func take(
    _ answer: Answer, for purpose: Purpose, at now: Instant
  ) throws(JobFailure) {
    switch purpose {
    case .gate(let step):
      try gate.receive(answer, for: step)
      if gate.isOpen { stage = .surveying }
    case .survey(let step):
      try survey.receive(answer, for: step)
      if let view = try survey.view(expiring: expired, void: void, at: now) {
        if freesAtOnce { beginFreeing(view) } else { beginCondemning(view) }
      }
    case .block(let step):
      try takeBlocks(try fetcher?.receive(answer, for: step) ?? [])
    case .pack(let step):
      writer.receive(try answer.reply(), for: step)
      if writer.isFinished { beginIndexing() }
    default:
      waiting -= 1
      try takeStep(answer, for: purpose)
      if waiting == 0, requests.isEmpty { advance() }
    }
  }

  /// Handles answers in stages that only wait for all answers.
  private mutating func takeStep(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .revoke:
      if try answer.hasDeleted { pruning.revoked += 1 } else { wasOvertaken = true }
    case .claim:
      if case .failure(let error) = answer, error.kind == .conditionFailed {
        wasOvertaken = true
      } else {
        _ = try answer.reply()
      }
    case .dropIndex, .dropCondemnation: _ = try answer.hasDeleted
    case .deletePack(let id):
      if try answer.hasDeleted {
        pruning.deletedPacks += 1
        pruning.freed += view?.attributes[VaultFolder.pack(id)]?.size ?? .zero
      }
    case .expire(let id):
      if try answer.hasDeleted { pruning.expired.append(id) } else { pruning.locked.append(id) }
    default: _ = try answer.reply()
    }
  }

  private mutating func advance() {
    switch stage {
    case .freeingPoints: beginFreeingPacks()
    case .freeingPacks: finish()
    case .condemning: beginRemoving()
    case .removing: beginClaiming()
    case .claiming: beginRewriting()
    case .indexing: beginDroppingIndexes()
    case .droppingIndexes: beginDeletingPacks()
    case .deletingPacks: beginDroppingCondemnations()
    case .droppingCondemnations: finish()
    default: preconditionFailure("only stages of single requests advance")
    }
  }

  /// Enters a stage with some independent requests.
  private mutating func ask(_ next: Stage, _ new: [(Purpose, Request)]) {
    stage = next
    requests = new.reversed()
  }

  // MARK: Freeing at once

  private mutating func beginFreeing(_ view: VaultView) {
    self.view = view
    pruning.locked = view.locked
    pruning.unattributed = view.unattributed
    guard !view.claims.contains(where: \.isAlive) else {
      pruning.isDeferred = true
      return finish()
    }
    ask(.freeingPoints, expirations(view))
    if requests.isEmpty { beginFreeingPacks() }
  }

  private mutating func beginFreeingPacks() {
    let unneeded = view?.unneededPacks ?? []
    ask(.freeingPacks, unneeded.map { (.deletePack($0), .vault(.delete(VaultFolder.pack($0), if: nil))) })
    if requests.isEmpty { finish() }
  }

  private func expirations(_ view: VaultView) -> [(Purpose, Request)] {
    view.removable.map { point in
      (Purpose.expire(point.id), Request.vault(.delete(point.id.key, if: point.attributes.version)))
    }
  }

  // MARK: Condemning

  private mutating func beginCondemning(_ view: VaultView) {
    self.view = view
    disposal = view.disposal(grace: grace, repackBelow: repackBelow)
    pruning.locked = view.locked
    pruning.unattributed = view.unattributed
    let condemned = view.condemnable(repackBelow: repackBelow, besides: disposal)
    pruning.condemnedPacks = condemned.count
    let expired = view.removable.map(\.id) + view.deadClaims.map(\.id) + view.vanished
    let contents = CondemnationContents(expired: expired.sorted(), packs: condemned)
    guard contents != CondemnationContents() else { return beginClaiming() }
    let key = VaultFolder.condemned(jobKey.salt.objectID(.condemnation, 0))
    let object = SealedObject.seal(
      contents.encoded, .condemnation, as: key, key: jobKey, number: FrameNumber.of(.condemnation, 0))
    ask(.condemning, [(.put, .vault(.put(key, object, if: .absent, lockedUntil: nil)))])
  }

  private mutating func beginRemoving() {
    guard let view else { return }
    let dead = view.deadClaims.map { claim in
      (Purpose.revoke, Request.vault(.delete(claim.id.key, if: claim.version)))
    }
    ask(.removing, dead + expirations(view))
    if requests.isEmpty { beginClaiming() }
  }

  // MARK: Carrying out

  private mutating func beginClaiming() {
    guard let view else { return }
    // A claim that could not be revoked is a job that has committed since, or that lives: look again next time.
    if wasOvertaken { disposal = Disposal() }
    pruning.isDeferred = disposal.condemnations.count < view.catalog.condemnations.count
    guard !disposal.condemnations.isEmpty else { return finish() }
    let claims = disposal.condemnations.enumerated().compactMap { number, id -> (Purpose, Request)? in
      let key = VaultFolder.condemned(id)
      guard var contents = view.catalog.condemnations[id], let version = view.attributes[key]?.version else {
        return nil
      }
      contents.isCarriedOut = true
      let object = SealedObject.seal(
        contents.encoded, .condemnation, as: key, key: jobKey,
        number: FrameNumber.of(.condemnation, UInt64(number + 1)))
      return (.claim, .vault(.put(key, object, if: .version(version), lockedUntil: nil)))
    }
    ask(.claiming, claims)
  }

  private mutating func beginRewriting() {
    guard let view else { return }
    if wasOvertaken {
      pruning.isDeferred = true
      return finish()
    }
    stage = .rewriting
    fetcher = BlockFetcher(
      FetchPlan(disposal.rewritten, in: view.catalog), catalog: view.catalog, key: master,
      options: options)
    closeIfFetched()
  }

  private mutating func takeBlocks(_ fetched: [BlockFetcher.Fetched]) throws(JobFailure) {
    guard let plan = fetcher?.plan else { return }
    for block in fetched {
      let digest = plan.digest(of: block.item)
      guard let bytes = block.bytes else { throw .damaged("the block \(digest), which a point needs") }
      writer.add(bytes, digest)
    }
    closeIfFetched()
  }

  private mutating func closeIfFetched() {
    guard fetcher?.isFinished == true else { return }
    writer.close()
    if writer.isFinished { beginIndexing() }
  }

  private mutating func beginIndexing() {
    guard let view else { return }
    pruning.rewritten = writer.storedBytes
    let contents = view.index(without: disposal, adding: writer.takeEntries())
    let parts = contents.divided().enumerated().map { number, part in
      let key = VaultFolder.index(jobKey.salt.objectID(.index, number))
      let object = SealedObject.seal(
        part.encoded, .index, as: key, key: jobKey, number: FrameNumber.of(.index, UInt64(number)))
      return (Purpose.put, Request.vault(.put(key, object, if: .absent, lockedUntil: nil)))
    }
    ask(.indexing, parts)
  }

  private mutating func beginDroppingIndexes() {
    ask(
      .droppingIndexes,
      disposal.droppedIndexes.map { (.dropIndex, .vault(.delete(VaultFolder.index($0), if: nil))) })
    if requests.isEmpty { beginDeletingPacks() }
  }

  private mutating func beginDeletingPacks() {
    ask(
      .deletingPacks,
      disposal.deletedPacks.map { (.deletePack($0), .vault(.delete(VaultFolder.pack($0), if: nil))) })
    if requests.isEmpty { beginDroppingCondemnations() }
  }

  private mutating func beginDroppingCondemnations() {
    ask(
      .droppingCondemnations,
      disposal.condemnations.map {
        (.dropCondemnation, .vault(.delete(VaultFolder.condemned($0), if: nil)))
      })
  }

  private mutating func finish() {
    pruning.expired.sort()
    pruning.locked.sort()
    outcome = .pruned(pruning)
  }
}

extension Answer {
  /// Whether the object is gone; `false` when it is locked or was replaced meanwhile.
  fileprivate var hasDeleted: Bool {
    get throws(JobFailure) {
      guard case .failure(let error) = self else { return true }
      switch error.kind {
      case .notFound: return true
      case .locked, .conditionFailed: return false
      default: throw .storage(error)
      }
    }
  }
}

extension PruneSteps {
  /// Traps unless answers are counted, and nothing is deleted before what replaces it is durable.
  func checkInvariants() {
    writer.checkInvariants()
    fetcher?.checkInvariants()
    precondition(waiting >= 0, "a request is answered once")
    switch stage {
    case .opening, .surveying: precondition(view == nil, "a view follows the survey")
    case .rewriting: precondition(view != nil && fetcher != nil, "blocks are copied by a plan")
    case .indexing, .droppingIndexes, .deletingPacks, .droppingCondemnations:
      precondition(view != nil && writer.isFinished, "nothing goes before its copy is durable")
      precondition(!wasOvertaken, "a prune that was overtaken deletes nothing")
    case .freeingPoints, .freeingPacks, .condemning, .removing, .claiming:
      precondition(view != nil, "a prune acts on what it has seen")
    }
  }
}
