import CZip

/// A reader of files from a ZIP archive in memory, using libzip.
struct ZipArchive {
  /// The largest unpacked size of a file. No export needs more.
  private static let sizeMaximum: UInt64 = 512 << 20
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the contents of a file of the archive; `nil` when it is missing or damaged.
  func file(_ name: String) -> [UInt8]? {
    bytes.withUnsafeBytes { buffer in
      var error = zip_error_t()
      zip_error_init(&error)
      defer { zip_error_fini(&error) }
      guard let source = zip_source_buffer_create(buffer.baseAddress, UInt64(buffer.count), 0, &error) else {
        return nil
      }
      guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
        zip_source_free(source)
        return nil
      }
      defer { zip_discard(archive) }
      return Self.contents(of: name, in: archive)
    }
  }

  private static func contents(of name: String, in archive: OpaquePointer) -> [UInt8]? {
    var status = zip_stat_t()
    guard zip_stat(archive, name, 0, &status) == 0, status.size <= sizeMaximum,
      let file = zip_fopen(archive, name, 0)
    else { return nil }
    defer { zip_fclose(file) }
    var contents = [UInt8](repeating: 0, count: Int(status.size))
    let count = contents.withUnsafeMutableBytes { zip_fread(file, $0.baseAddress, UInt64($0.count)) }
    return count == contents.count ? contents : nil
  }
}
