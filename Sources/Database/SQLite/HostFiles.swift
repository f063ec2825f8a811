import CSQLite
import Storage
import Units

/// The files of a database at its host: a page cache over two volumes of a fixed size.
///
/// SQLite's writes stay in the cache until it requests durability. Then every dirty page goes to the volume
/// as one whole write, ascending, followed by a flush. A file never outgrows its volume.
final class HostFiles {
  private struct File {
    /// The contents as readers see them.
    var image: PagedImage
    var size: Int
    /// The pages not yet written to the volume, with repetitions.
    var dirty: [Int] = []
  }

  private var files: [File]
  private let isRecording: Bool
  /// The operations on the volumes, in order.
  private(set) var entries: [Recording.Entry] = []
  /// The frames in the write-ahead log since the last checkpoint. SQLite reports the number after each
  /// commit.
  var logFrames = 0

  /// Creates volumes for files that do not exist yet.
  init(creating sizes: [ByteCount]) {
    files = sizes.map { File(image: PagedImage(size: $0), size: 0) }
    isRecording = true
  }

  /// Opens files that fill the volumes of an image. Their headers contain the used length.
  init(opening image: DatabaseImage, isRecording: Bool) {
    files = DatabaseFile.allCases.map { File(image: image[$0], size: Int(image[$0].size.bytes)) }
    self.isRecording = isRecording
  }

  var image: DatabaseImage {
    DatabaseImage(data: files[DatabaseFile.data.rawValue].image, log: files[DatabaseFile.log.rawValue].image)
  }

  func size(of file: DatabaseFile) -> Int { files[file.rawValue].size }

  /// Copies bytes of a file, with zeros behind its end; returns whether all are within the file.
  func read(_ file: DatabaseFile, at offset: Int, into target: UnsafeMutableRawBufferPointer) -> Bool {
    let present = max(0, min(target.count, files[file.rawValue].size - offset))
    files[file.rawValue].image.copy(
      from: ByteCount(offset), into: UnsafeMutableRawBufferPointer(rebasing: target[..<present]))
    UnsafeMutableRawBufferPointer(rebasing: target[present...]).initializeMemory(as: UInt8.self, repeating: 0)
    return present == target.count
  }

  /// Writes bytes; returns `false` without changes when the volume is full.
  func write(_ bytes: UnsafeRawBufferPointer, to file: DatabaseFile, at offset: Int) -> Bool {
    let end = offset + bytes.count
    guard end <= Int(files[file.rawValue].image.size.bytes) else { return false }
    files[file.rawValue].image.write(Bytes(Array(bytes)), at: ByteCount(offset))
    files[file.rawValue].size = max(files[file.rawValue].size, end)
    for page in offset / PagedImage.pageSize...(end - 1) / PagedImage.pageSize
    where files[file.rawValue].dirty.last != page {
      files[file.rawValue].dirty.append(page)
    }
    return true
  }

  /// Truncates a file. The volume's pages behind the end become zeros.
  func truncate(_ file: DatabaseFile, to size: Int) {
    let firstPage = (size + PagedImage.pageSize - 1) / PagedImage.pageSize
    let endPage = (files[file.rawValue].size + PagedImage.pageSize - 1) / PagedImage.pageSize
    for page in stride(from: firstPage, to: endPage, by: 1)
    where !files[file.rawValue].image[page: page].isEmpty {
      files[file.rawValue].image[page: page] = Bytes()
      files[file.rawValue].dirty.append(page)
    }
    files[file.rawValue].size = min(files[file.rawValue].size, size)
  }

  /// Writes the dirty pages to the volume and flushes it.
  func synchronise(_ file: DatabaseFile) {
    writeBack(file)
    if isRecording { entries.append(.flush(file)) }
  }

  /// Writes dirty pages without a request for durability.
  func writeBack() {
    for file in DatabaseFile.allCases { writeBack(file) }
  }

  private func writeBack(_ file: DatabaseFile) {
    let pages = files[file.rawValue].dirty.sorted()
    files[file.rawValue].dirty.removeAll(keepingCapacity: true)
    guard isRecording else { return }
    var last = -1
    for page in pages where page != last {
      last = page
      let bytes = files[file.rawValue].image[page: page]
      entries.append(
        .write(
          file, offset: ByteCount(page * PagedImage.pageSize),
          bytes: bytes.isEmpty ? PagedImage.zeroPage : bytes))
    }
  }

  func committed(_ transaction: Int) { entries.append(.commit(transaction)) }

  /// Drops the recorded operations.
  func forgetEntries() { entries.removeAll(keepingCapacity: true) }
}
