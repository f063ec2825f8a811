import Storage
import Units

/// An object in the folder of points.
struct StoredPoint: Sendable {
  enum State: Sendable {
    case point(Manifest)
    case pending(PendingClaim)
    case damaged(JobFailure)
  }

  let id: PointID
  let attributes: ObjectAttributes
  let state: State
  /// The reason why the object's attributes are unknown, although its contents are intact.
  var damagedAttributes: StorageError?

  var manifest: Manifest? { if case .point(let manifest) = state { manifest } else { nil } }
}

/// Reads all points and claims of a vault.
struct PointLoader: Sendable {
  enum Step: Sendable {
    case list
    case attributes(PointID)
    case get(PointID, ObjectAttributes)
  }

  private let master: MasterKey
  private let role: VaultRole
  private var todo: [Step] = [.list]
  private var waiting = 0
  private var found: [StoredPoint] = []
  private var damagedAttributes: [PointID: StorageError] = [:]

  init(key: MasterKey, on role: VaultRole = .primary) {
    master = key
    self.role = role
  }

  var isFinished: Bool { todo.isEmpty && waiting == 0 }

  /// The points, ascending.
  var points: [StoredPoint] { found.sorted { $0.id < $1.id } }

  mutating func next() -> (Step, Request)? {
    guard let step = todo.popLast() else { return nil }
    waiting += 1
    switch step {
    case .list: return (step, .vault(.list(prefix: VaultFolder.points), on: role))
    // The version before the contents: a claim that is replaced in between is then at another version.
    case .attributes(let id): return (step, .vault(.attributes(id.key), on: role))
    case .get(let id, _): return (step, .vault(.get(id.key, range: nil), on: role))
    }
  }

  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) {
    waiting -= 1
    switch step {
    case .list:
      todo = try answer.reply().keys.reversed().compactMap { PointID($0) }.map { .attributes($0) }
    case .attributes(let id):
      if case .failure(let error) = answer, error.kind == .damaged {
        // The point itself may be whole. Its lock is unknown, so it counts as locked.
        damagedAttributes[id] = error
        let unknown = ObjectAttributes(
          size: .zero, version: 0, modified: .epoch, lockedUntil: .distantFuture)
        return todo.append(.get(id, unknown))
      }
      if let attributes = try answer.reply().attributes { todo.append(.get(id, attributes)) }
    case .get(let id, let attributes):
      if case .failure(let error) = answer, error.kind == .notFound { return }
      var stored = StoredPoint(
        id: id, attributes: attributes, state: Self.open(try answer.reply().bytes, id, master))
      if let damage = damagedAttributes[id] {
        // Only a claim's version counts, and it is lost.
        if stored.manifest == nil {
          stored = StoredPoint(id: id, attributes: attributes, state: .damaged(.storage(damage)))
        }
        stored.damagedAttributes = damage
      }
      found.append(stored)
    }
  }

  static func open(_ object: Bytes, _ id: PointID, _ master: MasterKey) -> StoredPoint.State {
    do throws(JobFailure) {
      let (kind, contents) = try SealedObject.open(object, as: id.key, key: master)
      switch kind {
      case .point:
        let manifest = try Manifest(contents)
        guard manifest.point.id == id else { throw .damaged("\(id.key) holds another point") }
        return .point(manifest)
      case .pending: return .pending(try PendingClaim(contents))
      default: throw .damaged("\(id.key) is of another kind")
      }
    } catch {
      return .damaged(error)
    }
  }
}
