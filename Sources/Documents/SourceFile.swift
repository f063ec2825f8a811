import Glibc

/// Reading of files written by people.
package enum SourceFile {
  /// Reads a whole text file of at most `limit` bytes; the limit is checked before anything is read.
  ///
  /// `-` is standard input. Throws when the path names nothing, a folder or a device, when it may not be read, is too
  /// large, or is not UTF-8 text.
  package static func read(_ path: String, limit: Int) throws(InputError) -> SourceText {
    let bytes = try bytes(of: path, limit: limit)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    if let offset = bytes.firstIndexThatIsNotText {
      let before = SourceText(name: path, text: String(decoding: bytes[..<offset], as: UTF8.self))
      let column = before.line(before.lineCount).count + 1
      throw InputError(
        Diagnostic(
          at: Place(before, line: before.lineCount, column: column),
          message: "byte \(bytes[offset]) at offset \(offset) is not UTF-8 text",
          hint: "save the file as UTF-8 text without control characters"))
    }
    return SourceText(name: path, folder: folder, text: String(decoding: bytes, as: UTF8.self))
  }

  /// Reads all bytes of a file of at most `limit` bytes.
  package static func bytes(of path: String, limit: Int) throws(InputError) -> [UInt8] {
    if path == "-" { return try content(ofPipe: STDIN_FILENO, limit: limit, path: path) }
    // Without waiting: a named pipe without a writer would never open.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFIFO:
      _ = fcntl(descriptor, F_SETFL, 0)
      return try content(ofPipe: descriptor, limit: limit, path: path)
    case S_IFDIR: throw failure(path, EISDIR)
    default:
      throw InputError(
        Diagnostic(file: path, message: "this is not a regular file", hint: "give the path of a text file"))
    }
    guard status.st_size <= limit else {
      throw InputError(
        Diagnostic(
          file: path, message: "the file has \(status.st_size) bytes; at most \(limit) are read",
          hint: "check that this is the file you mean"))
    }
    return try content(of: descriptor, size: Int(status.st_size), path: path)
  }

  /// Reads a pipe until its writers have closed it.
  private static func content(
    ofPipe descriptor: Int32, limit: Int, path: String
  ) throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = try content(of: descriptor, size: 65_536, path: path)
      bytes += part
      if part.count < 65_536 { return bytes }
      guard bytes.count <= limit else {
        throw InputError(
          Diagnostic(
            file: path, message: "more than \(limit) bytes come; at most as many are read",
            hint: "check that this is the file you mean"))
      }
    }
  }

  private static func content(of descriptor: Int32, size: Int, path: String) throws(InputError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), size - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, errno) }
      guard count > 0 else { break }
      filled += count
    }
    return Array(bytes[..<filled])
  }

  private static func failure(_ path: String, _ code: Int32) -> InputError {
    let (message, hint) =
      switch code {
      case ENOENT, ENOTDIR: ("there is no such file", "check the path; it is relative to where you are")
      case EACCES, EPERM:
        ("you may not read this file", "give yourself leave to read it, as with 'chmod u+r'")
      case EISDIR: ("this is a folder", "give the path of a file in it")
      default: ("the file cannot be read: \(String(cString: strerror(code)))", "check the path and the disk")
      }
    return InputError(Diagnostic(file: path, message: message, hint: hint))
  }
}

extension [UInt8] {
  /// The index of the first byte that is not valid UTF-8, or is a control character outside text.
  fileprivate var firstIndexThatIsNotText: Int? {
    var rest = self[...]
    while let byte = rest.first {
      if byte < 0x80 {
        guard byte >= 0x20 && byte != 0x7F || byte == 0x09 || byte == 0x0A || byte == 0x0D else {
          return rest.startIndex
        }
        rest = rest.dropFirst()
        continue
      }
      var iterator = rest.makeIterator()
      var decoder = UTF8()
      guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return rest.startIndex }
      rest = rest.dropFirst(UTF8.width(scalar))
    }
    return nil
  }
}
