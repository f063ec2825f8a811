import Foundation
import Testing

/// The reports that are committed are what the scenarios give, byte for byte.
@Suite(.serialized) struct DeliveredReportsTests {
  static let scenarios =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: Command.package.appending(path: "scenarios").path)) ?? []).sorted()
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }

  @Test func thereAreScenarios() { #expect(Self.scenarios.contains("backup-and-dr")) }

  @Test(arguments: scenarios)
  func aScenarioReproducesItsCommittedReports(name: String) throws {
    let folder = try ScratchFolder()
    let root = Command.package.path
    let run = try Command(
      "run", "scenarios/\(name).yaml", "--out", folder.path, "--jobs", "2", in: root)
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    let suffixes = [
      ".md", "-timeline.svg", "-loss.svg", "-cost.svg", "-lag.svg", ".csv", "-drills.csv", ".json", ".html",
    ]
    for file in suffixes.map({ name + $0 }) {
      // No copies, no lag: neither here nor there.
      let paths = ["\(folder.path)/\(file)", "\(root)/reports/\(file)"]
      let isThere = paths.map { FileManager.default.fileExists(atPath: $0) }
      #expect(isThere[0] == isThere[1], "reports/\(file) is given or committed, not both")
      guard isThere[0], isThere[1] else { continue }
      let fresh = try Data(contentsOf: URL(filePath: "\(folder.path)/\(file)"))
      let committed = try Data(contentsOf: URL(filePath: "\(root)/reports/\(file)"))
      // Not `#expect(fresh == committed)`: a failure would print both files.
      let isSame = fresh == committed
      #expect(isSame, "reports/\(file) is not what the scenario gives: run it again and read the difference")
    }
  }

  /// Losses that a drill proves, and the formula, check each other; where a drill did not come back there is nothing to compare.
  @Test(arguments: scenarios)
  func noRehearsedLossIsWorseThanTheFormulaBesideIt(name: String) throws {
    let report = try JSONDecoder().decode(
      DeliveredReport.self,
      from: Data(contentsOf: Command.package.appending(path: "reports/\(name).json")))
    var compared = 0
    for strategy in report.strategies {
      for disaster in strategy.disasters {
        guard let worst = disaster.atLeast.max?.ns, let estimate = disaster.rpo.estimate.ns else {
          continue
        }
        // The formula leaves out that copies of one backup wait for each other, which is 1.4 % at most here.
        #expect(
          Double(worst) <= Double(estimate) * 1.02, "\(strategy.name) against \(disaster.name)")
        compared += 1
      }
    }
    #expect(compared > 0)
  }

  private struct DeliveredReport: Decodable {
    let strategies: [Strategy]

    struct Strategy: Decodable {
      let name: String
      let disasters: [Disaster]
    }

    struct Disaster: Decodable {
      let name: String
      let rpo: Outcome
      let atLeast: Bounds

      enum CodingKeys: String, CodingKey {
        case name, rpo
        case atLeast = "rpo_at_least"
      }
    }

    struct Bounds: Decodable { let max: Time? }

    struct Outcome: Decodable {
      let estimate: Time
    }

    struct Time: Decodable { let ns: Int64? }
  }
}
