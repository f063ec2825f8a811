extension Template {
  /// Returns the scenario as YAML with comments, at most 60 lines.
  public func scenario(_ answers: Answers) -> String {
    let lines =
      head(answers) + places + estate.services.hosts(in: estate.production)
      + ["services:"] + estate.services.flatMap { $0.lines(answers) }
      + [
        "vaults:", "  near: { device: store }",
        "  far: { device: \(estate.other)-store, credentials: far-admin }",
        "disasters: # perYear: how often each is expected; an assumption, as the shares are",
      ]
      + disasters.map { $0.written(indentation: 2) }
      + ["strategies: # retention is in points where it says 'count'; schedules are RRULEs in UTC"]
      + strategies.flatMap(\.written)
    return lines.joined(separator: "\n") + "\n"
  }

  private func head(_ answers: Answers) -> [String] {
    [
      "# \(summary), made by 'firedrill init --template \(name)'.",
      "# Sizes, rates and times are assumptions: write your own. Keys that are left out have defaults, which the report's",
      "# assumptions list; 'firedrill schema' describes every key, 'firedrill validate' checks the file.",
      "title: \(summary), and four ways to protect it",
      "objectives: { rpo: \(answers.rpo), rto: \(answers.rto) } # the longest acceptable loss, and outage",
      "strikes: { spread: 20 } # drills of each disaster, over a week",
    ]
  }

  private var places: [String] {
    let (here, there) = (estate.production, estate.other)
    return [
      "sites:", "  \(here): {}", "  \(there): {} # of another region: no disaster takes both",
      "links:", "  line: { between: [\(here), \(there)], \(estate.link) }",
      "devices:", "  array: { site: \(here) } # production's storage",
      "  store: { site: \(here), kind: objectStore }", "  \(there)-array: { site: \(there) }",
      "  \(there)-store: { site: \(there), kind: objectStore }",
    ]
  }
}

extension [ServiceSketch] {
  fileprivate func hosts(in site: String) -> [String] {
    ["hosts:"] + map { "  \($0.host): { site: \(site), size: \($0.size) }" }
  }
}

extension ServiceSketch {
  var host: String { "\(name)-host" }

  fileprivate func lines(_ answers: Answers) -> [String] {
    let dependsOn = "    dependsOn: [\(dependencies.joined(separator: ", "))]"
    let volumes = self.volumes.map { $0.text(answers) }.joined(separator: ", ")
    return ["  \(name):", "    host: \(host)"] + (dependencies.isEmpty ? [] : [dependsOn])
      + ["    volumes: { \(volumes) }"]
  }
}

extension VolumeSketch {
  fileprivate func text(_ answers: Answers) -> String {
    let rate = answers.writes(percent: writesPercent)
    return "\(name): { device: array, size: \(answers.data(percent: dataPercent)), "
      + "workload: { rate: \(rate), \(workload) } }"
  }
}

extension StrategySketch {
  fileprivate var written: [String] {
    ["  \(name):"] + lines.map { $0.written(indentation: 4) }
  }
}
