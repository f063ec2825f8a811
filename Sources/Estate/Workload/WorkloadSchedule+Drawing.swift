import Glibc
import Storage
import Units

extension WorkloadSchedule {
  /// Draws the writes of one volume from `start` until `end` at a scale.
  ///
  /// Arrivals are a Poisson process whose rate follows the profile, by time-rescaling: the rate is integrated in
  /// steps, and a write falls wherever the integral has grown by another exponential draw of mean 1.
  public convenience init(
    volume id: VolumeID, plan: VolumePlan, scale: Scale, seed: UInt64, start: Instant, end: Instant
  ) {
    let profile = plan.workload
    let page = ByteCount(PagedImage.pageSize)
    let pageCount = Int(scale.applied(to: plan.size, granule: page).bytes) / PagedImage.pageSize
    let pagesPerWrite = min(max(1, Int(profile.writeSize.bytes) / PagedImage.pageSize), pageCount)
    let used = min(
      pageCount, max(pagesPerWrite, Int(Int64(pageCount) * plan.used.billionths / 1_000_000_000)))
    var picker = PagePicker(
      usedPages: used, pagesPerWrite: pagesPerWrite, profile: profile,
      random: RandomStream(seed: seed, stream: "workload pages \(plan.name)"))
    var gaps = RandomStream(seed: seed, stream: "workload arrivals \(plan.name)")
    var shape = RateShape(
      profile.churn, start: start, random: RandomStream(seed: seed, stream: "workload bursts \(plan.name)"))
    let bytesPerWrite = Double(pagesPerWrite * PagedImage.pageSize) * Double(scale.denominator)
    var arrivals: [(at: Instant, page: UInt32)] = []
    var untilNext = -log(gaps.uniform())
    while let step = shape.next(), step.start < end {
      let length = Double((step.end - step.start).nanoseconds)
      var mass = step.bytes / bytesPerWrite
      var position = 0.0
      while mass > 0, untilNext <= mass {
        position += untilNext / mass * (1 - position)
        mass -= untilNext
        let at = step.start + Duration(nanoseconds: Int64(position * length))
        if at < end { arrivals.append((at, picker.next())) }
        untilNext = -log(gaps.uniform())
      }
      untilNext -= max(0, mass)
    }
    self.init(
      volume: id, pageCount: pageCount, usedPages: used, pagesPerWrite: pagesPerWrite,
      flushInterval: profile.flushInterval,
      maker: PageMaker(seed: seed, compressibility: profile.compressibility),
      arrivals: arrivals)
  }
}

/// Where writes go: a Zipf rank spread over the used pages, or the page behind the last write.
private struct PagePicker {
  let choices: Int
  let pagesPerWrite: Int
  let exponent: Double
  let sequentialShare: Double
  let stride: Int
  var last = 0
  var random: RandomStream

  init(usedPages: Int, pagesPerWrite: Int, profile: WorkloadProfile, random: RandomStream) {
    choices = usedPages / pagesPerWrite
    self.pagesPerWrite = pagesPerWrite
    exponent = profile.skew.value
    sequentialShare = profile.sequentialShare.value
    self.random = random
    // The nearest number to the golden section of the range that shares no factor with it: a permutation of ranks.
    var stride = max(1, Int(Double(choices) * 0.618_033_988_75))
    while greatestCommonDivisor(stride, choices) != 1 { stride += 1 }
    self.stride = stride
  }

  mutating func next() -> UInt32 {
    if random.uniform() < sequentialShare {
      last = (last + 1) % choices
    } else {
      last = (zipfRank() * stride) % choices
    }
    return UInt32(last * pagesPerWrite)
  }

  /// A rank from 0 by the inverse of the continuous bounded power law with the same exponent.
  private mutating func zipfRank() -> Int {
    let n = Double(choices)
    let u = random.uniform()
    let rank =
      abs(1 - exponent) < 1e-9
      ? pow(n + 1, u)
      : pow(1 + u * (pow(n + 1, 1 - exponent) - 1), 1 / (1 - exponent))
    return min(choices - 1, max(0, Int(rank) - 1))
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

/// The write rate over time, as steps of constant rate.
private struct RateShape {
  struct Step {
    var start: Instant
    var end: Instant
    var bytes: Double
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
    case .synthetic(let synthetic): nextSynthetic(synthetic)
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
    let step = Step(start: clock, end: start + cycle + window.end, bytes: Double(window.written.bytes))
    clock = step.end
    return step
  }

  /// Steps of at most a minute, cut where a burst begins or ends.
  private mutating func nextSynthetic(_ churn: SyntheticChurn) -> Step? {
    if clock >= phaseEnd { enterNextPhase(churn) }
    let end = min(clock + .minutes(1), phaseEnd)
    let rate = churn.rate.bytesPerSecond * calendarFactor(churn) * burstFactor(churn)
    let step = Step(start: clock, end: end, bytes: rate * (end - clock).seconds)
    clock = end
    return step
  }

  private mutating func enterNextPhase(_ churn: SyntheticChurn) {
    guard churn.burstShare > .zero, churn.burstFactor > .one, churn.burstLength > .zero else {
      phaseEnd = .distantFuture
      return
    }
    if phaseEnd != start { bursting.toggle() }
    let share = churn.burstShare.value
    let mean = churn.burstLength.seconds * (bursting ? 1 : (1 - share) / share)
    phaseEnd = clock + max(.seconds(1), Duration(seconds: -log(random.uniform()) * mean) ?? .days(1))
  }

  /// The rate inside or outside a burst over the mean, so that the mean over both is 1.
  private func burstFactor(_ churn: SyntheticChurn) -> Double {
    let share = churn.burstShare.value
    guard share > 0, churn.burstFactor > .one else { return 1 }
    return bursting ? churn.burstFactor.value : max(0, (1 - share * churn.burstFactor.value) / (1 - share))
  }

  /// The hour's and the weekday's rate over the week's mean.
  private func calendarFactor(_ churn: SyntheticChurn) -> Double {
    let civil = CivilTime(clock)
    let hour = Double(civil.hour) + Double(civil.minute) / 60
    let daily = 1 + churn.diurnalSwing.value * cos((hour - 14) / 24 * 2 * Double.pi)
    let drop = churn.weekendDrop.value
    let weekly = (civil.weekday >= 5 ? 1 - drop : 1) * 7 / (7 - 2 * drop)
    return daily * weekly
  }
}
