import RecoveryPlanning
import Statistics
import Testing
import Units

@Suite struct LevelVerdictTests {
  private struct Row: Sendable {
    var met: Int
    var drills: Int
    var decision: LevelVerdict.Decision
    var further: Int?
  }

  /// All of n drills met: the lower bound is the n-th root of 0.025, which passes 95 % at n = 72.
  private static let rows = [
    Row(met: 20, drills: 20, decision: .undecided, further: 52),
    Row(met: 71, drills: 71, decision: .undecided, further: 1),
    Row(met: 72, drills: 72, decision: .met, further: nil),
    Row(met: 199, drills: 200, decision: .met, further: nil),
    Row(met: 150, drills: 200, decision: .breached, further: nil),
    Row(met: 0, drills: 20, decision: .breached, further: nil),
    Row(met: 95, drills: 100, decision: .undecided, further: nil),
  ]

  @Test(arguments: rows)
  private func theIntervalOfTheShareMetDecides(row: Row) throws {
    let verdict = try #require(LevelVerdict(met: row.met, of: row.drills, level: .percent(95)))
    #expect(verdict.decision == row.decision)
    #expect(verdict.furtherDrills == row.further)
    #expect(verdict.lower <= verdict.share && verdict.share <= verdict.upper)
  }

  /// Clopper and Pearson: 95 of 100 give 88.72 % to 98.36 %.
  @Test func theIntervalIsThatOfClopperAndPearson() throws {
    let verdict = try #require(LevelVerdict(met: 95, of: 100, level: .percent(95)))
    #expect(abs(verdict.lower.value - 0.8872) < 1e-4 && abs(verdict.upper.value - 0.9836) < 1e-4)
  }

  @Test func aDrillThatIsUnresolvedCountsForTheUpperBoundOnly() throws {
    let verdict = try #require(LevelVerdict(met: 0, unresolved: 100, of: 100, level: .percent(95)))
    #expect(verdict.lower == .zero && verdict.upper == .one && verdict.decision == .undecided)
  }

  @Test func withoutDrillsThereIsNoVerdict() {
    #expect(LevelVerdict(met: 0, of: 0, level: .percent(95)) == nil)
  }

  /// However many drills met: more of the same decide, or the share is too near to the level.
  @Test(arguments: [20, 24, 200, 2_460])
  func everyShareIsDecidedByMoreDrillsOrNever(drills: Int) throws {
    for met in 0...drills {
      let verdict = try #require(LevelVerdict(met: met, of: drills, level: .percent(95)))
      #expect(verdict.lower <= verdict.share && verdict.share <= verdict.upper)
      if let further = verdict.furtherDrills { #expect(further > 0 && verdict.decision == .undecided) }
    }
  }
}

@Suite struct PhaseSumTests {
  @Test func constantPhasesAddUp() {
    #expect(PhaseSum.tail { _ in .minutes(7) } == .minutes(7))
  }

  /// Two exponential phases are an Erlang time, whose 99th percentile is 6.6384 means; two percentiles would add up to 9.21.
  @Test func thePercentileIsThatOfTheSum() throws {
    let phase = try Distribution(.exponential(mean: .seconds(1_000)))
    let tail = PhaseSum.tail { draw in draw(phase) + draw(phase) }
    #expect(abs(Double(tail.nanoseconds) / 1e12 - 6.6384) < 0.25)
    #expect(tail == PhaseSum.tail { draw in draw(phase) + draw(phase) })
  }
}

@Suite struct IntervalShippingTests {
  /// The case interval-slips.yaml: 8 GiB over 1.39 MB/s overrun many slots, 1 MB/s every 15 min take 648 s.
  @Test func aLongFirstCopyIsCaughtUpWith() {
    let written = Array(repeating: ByteCount(1_000_000), count: 13 * 3_600)
    let shipping = IntervalShipping(
      interval: .minutes(15), rate: .bytesPerSecond(1_388_889), latency: .milliseconds(1), written: written,
      first: .gibibytes(8), window: .hours(10)..<(.hours(13)))
    #expect(shipping.worstLoss >= .seconds(1_548) && shipping.worstLoss <= .seconds(1_552))
  }
}
