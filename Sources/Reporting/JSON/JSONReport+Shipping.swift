import Assessment
import Documents
import Rehearsals

extension JSONReport {
  /// The time to full speed; no member without an instant restore.
  func fullSpeed(_ disaster: DisasterReport) -> [(String, JSON)] {
    guard disaster.estimate.fullSpeed != nil || disaster.fullSpeed != nil else { return [] }
    return [
      (
        "full_speed",
        .object([
          ("estimate", disaster.estimate.fullSpeed.map { .achieved($0) } ?? .null),
          ("p50", disaster.fullSpeed.map { .achieved($0.p50.value) } ?? .null),
          ("p95", disaster.fullSpeed.map { .achieved($0.p95.value) } ?? .null),
          ("max", disaster.fullSpeed.map { .achieved($0.maximum) } ?? .null),
        ])
      )
    ]
  }

  /// The slow service of a drill and the media it called for; no members without them.
  func shipping(_ drill: Drill) -> [(String, JSON)] {
    let slow: [(String, JSON)] =
      drill.slowService.map { service in
        [
          (
            "slow_service",
            .object([
              ("full_speed_ns", .duration(service.fullSpeed)),
              ("demand_reads", .integer(Int64(service.reads))),
              ("demand_read_mean_ns", .duration(service.meanRead)),
              ("demand_read_max_ns", .duration(service.reads > 0 ? service.longestRead : nil)),
            ])
          )
        ]
      } ?? []
    guard !drill.media.isEmpty else { return slow }
    let vaults = drill.media.map { JSON.string(report.scenario.blueprint.vaults[$0].name) }
    return slow + [("media", .array(vaults))]
  }

  /// The weighed time of slow service; no member where there is none.
  func slowService(_ event: MeanEvent) -> [(String, JSON)] {
    event.slowService > .zero ? [("mean_slow_service_ns", .duration(event.slowService))] : []
  }
}
