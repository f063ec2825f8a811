import Assessment
import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension JSONReport {
  /// Returns the fill of vaults and links over time, with those alone that were used; empty where none was.
  func fill(_ fill: FillCourse?) -> [(String, JSON)] {
    guard let fill else { return [] }
    let blueprint = report.scenario.blueprint
    func bytes(_ series: [ByteCount]) -> JSON { .array(series.map { .integer($0.bytes) }) }
    let vaults = fill.vaults.enumerated().filter { $0.element.contains { $0 > .zero } }
    let links = fill.links.enumerated().filter { $0.element.contains { $0 > .zero } }
    guard !vaults.isEmpty || !links.isEmpty else { return [] }
    return [
      (
        "fill",
        .object([
          ("step_ns", .duration(fill.step)),
          (
            "vaults",
            .array(
              vaults.map { place, series in
                .object([
                  ("vault", .string(blueprint.vaults[VaultID(place)].name)), ("bytes", bytes(series)),
                ])
              })
          ),
          (
            "links",
            .array(
              links.map { place, series in
                .object([
                  ("link", .string(blueprint.links[LinkID(place)].name)),
                  (
                    "rate_bytes_per_s",
                    .integer(Int64(blueprint.links[LinkID(place)].rate.bytesPerSecond.rounded()))
                  ),
                  ("bytes", bytes(series)),
                ])
              })
          ),
        ])
      )
    ]
  }
}
