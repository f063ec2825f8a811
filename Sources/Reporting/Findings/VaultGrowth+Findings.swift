import Planning
import Units

extension JSONReport {
  /// How a vault grew, and what it holds in balance; `null` there when it is in balance, or never will be.
  func growth(_ growth: VaultGrowth) -> JSON {
    .object([
      ("vault", .string(report.scenario.blueprint.vaults[growth.vault].name)),
      ("bytes_at_start", .integer(growth.atStart.bytes.bytes)),
      ("bytes_at_end", .integer(growth.atEnd.bytes.bytes)),
      ("points_at_start", .integer(Int64(growth.atStart.points))),
      ("points_at_end", .integer(Int64(growth.atEnd.points))),
      ("points_in_balance", growth.pointsInBalance.map { .integer(Int64($0)) } ?? .null),
      ("bytes_in_balance", growth.bytesInBalance.map { .integer($0.bytes) } ?? .null),
    ])
  }
}
