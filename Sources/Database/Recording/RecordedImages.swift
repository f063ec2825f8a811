import Storage
import Synchronization

/// The volumes of a recorded database after any number of entries. A persistent image at every thousandth
/// entry bounds the replay.
final class RecordedImages: Sendable {
  private static let distance = 1_024
  private let entries: [Recording.Entry]
  private let landmarks: Mutex<[DatabaseImage]>

  init(base: DatabaseImage, entries: [Recording.Entry]) {
    self.entries = entries
    landmarks = Mutex([base])
  }

  func image(afterEntries count: Int) -> DatabaseImage {
    let nearest = landmarks.withLock { landmarks in
      while landmarks.count <= count / Self.distance {
        let start = (landmarks.count - 1) * Self.distance
        landmarks.append(landmarks[landmarks.count - 1].after(entries[start..<(start + Self.distance)]))
      }
      return landmarks[count / Self.distance]
    }
    return nearest.after(entries[(count / Self.distance * Self.distance)..<count])
  }
}

extension DatabaseImage {
  fileprivate func after(_ entries: ArraySlice<Recording.Entry>) -> DatabaseImage {
    var image = self
    for case .write(let file, let offset, let bytes) in entries { image[file].write(bytes, at: offset) }
    return image
  }
}
