import Database
import Storage

/// Measures recording a real database, judging an image after a disaster, and creating its replica at any
/// position.
func databaseFigures() -> [BenchmarkFigure] {
  do {
    return try measuredDatabaseFigures()
  } catch {
    return [BenchmarkFigure("20,000 transactions of SQLite", "not measured: \(error)")]
  }
}

private func measuredDatabaseFigures() throws -> [BenchmarkFigure] {
  let start = processorSeconds()
  let recording = try Recording(of: BankWorkload(transactions: 20_000), seed: 1)
  let recorded = processorSeconds()
  let images = try played(recording)
  let quick = images.map { judged($0, recording, .quick) }
  let thorough = images.map { judged($0, recording, .thorough) }
  let beforeReplica = processorSeconds()
  _ = try recording.replicaImage(appliedThrough: recording.history.lastTransaction)
  let replicated = processorSeconds()
  let again = try stride(from: 31, to: 20_000, by: 199).map { position in
    let start = processorSeconds()
    _ = try recording.replicaImage(appliedThrough: position)
    return processorSeconds() - start
  }
  return [
    BenchmarkFigure("20,000 transactions of SQLite recorded", recorded - start, "s", below: 5),
    BenchmarkFigure("bytes recorded", "\((Double(recording.entries.count { $0.isWrite }) / 256).short) MiB"),
    BenchmarkFigure("an image judged, quick, median", quick.median * 1e3, "ms", below: 5),
    BenchmarkFigure("an image judged, every row, median", "\((thorough.median * 1e3).short) ms"),
    BenchmarkFigure("20,000 log records applied by a replica", replicated - beforeReplica, "s", below: 5),
    BenchmarkFigure("a replica's volumes at a known position, median", again.median * 1e3, "ms", below: 5),
  ]
}

/// Returns the volumes at a hundred instants, in the order of writes.
private func played(_ recording: Recording) throws -> [DatabaseImage] {
  var image = recording.base
  var images: [DatabaseImage] = []
  for (place, entry) in recording.entries.enumerated() {
    if case .write(let file, let offset, let bytes) = entry { image[file].write(bytes, at: offset) }
    if place % (recording.entries.count / 100) == 0 { images.append(image) }
  }
  return images
}

/// Returns the processor seconds for one verdict, which must be good.
private func judged(_ image: DatabaseImage, _ recording: Recording, _ depth: InspectionDepth) -> Double {
  let start = processorSeconds()
  let verdict = image.verdict(against: recording.history, depth: depth)
  precondition(verdict.isUsable, "\(verdict)")
  return processorSeconds() - start
}

extension Recording.Entry {
  fileprivate var isWrite: Bool {
    if case .write = self { true } else { false }
  }
}
