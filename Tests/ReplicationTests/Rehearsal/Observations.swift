/// The occurrences of a rehearsal, so that a campaign can show that it was no walk in the park.
struct Observations {
  var faults = 0
  var suspensions = 0
  var resyncs = 0
  var points = 0
  var refusals = 0
  var rejections = 0
  var degradedAcknowledgements = 0
  /// Acknowledgements by an old primary that did not know yet.
  var divergentAcknowledgements = 0
  var splitBrains = 0
  var fencings = 0
  var failovers = 0
  /// Failovers to copies that were rightly not promoted.
  var refusedPromotions = 0
  /// Failovers that lost acknowledged writes, as their mode allows.
  var losses = 0
  var failbacks = 0
  var bytesSent: Int64 = 0

  var all: [(name: String, number: Int)] {
    [
      ("a suspension", suspensions), ("a resynchronisation", resyncs), ("a point", points),
      ("a refused message", refusals), ("a rejected flush", rejections),
      ("a degraded acknowledgement", degradedAcknowledgements),
      ("a divergent acknowledgement", divergentAcknowledgements), ("a split brain", splitBrains),
      ("a fencing", fencings), ("a failover", failovers), ("a refused promotion", refusedPromotions),
      ("a loss", losses), ("a failback", failbacks),
    ]
  }

  mutating func add(_ other: Observations) {
    faults += other.faults
    suspensions += other.suspensions
    resyncs += other.resyncs
    points += other.points
    refusals += other.refusals
    rejections += other.rejections
    degradedAcknowledgements += other.degradedAcknowledgements
    divergentAcknowledgements += other.divergentAcknowledgements
    splitBrains += other.splitBrains
    fencings += other.fencings
    failovers += other.failovers
    refusedPromotions += other.refusedPromotions
    losses += other.losses
    failbacks += other.failbacks
    bytesSent += other.bytesSent
  }
}
