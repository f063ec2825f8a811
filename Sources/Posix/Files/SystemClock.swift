import CLinux
import Glibc
import Units

extension Instant {
  /// The present time of the system's clock.
  public static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(time)
  }

  /// Creates the instant of a time, or the nearest one. Instants end in the year 2262, and file systems do not.
  init(_ time: timespec) {
    let (whole, overflows) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, exceeds) = whole.addingReportingOverflow(Int64(time.tv_nsec))
    guard !overflows, !exceeds else {
      self = time.tv_sec < 0 ? Instant(nanoseconds: .min) : .distantFuture
      return
    }
    self.init(nanoseconds: sum)
  }
}

/// Returns the seconds of a clock that never goes backward.
public func monotonicSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

/// Returns the processor seconds of this process, including the system's work for it.
func processorSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

private func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The number of processors on line.
public var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// Returns bytes from the system's secure random source.
func secretBytes(_ count: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  var done = 0
  while done < count {
    let got = bytes.withUnsafeMutableBytes { getrandom($0.baseAddress.map { $0 + done }, count - done, 0) }
    if got > 0 { done += got }
    precondition(got > 0 || errno == EINTR, "the system has a source of randomness")
  }
  return bytes
}
