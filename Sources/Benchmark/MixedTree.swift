import Foundation
import Posix
import Units

/// A directory tree like a file server's. A third is text and logs; the rest is records, runs of one byte,
/// incompressible files and a sparse file.
struct MixedTree {
  private enum Kind: String {
    case text
    case log
    case records
    case noise
    case constant
  }

  let path: String
  private(set) var files: [String] = []
  private(set) var bytes = 0

  /// The kinds of twelve mebibytes in their order.
  private static let kinds: [Kind] = [
    .text, .noise, .records, .log, .noise, .records, .text, .noise, .constant, .log, .noise, .records,
  ]
  /// The length of the sparse file; a sixteenth of it has contents.
  private static let sparseLength = 16 << 20

  /// Creates the tree. The sizes of files are log-uniform, which is an assumption.
  init(_ path: String, mebibytes: Int, seed: UInt64) {
    self.path = path
    var sample = MixedSample(seed: seed)
    var random = RandomStream(seed: seed, stream: "mixed tree")
    for number in 0..<mebibytes {
      let kind = Self.kinds[number % Self.kinds.count]
      let folder = "\(path)/\(kind)/\(number / 64)"
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let contents = Self.bytes(kind, 1 << 20, &sample, &random)
      var rest = 1 << 20
      while rest > 0 {
        let size = kind == .noise || kind == .log ? rest : min(rest, 1 << (10 + Int(random.below(9))))
        write(contents[(rest - size)..<rest], "\(folder)/\(number)-\(rest)")
        rest -= size
      }
    }
    let sparse = "\(path)/sparse"
    write(sample.bytes(.records, Self.sparseLength / 16)[...], sparse)
    truncate(sparse, Self.sparseLength)
  }

  private static func bytes(
    _ kind: Kind, _ count: Int, _ sample: inout MixedSample, _ random: inout RandomStream
  ) -> [UInt8] {
    switch kind {
    case .text: sample.bytes(.text, count)
    case .records: sample.bytes(.records, count)
    case .noise: sample.bytes(.noise, count)
    case .constant: [UInt8](repeating: UInt8(1 + random.below(255)), count: count)
    case .log: log(count, &random)
    }
  }

  /// Returns lines like those of a web server's access log.
  private static func log(_ count: Int, _ random: inout RandomStream) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 128)
    while bytes.count < count {
      let draw = random.next()
      let time = "12:\(10 + draw >> 16 % 50):\(10 + bytes.count % 50)"
      bytes += Array("10.0.\(draw & 255).\(draw >> 8 & 255) - - [29/Nov/2026:\(time) +0000] ".utf8)
      bytes += Array("\"GET /item/\(draw >> 24 % 100_000) HTTP/1.1\" 200 \(draw >> 44 % 50_000)\n".utf8)
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private mutating func write(_ contents: ArraySlice<UInt8>, _ file: String) {
    guard let handle = fopen(file, "w") else { return }
    contents.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, handle) }
    fclose(handle)
    files.append(file)
    bytes += contents.count
  }

  /// Rewrites files with about one percent of the bytes.
  mutating func changeOnePercent(seed: UInt64) {
    var sample = MixedSample(seed: seed)
    var random = RandomStream(seed: seed, stream: "change")
    var changed = 0
    while changed < bytes / 100 {
      let file = files[Int(random.below(UInt64(files.count)))]
      var status = stat()
      guard stat(file, &status) == 0, let handle = fopen(file, "w") else { return }
      let contents = sample.bytes(.text, Int(status.st_size))
      fwrite(contents, 1, contents.count, handle)
      fclose(handle)
      changed += contents.count
    }
  }
}
