import Crypto
import Storage

import struct Storage.Digest

/// The kinds of the engine's work on sample bytes, so that a driver can measure their speeds.
package struct EngineKernels: Sendable {
  private let sample: Bytes
  /// The ends of the sample's blocks, as those of a file.
  package let ends: [Int]
  private let key: JobKey
  private let level: Int32
  private let digests: [Digest]
  private let compressed: [Bytes]

  /// - Parameter sample: Bytes like those that will be backed up: how fast they compress depends on them.
  package init(sample: Bytes, level: Int32) {
    self.sample = sample
    self.level = level
    key = MasterKey(bytes: [UInt8](repeating: 1, count: 32)).derive(
      JobSalt(bytes: [UInt8](repeating: 2, count: 32)))
    ends = Chunking.file.ends(in: sample, isLast: true)
    digests = Digesting(bytes: sample, ends: ends).run()
    var start = 0
    compressed = ends.map { end in
      defer { start = end }
      return Bytes(Frame.compress(sample[start..<end], level: level))
    }
  }

  package var length: Int { sample.count }

  package func divide() -> Int { Chunking.file.ends(in: sample, isLast: true).count }
  package func digest() -> Int { Digesting(bytes: sample, ends: ends).run().count }
  package func compress() -> Int { blocks.reduce(0) { $0 + Frame.compress($1, level: level).count } }

  package func decompress() -> Int {
    compressed.reduce(0) { $0 + ((try? Frame.decompress($1).count) ?? 0) }
  }

  /// Encrypts as many bytes as the sample has, without compression.
  package func encrypt() -> Int {
    var count = 0
    for (index, block) in blocks.enumerated() {
      let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 12))
      let box = try? AES.GCM.seal(
        block.slice, using: key.cipher, nonce: nonce, authenticating: digests[index].bytes)
      count += box?.ciphertext.count ?? 0
    }
    return count
  }

  private var blocks: [Bytes] {
    var start = 0
    return ends.map { end in
      defer { start = end }
      return sample[start..<end]
    }
  }
}
