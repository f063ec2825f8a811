import Documents
import Rehearsals
import Units

extension JSONReport {
  /// Returns the growth of a vault and its steady-state size. The size is `null` in the steady state, or when
  /// there is none.
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
