import Backup
import CLinux
import Glibc
import Storage
import Units

/// The speeds of the engine's work on this machine. Rates of computations are those of one core while all
/// cores work.
public struct EngineProfile: Sendable {
  public var divide = ByteRate.zero
  public var digest = ByteRate.zero
  public var compress = ByteRate.zero
  public var decompress = ByteRate.zero
  public var encrypt = ByteRate.zero
  /// The rate at which a core can copy bytes from and to files without other work.
  public var read = ByteRate.zero
  public var write = ByteRate.zero
  public var cores = processorCount
  /// The rate of reading an uncached file with several threads.
  public var deviceRead = ByteRate.zero
  /// The rate of storing packs durably with several threads.
  public var deviceWrite = ByteRate.zero
  /// The rate of opening, checking and writing restored data.
  public var restore = ByteRate.zero

  /// Measures the rates with temporary files in `folder`, which takes a few seconds.
  public init(measuringIn folder: FilePath, level: Int32 = 1, observe: (String) -> Void = { _ in })
    throws(SystemError)
  {
    firedrill_keep_buffers()
    var sample = MixedSample(seed: 7)
    let bytes = Bytes(sample.mebibytes(32))
    let kernels = EngineKernels(sample: bytes, level: level)
    observe("computing")
    divide = Self.rate(kernels, cores) { $0.divide() }
    digest = Self.rate(kernels, cores) { $0.digest() }
    compress = Self.rate(kernels, cores) { $0.compress() }
    decompress = Self.rate(kernels, cores) { $0.decompress() }
    encrypt = Self.rate(kernels, cores) { $0.encrypt() }
    observe("writing")
    (deviceWrite, write) = try Self.writeRates(folder, bytes)
    observe("reading")
    (deviceRead, read) = try Self.readRates(folder, bytes)
    let seconds =
      Double(bytes.count) / decompress.bytesPerSecond + Double(bytes.count) / digest.bytesPerSecond
    let opening = Double(bytes.count) / seconds * Double(cores)
    restore = .bytesPerSecond(Int64(min(opening, deviceWrite.bytesPerSecond)))
  }

  /// Returns the best of three rounds on all cores.
  private static func rate(
    _ kernels: EngineKernels, _ cores: Int, _ work: @escaping @Sendable (EngineKernels) -> Int
  ) -> ByteRate {
    var best = Double.infinity
    for _ in 0..<3 {
      let pool = WorkerPool(threads: cores)
      let begun = monotonicSeconds()
      for _ in 0..<cores { pool.submit { _ = work(kernels) } }
      pool.close()
      best = min(best, monotonicSeconds() - begun)
    }
    return .bytesPerSecond(Int64(Double(kernels.length) / best))
  }

  /// The rate of moving bytes, and the rate that one core could move.
  private typealias Rates = (device: ByteRate, processor: ByteRate)

  /// Returns the rates of `work`. No other work may run in this process.
  private static func rates(of count: Int, _ work: () throws(SystemError) -> Void) throws(SystemError)
    -> Rates
  {
    let begun = (wall: monotonicSeconds(), processor: processorSeconds())
    try work()
    let wall = max(monotonicSeconds() - begun.wall, 1e-9)
    let processor = max(processorSeconds() - begun.processor, 1e-9)
    return (
      .bytesPerSecond(Int64(Double(count) / wall)), .bytesPerSecond(Int64(Double(count) / processor))
    )
  }

  private static func writeRates(_ folder: FilePath, _ bytes: Bytes) throws(SystemError) -> Rates {
    let path = folder / ".calibration-\(getpid())"
    guard path.withCString({ mkdir($0, 0o700) }) == 0 else { throw SystemError("\(path)") }
    defer { _ = path.withCString { rmdir($0) } }
    let store = try FileObjectStore(path: path)
    let count = 16
    let failure = Monitor<StorageError?>(nil)
    let rates = try rates(of: count * 16 << 20) { () throws(SystemError) in
      let pool = WorkerPool(threads: 4)
      for number in 0..<count {
        pool.submit {
          var store = store
          let key = ObjectKey(folder: "packs", name: "\(number)")
          do throws(StorageError) {
            try store.put(bytes[0..<(16 << 20)], as: key, if: .absent, lockedUntil: nil, at: .now)
          } catch {
            failure.withLock { [error] in $0 = error }
          }
        }
      }
      pool.close()
    }
    for number in 0..<count { _ = (path / "packs/\(number)").withCString { unlink($0) } }
    _ = (path / "packs").withCString { rmdir($0) }
    _ = (path / ".lock").withCString { unlink($0) }
    if failure.withLock({ $0 }) != nil { throw SystemError("\(path)", code: ENOSPC) }
    return rates
  }

  private static func readRates(_ folder: FilePath, _ bytes: Bytes) throws(SystemError) -> Rates {
    let path = folder / ".calibration-\(getpid())-file"
    defer { _ = path.withCString { unlink($0) } }
    let count = 8
    let length = bytes.count
    let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    for number in 0..<count {
      var failure: SystemError?
      bytes.withUnsafeBytes { buffer in
        do throws(SystemError) { try file.write(buffer, at: number * length) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    fsync(file.number)
    posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
    return try rates(of: count * length) { () throws(SystemError) in
      let pool = WorkerPool(threads: 4)
      for offset in stride(from: 0, to: count * length, by: 1 << 20) {
        pool.submit {
          _ = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
            count = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)) ?? 0
          }
        }
      }
      pool.close()
    }
  }

  /// The profile as `speeds` of a scenario, with the devices' rates as comments.
  public var yaml: String {
    """
    # Measured by 'firedrill calibrate'. A scenario names this file: 'speeds: FILE'.
    # The rates of computations are of one core while all cores work, on half text, a quarter records and a quarter noise.
    divide: \(divide)
    digest: \(digest)
    compress: \(compress)
    decompress: \(decompress)
    encrypt: \(encrypt)
    # What the system does to read and write files, on one core.
    read: \(read)
    write: \(write)
    cores: \(cores)
    # Rates for devices: reading \(deviceRead), writing \(deviceWrite), restoring \(restore).

    """
  }
}
