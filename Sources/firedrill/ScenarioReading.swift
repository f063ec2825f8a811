import Documents
import ScenarioLanguage

/// Returns a scenario file and warns of the former names of keys that it still uses.
func readScenario(_ path: String, settings: [String]) throws(InputError) -> ScenarioFile {
  let file = try ScenarioFile(path: path, settings: settings)
  warn(file.formerKeys, of: path)
  return file
}
