import Reporting
import ScenarioLanguage

extension PageOrigin {
  init(_ file: ScenarioFile) {
    self.init(file.scenario, version: Firedrill.version, digest: "\(file.digest)")
  }
}
