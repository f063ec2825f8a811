import Backup
import Storage
import Units

/// A point that is open for reading, and the right to read it.
public struct MountedPoint: Sendable {
  /// The names and attributes; `nil` for a point of an image.
  public let tree: TreeCatalog?
  public let contents: ContentReader
  /// The vault's catalog, from which another point can be opened.
  public let catalog: Catalog
  private let note: Descriptor?

  fileprivate init(_ tree: TreeCatalog?, _ contents: ContentReader, _ catalog: Catalog, _ note: Descriptor?) {
    self.tree = tree
    self.contents = contents
    self.catalog = catalog
    self.note = note
  }
}

extension VaultSession {
  /// Opens a point for reading on demand. While the result exists, no process of this machine removes the
  /// point.
  ///
  /// - Parameters:
  ///   - number: Distinguishes the points of one cache.
  ///   - catalog: The vault's catalog, if known.
  public func mount(
    _ point: RecoveryPoint, number: Int, cache: BlockCache, _ catalog: Catalog? = nil
  ) throws(VaultProblem) -> MountedPoint {
    let held: Descriptor?
    switch vault.claims.notes.shareMounted(point.id) {
    case .held(let note): held = note
    case .unwritable: held = nil
    case .refused: throw VaultProblem(point.shortName, "the point is being removed")
    }
    let (tree, opened) =
      point.isTree ? try openTree(of: point, catalog) : (nil, try openImage(of: point, catalog))
    let stream = point.streams.firstIndex { $0.kind == .contents } ?? 0
    let reader = ContentReader(self, opened, stream: stream, number: number, cache: cache)
    return MountedPoint(tree, reader, opened.knownCatalog, held)
  }

  private func openImage(of point: RecoveryPoint, _ catalog: Catalog?) throws(VaultProblem) -> OpenPoint {
    let job = RestoreJob(
      point.id, key: vault.key, selection: .named([]), catalog: catalog, options: options)
    return try run(job, phase: "opening the point").opened(name, or: "the point \(point.shortName)")
  }

  /// Returns the names and attributes of a point's tree, and the point opened for reads of its contents.
  func openTree(
    of point: RecoveryPoint, _ catalog: Catalog? = nil
  ) throws(VaultProblem) -> (tree: TreeCatalog, opened: OpenPoint) {
    guard let stream = point.streams.firstIndex(where: { $0.kind == .tree }) else {
      throw VaultProblem(point.shortName, "this is no point of a directory tree")
    }
    let target = MemoryStream(length: point.streams[stream].length)
    let job = RestoreJob(
      point.id, key: vault.key, selection: .named([point.streams[stream].name]), catalog: catalog,
      options: options)
    let opened = try run(job, streams: target, phase: "reading names").opened(
      name, or: "the names of the point \(point.shortName)")
    do throws(JobFailure) {
      return (try TreeCatalog(target.bytes), opened.withoutLists())
    } catch {
      throw VaultProblem(name, error)
    }
  }
}

extension RestoreJob.Outcome {
  /// Returns the opened point; throws unless everything was restored.
  fileprivate func opened(_ vault: String, or damage: String) throws(VaultProblem) -> OpenPoint {
    switch self {
    case .restored(let restoration):
      guard let opened = restoration.opened else { preconditionFailure("a restored point is open") }
      return opened
    case .damaged: throw VaultProblem(vault, .damaged(damage))
    case .failed(let failure): throw VaultProblem(vault, failure)
    }
  }
}
