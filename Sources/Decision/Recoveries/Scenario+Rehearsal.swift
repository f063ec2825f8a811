import Assessment
import Documents
import Rehearsals
import ScenarioLanguage

extension Scenario {
  /// Rehearses the scenario and prices the report. All decisions obtain their drills from this method.
  public func rehearsed(
    digest: String = "", arguments: [String] = [], version: String = "",
    selection: Sweep.Selection = Sweep.Selection(), jobs: Int,
    progress: @Sendable (Sweep.Progress) -> Void = { _ in }
  ) async throws(InputError) -> Report {
    let provenance = Provenance(version: version, digest: digest, arguments: arguments)
    let sweep = Sweep(self, provenance: provenance, selection: selection)
    return try await sweep.run(jobs: jobs, progress: progress).priced()
  }
}
