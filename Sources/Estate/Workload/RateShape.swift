import Glibc
import Units

/// The rate of a workload over time, as steps of constant rate in full-size bytes or transactions.
struct RateShape {
  struct Step {
    var start: Instant
    var end: Instant
    /// The bytes or transactions in the step.
    var amount: Double
  }

  private let churn: WorkloadProfile.Churn
  private let start: Instant
  private var clock: Instant
  private var windowIndex = 0
  private var cycle = Duration.zero
  private var random: RandomStream
  private var bursting = false
  private var phaseEnd: Instant

  init(_ churn: WorkloadProfile.Churn, start: Instant, random: RandomStream) {
    self.churn = churn
    self.start = start
    clock = start
    phaseEnd = start
    self.random = random
  }

  mutating func next() -> Step? {
    switch churn {
    case .measured(let windows): nextMeasured(windows)
    case .synthetic(let churn): nextSynthetic(churn.rate.bytesPerSecond, churn.rhythm)
    case .transactions(let churn): nextSynthetic(churn.perSecond.value, churn.rhythm)
    }
  }

  private mutating func nextMeasured(_ windows: [ChurnWindow]) -> Step? {
    guard let last = windows.last, last.end > .zero else { return nil }
    if windowIndex == windows.count {
      windowIndex = 0
      cycle += last.end
    }
    let window = windows[windowIndex]
    windowIndex += 1
    let step = Step(start: clock, end: start + cycle + window.end, amount: Double(window.written.bytes))
    clock = step.end
    return step
  }

  /// Returns the next step of at most a minute, cut where a burst begins or ends.
  private mutating func nextSynthetic(_ mean: Double, _ rhythm: Rhythm) -> Step? {
    if clock >= phaseEnd { enterNextPhase(rhythm) }
    let end = min(clock + .minutes(1), phaseEnd)
    let rate = mean * calendarFactor(rhythm) * burstFactor(rhythm)
    let step = Step(start: clock, end: end, amount: rate * (end - clock).seconds)
    clock = end
    return step
  }

  private mutating func enterNextPhase(_ rhythm: Rhythm) {
    guard rhythm.burstShare > .zero, rhythm.burstFactor > .one, rhythm.burstLength > .zero else {
      phaseEnd = .distantFuture
      return
    }
    if phaseEnd != start { bursting.toggle() }
    let share = rhythm.burstShare.value
    let mean = rhythm.burstLength.seconds * (bursting ? 1 : (1 - share) / share)
    phaseEnd = clock + max(.seconds(1), Duration(seconds: -log(random.uniform()) * mean) ?? .days(1))
  }

  /// Returns the rate inside or outside a burst relative to the mean. The mean over both is 1.
  private func burstFactor(_ rhythm: Rhythm) -> Double {
    let share = rhythm.burstShare.value
    guard share > 0, rhythm.burstFactor > .one else { return 1 }
    return bursting ? rhythm.burstFactor.value : max(0, (1 - share * rhythm.burstFactor.value) / (1 - share))
  }

  /// Returns the rate of the hour and weekday relative to the week's mean.
  private func calendarFactor(_ rhythm: Rhythm) -> Double {
    let civil = CivilTime(clock)
    let hour = Double(civil.hour) + Double(civil.minute) / 60
    let daily = 1 + rhythm.diurnalSwing.value * cos((hour - 14) / 24 * 2 * Double.pi)
    let drop = rhythm.weekendDrop.value
    let weekly = (civil.weekday >= 5 ? 1 - drop : 1) * 7 / (7 - 2 * drop)
    return daily * weekly
  }
}
