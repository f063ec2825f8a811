import Backup
import Storage
import Synchronization

/// Does a job's pure work, and remembers the blocks that were opened: the same stored bytes give the same block, so all
/// branches that restore it share one copy. Time is charged to each of them.
public final class SharedWork: Sendable {
  private let opened = Mutex(OpenedBlocks())

  public init() {}

  func run(_ computation: Computation) -> Computation.Output {
    guard case .open(let opening) = computation else { return computation.run() }
    return .blocks(opened.withLock { opening.run(remembering: &$0) })
  }
}
