import Estate
import RecoveryPlanning
import Storage
import Units

/// The restores of services that run before all of their data is in place.
struct InstantRestores {
  /// A finished first read, or one that has more volumes to read.
  enum Ending {
    case another
    case read(step: Int, PointSearch)
    case failed(step: Int, PointSearch)
  }

  private struct FirstRead {
    let step: Int
    let search: PointSearch
    let option: RecoveryOption
    var volumes: ArraySlice<VolumeID>
  }

  private struct Background {
    let service: ServiceID
    let option: RecoveryOption
  }

  /// A page that an application read, with its bytes.
  private struct ServedPage {
    let volume: VolumeID
    let page: Int
    let bytes: Bytes
  }

  private var firstReads: [ActivityID: FirstRead] = [:]
  private var waiting: [Background] = []
  private var running: [ActivityID: Background] = [:]
  private var demanded: (read: DemandRead, service: ServiceID)?
  private var served: [ServedPage] = []
  private var readTime = Duration.zero
  private var longestRead = Duration.zero
  private var random: RandomStream?

  /// Whether some service started before all of its data was in place.
  private(set) var hasBegun = false

  /// The services with data that is not in place yet.
  var unfinished: [ServiceID] { (waiting + running.values).map(\.service) }
  var isFinished: Bool { waiting.isEmpty && running.isEmpty }

  // MARK: First reads

  mutating func begin(
    _ search: PointSearch, from option: RecoveryOption, step: Int, share: Ratio, in world: inout World
  ) {
    let read = FirstRead(
      step: step, search: search, option: option,
      volumes: world.blueprint.services[search.service].volumes[...])
    next(read, share: share, in: &world)
  }

  private mutating func next(_ read: FirstRead, share: Ratio, in world: inout World) {
    var read = read
    guard let volume = read.volumes.popFirst() else { preconditionFailure("a restored service has volumes") }
    firstReads[world.startFirstRead(of: volume, share: share, from: read.option)] = read
  }

  /// Takes the end of an activity; `nil` when it is no first read.
  mutating func firstReadEnded(
    _ activity: ActivityID, _ ending: RestoreEnding, share: Ratio, in world: inout World
  ) -> Ending? {
    guard let read = firstReads.removeValue(forKey: activity) else { return nil }
    guard ending == .complete else { return .failed(step: read.step, read.search) }
    guard read.volumes.isEmpty else {
      next(read, share: share, in: &world)
      return .another
    }
    return .read(step: read.step, read.search)
  }

  // MARK: Restores in the background

  /// Adds a service whose first read is done.
  mutating func add(_ search: PointSearch) {
    guard let option = search.current else { return }
    hasBegun = true
    waiting.append(Background(service: search.service, option: option))
  }

  /// Starts waiting restores, as many at once as are allowed.
  mutating func start(atOnce limit: Int, in world: inout World) {
    while running.count < limit, !waiting.isEmpty {
      let next = waiting.removeFirst()
      running[world.startRestore(of: next.service, from: next.option)] = next
    }
  }

  /// Takes the end of an activity; returns `false` when it is no restore in the background.
  mutating func backgroundEnded(
    _ activity: ActivityID, _ ending: RestoreEnding, in world: World
  ) throws(RecoveryPlanner.Impossible) -> Bool {
    guard let ended = running.removeValue(forKey: activity) else { return false }
    if case .failed(let reason) = ending {
      let name = world.blueprint.services[ended.service].name
      throw RecoveryPlanner.Impossible(reason: "the rest of \(name) could not be restored: \(reason)")
    }
    return true
  }

  // MARK: Reads on demand

  /// Reads a page for an application, when none is being read and some data is not in place.
  mutating func demand(in world: inout World, stream: RandomStream) {
    guard demanded == nil,
      let next = running.min(by: { $0.value.service.index < $1.value.service.index })?.value
    else { return }
    var random = self.random ?? stream
    let read = world.startDemandRead(of: next.service, from: next.option, random: &random)
    self.random = random
    demanded = (read, next.service)
  }

  /// Takes the end of a read on demand and returns the pause before the next one; `nil` for another activity.
  mutating func demandEnded(
    _ activity: ActivityID, _ ending: RestoreEnding, in world: World
  ) throws(RecoveryPlanner.Impossible) -> Duration? {
    guard let (read, service) = demanded, read.activity == activity else { return nil }
    demanded = nil
    if case .failed(let reason) = ending {
      let name = world.blueprint.services[service].name
      throw RecoveryPlanner.Impossible(reason: "\(name) waited for a page that could not be read: \(reason)")
    }
    let bytes = world.bytes(ofPage: read.page, of: read.volume)
    served.append(ServedPage(volume: read.volume, page: read.page, bytes: bytes))
    readTime += world.now - read.start
    longestRead = max(longestRead, world.now - read.start)
    // A sample of pages suffices: after each 32 reads it becomes half as dense.
    return .seconds(1) * (1 << Int64(min(20, served.count / 32)))
  }

  // MARK: The result

  /// Returns a page that an application read and that differs from the restored one; `nil` when all are equal.
  func differingPage(in world: World) -> (volume: VolumeID, page: Int)? {
    served.first { world.bytes(ofPage: $0.page, of: $0.volume) != $0.bytes }.map { ($0.volume, $0.page) }
  }

  func slowService(until fullSpeed: Duration) -> SlowService {
    SlowService(
      fullSpeed: fullSpeed, reads: served.count, readTime: readTime, longestRead: longestRead)
  }
}
