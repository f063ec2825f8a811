import Backup
import Storage
import Units

/// A stream in memory as a target of a restore.
final class MemoryStream: StreamHost {
  private let contents: Monitor<[UInt8]>

  init(length: ByteCount) { contents = Monitor([UInt8](repeating: 0, count: Int(length.bytes))) }

  var bytes: Bytes { Bytes(contents.withLock { $0 }) }

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    guard case .write(let fragments) = operation else { return .done }
    contents.withLock { contents in
      for fragment in fragments {
        let start = Int(fragment.offset.bytes)
        contents.replaceSubrange(start..<(start + fragment.bytes.count), with: fragment.bytes.slice)
      }
    }
    return .done
  }
}

/// A volume as the one stream of a job.
struct VolumeStream: StreamHost {
  private let volume: FileVolume

  init(_ volume: FileVolume) { self.volume = volume }

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    var volume = volume
    switch operation {
    case .read(let extent): return .bytes(try volume.read(extent))
    case .write(let fragments):
      for fragment in fragments { try volume.write(fragment.bytes, at: fragment.offset) }
      volume.beginWritingBack()
    case .flush: try volume.flush()
    case .prepare(let description):
      guard description.length <= volume.size else {
        throw StorageError(.invalid, "the target has \(volume.size), and the image \(description.length)")
      }
    }
    return .done
  }
}
