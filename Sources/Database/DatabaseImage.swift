import Storage
import Units

/// The bytes of a database at one instant: the two volumes of its consistency group.
public struct DatabaseImage: Sendable {
  public var data: PagedImage
  public var log: PagedImage

  public init(data: PagedImage, log: PagedImage) {
    self.data = data
    self.log = log
  }

  /// Copies two volumes page by page; rethrows their errors.
  public init(data: some Volume, log: some Volume) throws(StorageError) {
    self.init(data: try PagedImage(copying: data), log: try PagedImage(copying: log))
  }

  public subscript(file: DatabaseFile) -> PagedImage {
    get { file == .data ? data : log }
    set { if file == .data { data = newValue } else { log = newValue } }
  }
}

extension PagedImage {
  fileprivate init(copying volume: some Volume) throws(StorageError) {
    self.init(size: volume.size)
    var offset = ByteCount.zero
    while offset < volume.size {
      let length = min(ByteCount(Self.pageSize), volume.size - offset)
      let bytes = try volume.read(Extent(offset: offset, length: length))
      if !bytes.isZero { write(bytes, at: offset) }
      offset += length
    }
  }
}
