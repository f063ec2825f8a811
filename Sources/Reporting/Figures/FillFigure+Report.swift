import Assessment
import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension FillFigure {
  init(report: Report) {
    let blueprint = report.scenario.blueprint
    let fills = report.strategies.compactMap { strategy in
      strategy.fill.map { (name: strategy.strategy.name, fill: $0) }
    }
    let shares = fills.map { fill in
      fill.fill.links.enumerated().map { link, bytes in
        let most = blueprint.links[LinkID(link)].rate.bytesPerSecond
        return bytes.map { Double($0.bytes) / (Double(max(1, most)) * max(1e-9, fill.fill.step.seconds)) }
      }
    }
    self.init(
      strategies: fills.map(\.name),
      vaults: fills.map { $0.fill.vaults.map { $0.map { Double($0.bytes) } } },
      links: shares, vaultNames: blueprint.vaults.map(\.name), linkNames: blueprint.links.map(\.name),
      window: report.scenario.windowEnd - report.scenario.windowStart)
  }

  /// Reads the values back from a stored report.
  init(strategies: [JSON], window: Duration) {
    func names(_ list: String, _ key: String) -> [String] {
      strategies.flatMap { ($0["fill"]?[list]?.items ?? []).compactMap { $0[key]?.text } }.reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
      }
    }
    let (vaultNames, linkNames) = (names("vaults", "vault"), names("links", "link"))
    func values(_ strategy: JSON, _ list: String, _ key: String, _ name: String) -> [Double] {
      let item = strategy["fill"]?[list]?.items.first { $0[key]?.text == name }
      return (item?["bytes"]?.items ?? []).map { Double($0.number ?? 0) }
    }
    self.init(
      strategies: strategies.map { $0["name"]?.text ?? "" },
      vaults: strategies.map { strategy in vaultNames.map { values(strategy, "vaults", "vault", $0) } },
      links: strategies.map { strategy in
        let step = Duration(nanoseconds: strategy["fill"]?["step_ns"]?.number ?? 1).seconds
        return linkNames.map { name in
          let item = strategy["fill"]?["links"]?.items.first { $0["link"]?.text == name }
          let rate = Double(max(1, item?["rate_bytes_per_s"]?.number ?? 1))
          return values(strategy, "links", "link", name).map { $0 / (rate * max(1e-9, step)) }
        }
      }, vaultNames: vaultNames, linkNames: linkNames, window: window)
  }

  /// Creates the figure from all series, and leaves out what stays empty.
  private init(
    strategies: [String], vaults: [[[Double]]], links: [[[Double]]], vaultNames: [String],
    linkNames: [String],
    window: Duration
  ) {
    func used(_ series: [[[Double]]], _ names: [String]) -> [Int] {
      names.indices.filter { index in series.contains { $0[index].contains { $0 > 0 } } }
    }
    let (vaultPlaces, linkPlaces) = (used(vaults, vaultNames), used(links, linkNames))
    func lines(_ series: [[Double]], _ places: [Int]) -> [Line] {
      places.enumerated().compactMap { number, place in
        series[place].contains { $0 > 0 } ? Line(number: number, values: series[place]) : nil
      }
    }
    let rows = strategies.indices.map { place in
      Row(
        strategy: strategies[place], vaults: lines(vaults[place], vaultPlaces),
        links: lines(links[place], linkPlaces))
    }
    self.init(
      rows: rows.filter { !$0.vaults.isEmpty || !$0.links.isEmpty },
      vaults: vaultPlaces.map { vaultNames[$0] },
      links: linkPlaces.map { linkNames[$0] }, window: window)
  }
}
