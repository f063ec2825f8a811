import Foundation
import Posix
import Units

/// A directory tree like a file server's: small texts, records and large incompressible files.
struct MixedTree {
  let path: String
  private(set) var files: [String] = []
  private(set) var bytes = 0

  /// Creates the tree. The sizes of files are log-uniform, which is an assumption.
  init(_ path: String, mebibytes: Int, seed: UInt64) {
    self.path = path
    var sample = MixedSample(seed: seed)
    var random = RandomStream(seed: seed, stream: "mixed tree")
    for number in 0..<mebibytes {
      let kind = MixedSample.kind(number)
      let folder = "\(path)/\(kind)/\(number / 64)"
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      var rest = 1 << 20
      while rest > 0 {
        let size = kind == .noise ? rest : min(rest, 1 << (10 + Int(random.below(9))))
        write(sample.bytes(kind, size), "\(folder)/\(number)-\(rest)")
        rest -= size
      }
    }
  }

  private mutating func write(_ contents: [UInt8], _ file: String) {
    guard let handle = fopen(file, "w") else { return }
    fwrite(contents, 1, contents.count, handle)
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
