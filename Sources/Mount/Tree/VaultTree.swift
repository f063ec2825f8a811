import Backup
import Glibc
import Posix
import Storage
import Synchronization
import Units

/// The read-only file system of one point, or of all points of a vault.
///
/// Inode numbers depend only on the points and their order, so that they outlive the trees in memory. Several
/// threads may use the tree at once. Names below the directories of points are read when they are first needed.
package final class VaultTree: Sendable {
  /// The object of an inode.
  enum Place {
    case folder(Int)
    case link(Int)
    case entry(PointTree, Int)
  }

  /// The trees in memory, the last used one last.
  private struct Loaded {
    var trees: [(number: Int, tree: PointTree)] = []
    var catalog: Catalog?
    var reported: Set<String> = []
  }

  /// The most bytes of contents that a mount keeps in memory.
  package static let cacheSize = 64 << 20
  /// The memory of names at which trees that were not used last are dropped.
  private static let weightMaximum = 128 << 20
  /// The inode of the top directory, as FUSE demands.
  package static let top: UInt64 = 1
  private static let pointBits: UInt64 = 32

  private let session: VaultSession
  private let points: [RecoveryPoint]
  /// The directories above the points; `nil` when one point is the top.
  private let folders: PointFolders?
  private let cache: BlockCache
  private let report: @Sendable (String) -> Void
  private let loaded = Mutex(Loaded())

  /// Creates the tree of one point.
  package init(
    _ session: VaultSession, _ point: RecoveryPoint, cacheSize: Int = cacheSize,
    report: @escaping @Sendable (String) -> Void
  ) throws(VaultProblem) {
    self.session = session
    self.report = report
    points = [point]
    folders = nil
    cache = BlockCache(capacity: cacheSize)
    _ = try load(0)
  }

  /// Creates the tree of some points, which ascend.
  package init(
    _ session: VaultSession, all points: [RecoveryPoint], cacheSize: Int = cacheSize,
    report: @escaping @Sendable (String) -> Void
  ) {
    self.session = session
    self.report = report
    self.points = points
    folders = PointFolders(points)
    cache = BlockCache(capacity: cacheSize)
  }

  /// The number of mounted points.
  package var pointCount: Int { points.count }
  /// The bytes of contents in memory.
  package var cachedLength: Int { cache.length }

  // MARK: Inodes

  /// Returns the inode of the first entry of a point.
  func base(ofPoint number: Int) -> UInt64 {
    folders == nil ? Self.top : UInt64(number + 1) << Self.pointBits
  }

  func inode(ofFolder index: Int) -> UInt64 { Self.top + UInt64(index) }
  func inode(ofLink index: Int) -> UInt64 { Self.top + UInt64((folders?.folders.count ?? 0) + index) }

  /// Returns the object of an inode, and reads the names of its point unless they are in memory.
  func place(of inode: UInt64) throws(MountError) -> Place {
    guard let folders else { return try entry(inode, ofPoint: 0) }
    let number = inode >> Self.pointBits
    if number > 0 {
      guard number <= points.count else { throw .notFound }
      return try entry(inode, ofPoint: Int(number) - 1)
    }
    guard inode >= Self.top else { throw .notFound }
    let index = Int(inode - Self.top)
    if index < folders.folders.count { return .folder(index) }
    guard index - folders.folders.count < folders.links.count else { throw .notFound }
    return .link(index - folders.folders.count)
  }

  private func entry(_ inode: UInt64, ofPoint number: Int) throws(MountError) -> Place {
    let tree = try tree(number)
    let base = base(ofPoint: number)
    guard inode >= base, inode - base < UInt64(tree.count) else { throw .notFound }
    return .entry(tree, Int(inode - base))
  }

  /// The directories above the points; `nil` when one point is the top.
  var pointFolders: PointFolders? { folders }

  // MARK: Trees

  /// Returns the tree of a point. A tree that cannot be read is reported.
  func tree(_ number: Int) throws(MountError) -> PointTree {
    do throws(VaultProblem) {
      return try load(number)
    } catch {
      throw failure(error, at: "point \(points[number].shortName)")
    }
  }

  private func load(_ number: Int) throws(VaultProblem) -> PointTree {
    let (known, catalog) = loaded.withLock { loaded -> (PointTree?, Catalog?) in
      guard let index = loaded.trees.lastIndex(where: { $0.number == number }) else {
        return (nil, loaded.catalog)
      }
      if index < loaded.trees.count - 1 { loaded.trees.append(loaded.trees.remove(at: index)) }
      return (loaded.trees[loaded.trees.count - 1].tree, nil)
    }
    if let known { return known }
    let mounted = try session.mount(points[number], number: number, cache: cache, catalog)
    let tree = PointTree(points[number], mounted, base: base(ofPoint: number))
    loaded.withLock { loaded in
      loaded.catalog = mounted.catalog
      loaded.trees.removeAll { $0.number == number }
      loaded.trees.append((number, tree))
      var weight = loaded.trees.reduce(0) { $0 + $1.tree.weight }
      while weight > Self.weightMaximum, loaded.trees.count > 1 {
        weight -= loaded.trees.removeFirst().tree.weight
      }
    }
    return tree
  }

  /// Reports a problem once, and returns the error of the request.
  private func failure(_ problem: VaultProblem, at place: String) -> MountError {
    if problem.kind == .interrupted { return .stopped }
    tell("\(place): error: \(problem.message)")
    return .damaged
  }

  /// Reports a message unless it has been reported before.
  func tell(_ message: String) {
    let isNew = loaded.withLock { $0.reported.insert(message).inserted }
    if isNew { report(message) }
  }

  // MARK: Contents

  /// Returns the bytes of a file from an offset on; fewer at its end. A file that the vault or the backup has
  /// lost is reported.
  package func read(_ inode: UInt64, at offset: Int, count: Int) throws(MountError) -> [UInt8] {
    let (tree, entry) = try file(inode)
    let path = "\(tree.point.shortName)/\(tree.path(of: entry))"
    if tree.isLost(entry) {
      tell("\(path): error: the backup could not read it")
      throw .damaged
    }
    do throws(ContentProblem) {
      return try tree.read(entry, at: offset, count: count)
    } catch {
      switch error {
      case .failed(let problem): throw failure(problem, at: path)
      case .lost:
        tell("\(path): error: the vault has lost bytes of it")
        throw .damaged
      }
    }
  }

  /// Returns the first offset of data, or of a hole, from an offset on.
  package func seek(_ inode: UInt64, toData isData: Bool, from offset: Int) throws(MountError) -> Int {
    let (tree, entry) = try file(inode)
    guard let found = tree.seek(entry, toData: isData, from: offset) else { throw .beyondEnd }
    return found
  }

  private func file(_ inode: UInt64) throws(MountError) -> (PointTree, Int) {
    guard case .entry(let tree, let entry) = try place(of: inode) else { throw .isDirectory }
    switch tree.entry(entry).kind {
    case .file: return (tree, entry)
    case .directory: throw .isDirectory
    default: throw .invalid
    }
  }

  /// Returns the size of the mount: of a point its files, of several points the sizes in their manifests.
  package func sizes() throws(MountError) -> MountSizes {
    guard let folders else {
      let tree = try tree(0)
      return MountSizes(used: tree.allocated, inodes: tree.inodeCount)
    }
    let used = points.reduce(ByteCount.zero) { $0 + $1.length }
    let inodes = loaded.withLock { loaded in loaded.trees.reduce(0) { $0 + $1.tree.inodeCount } }
    return MountSizes(used: used, inodes: inodes + folders.folders.count + folders.links.count)
  }
}
