import CLinux
import Glibc
import Storage
import Units

/// A volume in a file or a block device.
public struct FileVolume: Volume, Sendable {
  public let size: ByteCount
  private let file: Descriptor
  /// The modification time at the opening of the image.
  private let modified: FileTime?

  /// Opens an image or a block device for reading, and optionally for writing.
  public init(path: FilePath, writable isWritable: Bool = false) throws(SystemError) {
    file = try Descriptor.open(path, isWritable ? O_RDWR : O_RDONLY)
    let end = lseek(file.number, 0, SEEK_END)
    guard end >= 0 else { throw SystemError("\(path)") }
    size = ByteCount(Int64(end))
    modified = FileTime(try file.status(path).st_mtim)
  }

  /// Creates a new image of zeros; throws `EEXIST` when the path exists.
  public init(creating path: FilePath, size: ByteCount) throws(SystemError) {
    file = try Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o666)
    guard ftruncate(file.number, off_t(size.bytes)) == 0 else { throw SystemError("\(path)") }
    self.size = size
    modified = nil
  }

  /// Whether the image was written since its opening; unknown for a device.
  var hasChanged: Bool {
    guard let modified, let status = try? file.status(FilePath("image")) else { return false }
    return FileTime(status.st_mtim) != modified
      || status.st_mode & S_IFMT == S_IFREG && status.st_size != size.bytes
  }

  public func read(_ extent: Extent) throws(StorageError) -> Bytes {
    try check(extent)
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(extent.length.bytes)) { buffer, count in
      do throws(SystemError) {
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: Int(extent.offset.bytes))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure.storage }
    guard bytes.count == Int(extent.length.bytes) else {
      throw StorageError(.damaged, "the image is cut off")
    }
    return Bytes(bytes)
  }

  public mutating func write(_ bytes: Bytes, at offset: ByteCount) throws(StorageError) {
    try check(Extent(offset: offset, length: ByteCount(bytes.count)))
    var failure: SystemError?
    bytes.withUnsafeBytes { buffer in
      do throws(SystemError) { try file.write(buffer, at: Int(offset.bytes)) } catch { failure = error }
    }
    if let failure { throw failure.storage }
  }

  func beginWritingBack() { file.beginWritingBack() }

  public mutating func flush() throws(StorageError) {
    guard fsync(file.number) == 0 else { throw SystemError("the image").storage }
  }

  /// Returns the holes of the file, which read as zeros, ascending; empty for a device.
  public func holes() -> [Extent] { FileExtents.holes(of: file, size: size) }
}

/// The extents in which a file has bytes of its own.
enum FileExtents {
  /// Returns the extents, ascending. A file system without support reports the whole file.
  static func data(of file: Descriptor, size: ByteCount) -> [Extent] {
    var extents: [Extent] = []
    var position = off_t(0)
    while position < size.bytes {
      let start = lseek(file.number, position, firedrill_seek_data)
      if start < 0 {
        if errno == ENXIO { return extents }
        return [Extent(offset: .zero, length: size)]
      }
      let end = lseek(file.number, start, firedrill_seek_hole)
      let stop = end < 0 ? off_t(size.bytes) : min(off_t(end), off_t(size.bytes))
      guard stop > start else { return extents }
      extents.append(Extent(offset: ByteCount(Int64(start)), length: ByteCount(Int64(stop - start))))
      position = stop
    }
    return extents
  }

  static func holes(of file: Descriptor, size: ByteCount) -> [Extent] {
    var holes: [Extent] = []
    var position = ByteCount.zero
    for extent in data(of: file, size: size) + [Extent(offset: size, length: .zero)] {
      if extent.offset > position { holes.append(Extent(offset: position, length: extent.offset - position)) }
      position = extent.end
    }
    return holes
  }
}
