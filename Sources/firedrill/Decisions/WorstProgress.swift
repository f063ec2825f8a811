import Decision
import Documents

/// The rehearsals of a search for the worst instant, kept in a file until its reports are written.
final class WorstProgress {
  private struct Rehearsals: Codable {
    var probes: [InstantProbe] = []
    /// Whether each reduced scenario showed the loss.
    var reductions: [Bool] = []
  }

  private let file: KeptProgress
  private var rehearsals = Rehearsals()
  /// The number of rehearsals between two writes of the file.
  private static let step = 8

  /// - Throws: when the file was made by another search.
  init(at path: String, origin: ShardFile.Origin, resume: Bool) throws(InputError) {
    file = KeptProgress(path, origin: origin)
    if resume, let kept = try file.results(Rehearsals.self) { rehearsals = kept }
  }

  var probes: [InstantProbe] { rehearsals.probes }
  var reductions: [Bool] { rehearsals.reductions }

  func add(_ probe: InstantProbe) {
    rehearsals.probes.append(probe)
    keep()
  }

  func add(_ shows: Bool) {
    rehearsals.reductions.append(shows)
    keep()
  }

  func remove() { file.remove() }

  /// Writes the file at times. Rehearsals that cannot be kept are made again.
  private func keep() {
    guard (rehearsals.probes.count + rehearsals.reductions.count) % Self.step == 0 else { return }
    try? file.keep(rehearsals)
  }
}
