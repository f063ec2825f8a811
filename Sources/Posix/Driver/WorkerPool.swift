import Glibc

/// Threads that process a queue in order. Without threads the submitter does the work itself.
package final class WorkerPool: Sendable {
  private struct Queue {
    /// The queue, bounded by a job's outstanding requests. Finished work is removed at once, because it holds
    /// its bytes.
    var work: [@Sendable () -> Void] = []
    var isClosed = false
  }

  private let queue = Monitor(Queue())
  private let threads: Monitor<[pthread_t]>
  private let hasThreads: Bool

  package init(threads count: Int) {
    threads = Monitor([])
    hasThreads = count > 0
    for _ in 0..<count { start() }
  }

  private func start() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 1 << 20)
    var thread = pthread_t()
    let queue = Unmanaged.passRetained(self.queue)
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        let queue = Unmanaged<Monitor<Queue>>.fromOpaque(argument).takeRetainedValue()
        while let work = WorkerPool.next(queue) { work() }
        return nil
      }, queue.toOpaque())
    precondition(result == 0, "the system has room for a thread")
    threads.withLock { $0.append(thread) }
  }

  private static func next(_ queue: Monitor<Queue>) -> (@Sendable () -> Void)? {
    queue.wait { queue -> (@Sendable () -> Void)?? in
      if !queue.work.isEmpty { return .some(queue.work.removeFirst()) }
      return queue.isClosed ? .some(nil) : nil
    }
  }

  package func submit(_ work: @escaping @Sendable () -> Void) {
    if hasThreads { queue.changeForOne { $0.work.append(work) } } else { work() }
  }

  /// Lets the threads end after the queue is processed, and waits for them.
  package func close() {
    queue.change { $0.isClosed = true }
    for thread in threads.withLock({ $0 }) { pthread_join(thread, nil) }
  }
}
