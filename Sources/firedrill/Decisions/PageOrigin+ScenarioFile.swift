import Planning
import Reporting

extension PageOrigin {
  init(_ file: ScenarioFile) {
    self.init(file.scenario, version: Firedrill.version, digest: "\(file.digest)")
  }
}
