import Assessment
import Decision
import Documents
import ScenarioLanguage

/// The drills of a stored report, whose scenario must be unchanged.
struct StoredRecoveries {
  let recoveries: MeasuredRecoveries

  /// - Throws: when the report was made from another scenario, or its drills are missing.
  init(path: String, madeFrom file: ScenarioFile) throws(InputError) {
    let document = try ReportDocument(path: path)
    guard document.digest == "\(file.digest)" else {
      throw InputError(
        Diagnostic(
          file: path, message: "the report was not made from \(file.path) as it is now",
          hint: "run the scenario again with the same '--set', '--seed' and '--scale', or leave out '--from'")
      )
    }
    guard path.hasSuffix(".json") else {
      throw InputError(
        Diagnostic(
          file: path, message: "the drills of this report cannot be found",
          hint: "give a report whose name ends in '.json', with its '-drills.csv' beside it"))
    }
    let table = try SourceFile.read(path.dropLast(5) + "-drills.csv", limit: 1 << 30)
    recoveries = try MeasuredRecoveries(document, drills: table)
  }
}
