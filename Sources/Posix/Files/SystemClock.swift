import CLinux
import Glibc
import Units

extension Instant {
  /// By the system's clock.
  public static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(time)
  }

  init(_ time: timespec) {
    self.init(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

/// Seconds on a clock that only goes forward.
public func monotonicSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

/// Seconds for which a processor has worked for this process, the system's work for it included.
func processorSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

private func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Processors that this machine has on line.
public var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// Bytes from the system's source of secrets.
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
