import Backup
import CLinux
import Glibc
import Storage
import Units

/// How fast this machine does the engine's work; rates of computations are of one core while all cores work.
public struct EngineProfile: Sendable {
  public var divide = ByteRate.zero
  public var digest = ByteRate.zero
  public var compress = ByteRate.zero
  public var decompress = ByteRate.zero
  public var encrypt = ByteRate.zero
  public var cores = processorCount
  /// A file that is not in memory, read by several threads.
  public var read = ByteRate.zero
  /// Packs, put by several threads, durable.
  public var write = ByteRate.zero
  /// Opening, checking and writing what a restore brings back.
  public var restore = ByteRate.zero

  /// Measures on files in `folder`, which are removed again; takes about ten seconds.
  public init(measuringIn folder: FilePath, level: Int32 = 1, observe: (String) -> Void = { _ in })
    throws(SystemError)
  {
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
    write = try Self.writeRate(folder, bytes)
    observe("reading")
    read = try Self.readRate(folder, bytes)
    let seconds =
      Double(bytes.count) / decompress.bytesPerSecond + Double(bytes.count) / digest.bytesPerSecond
    let opening = Double(bytes.count) / seconds * Double(cores)
    restore = .bytesPerSecond(Int64(min(opening, write.bytesPerSecond)))
  }

  /// The best of three rounds on all cores.
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

  private static func writeRate(_ folder: FilePath, _ bytes: Bytes) throws(SystemError) -> ByteRate {
    let path = folder / ".calibration-\(getpid())"
    guard path.withCString({ mkdir($0, 0o700) }) == 0 else { throw SystemError("\(path)") }
    defer { _ = path.withCString { rmdir($0) } }
    let store = try FileObjectStore(path: path)
    let count = 16
    let failure = Monitor<StorageError?>(nil)
    let pool = WorkerPool(threads: 4)
    let begun = monotonicSeconds()
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
    let seconds = monotonicSeconds() - begun
    for number in 0..<count { _ = (path / "packs/\(number)").withCString { unlink($0) } }
    _ = (path / "packs").withCString { rmdir($0) }
    _ = (path / ".lock").withCString { unlink($0) }
    if failure.withLock({ $0 }) != nil { throw SystemError("\(path)", code: ENOSPC) }
    return .bytesPerSecond(Int64(Double(count * 16 << 20) / seconds))
  }

  private static func readRate(_ folder: FilePath, _ bytes: Bytes) throws(SystemError) -> ByteRate {
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
    let pool = WorkerPool(threads: 4)
    let begun = monotonicSeconds()
    for offset in stride(from: 0, to: count * length, by: 1 << 20) {
      pool.submit {
        _ = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
          count = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)) ?? 0
        }
      }
    }
    pool.close()
    return .bytesPerSecond(Int64(Double(count * length) / (monotonicSeconds() - begun)))
  }

  /// What a scenario takes as `speeds`, and beside it, as comments, what its devices can do.
  public var yaml: String {
    """
    # Measured by 'firedrill calibrate'. A scenario names this file: 'speeds: FILE'.
    # The rates of computations are of one core while all cores work, on half text, a quarter records and a quarter noise.
    divide: \(divide)
    digest: \(digest)
    compress: \(compress)
    decompress: \(decompress)
    encrypt: \(encrypt)
    cores: \(cores)
    # Rates for devices: reading \(read), writing \(write), restoring \(restore).

    """
  }
}
