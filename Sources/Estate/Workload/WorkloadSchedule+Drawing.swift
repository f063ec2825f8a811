import Glibc
import Storage
import Units

extension WorkloadSchedule {
  /// Draws the writes of one volume from `start` until `end` at a scale.
  public convenience init(
    volume id: VolumeID, plan: VolumePlan, scale: Scale, seed: UInt64, start: Instant, end: Instant,
    refinement: Refinement = .none
  ) {
    let profile = plan.workload
    let page = ByteCount(PagedImage.pageSize)
    let pageCount = Int(scale.applied(to: plan.size, granule: page).bytes) / PagedImage.pageSize
    let pagesPerWrite = min(max(1, Int(profile.writeSize.bytes) / PagedImage.pageSize), pageCount)
    let used = min(
      pageCount, max(pagesPerWrite, Int(Int64(pageCount) * plan.used.billionths / 1_000_000_000)))
    var picker = PagePicker(
      usedPages: used, pagesPerWrite: pagesPerWrite, represented: scale.denominator, profile: profile,
      random: RandomStream(seed: seed, stream: "workload pages \(plan.name)"))
    var process = ArrivalProcess(
      profile.churn,
      amountPerReal: Double(pagesPerWrite * PagedImage.pageSize), represented: scale.denominator,
      start: start, gaps: RandomStream(seed: seed, stream: "workload arrivals \(plan.name)"),
      bursts: RandomStream(seed: seed, stream: "workload bursts \(plan.name)"))
    let whole = scale.unscaled(ByteCount(pagesPerWrite * PagedImage.pageSize))
    let cuts = refinement.cuts(
      flushInterval: profile.flushInterval, between: (profile.meanTime(ofWriting: whole), whole), from: start,
      until: end)
    let writes = ScheduledWrite.all(process.arrivals(until: end, cuts: cuts), whole: whole) { picker.next() }
    let maker = PageMaker(seed: seed, compressibility: profile.compressibility)
    var image = PagedImage(size: ByteCount(pageCount * PagedImage.pageSize))
    for page in 0..<used {
      image[page: page] = maker.page(PageStamp(volume: id, page: UInt32(page), write: 0))
    }
    self.init(
      volume: id, pageCount: pageCount, usedPages: used, pagesPerWrite: pagesPerWrite,
      flushInterval: profile.flushInterval, maker: maker, initialImage: image, start: start, scale: scale,
      writes: writes)
  }
}

/// The expected size of a volume's schedule, known without drawing it.
public struct WorkloadOutline: Hashable, Sendable {
  /// The number of pages in use when the run begins.
  public let usedPages: Int
  public let pagesPerWrite: Int
  /// The expected number of whole writes. All parts of one go to the same pages.
  public let wholeWriteCount: Int
  /// The expected number of writes with the parts into which they are cut.
  public let writeCount: Int

  /// Outlines the writes of one volume from `start` until `end` at a scale.
  public init(
    of plan: VolumePlan, scale: Scale, start: Instant, end: Instant, refinement: Refinement
  ) {
    let page = ByteCount(PagedImage.pageSize)
    let pageCount = Int(scale.applied(to: plan.size, granule: page).bytes) / PagedImage.pageSize
    let profile = plan.workload
    pagesPerWrite = min(max(1, Int(profile.writeSize.bytes) / PagedImage.pageSize), pageCount)
    usedPages = min(
      pageCount, max(pagesPerWrite, Int(Int64(pageCount) * plan.used.billionths / 1_000_000_000)))
    let whole = scale.unscaled(ByteCount(pagesPerWrite * PagedImage.pageSize))
    let time = profile.meanTime(ofWriting: whole)
    let cuts = refinement.cutsMaximum(
      flushInterval: profile.flushInterval, between: (time, whole), during: end - start)
    wholeWriteCount = Int((end - start).seconds / time.seconds)
    writeCount = wholeWriteCount + cuts
  }
}

extension WorkloadProfile {
  /// Returns the mean time of writing a size; very long where nothing is written.
  fileprivate func meanTime(ofWriting size: ByteCount) -> Duration {
    let rate = churn.meanRate
    guard rate > 0 else { return .days(36_500) }
    return Duration(seconds: Double(size.bytes) / rate) ?? .days(36_500)
  }
}

extension WorkloadProfile.Churn {
  /// The rate in bytes or transactions per second at full size.
  fileprivate var meanRate: Double {
    switch self {
    case .synthetic(let churn): churn.rate.bytesPerSecond
    case .transactions(let churn): churn.perSecond.value
    case .measured(let windows):
      Double(windows.reduce(0) { $0 + $1.written.bytes }) / max(1e-9, windows.last?.end.seconds ?? 0)
    }
  }
}

/// A write of the run, or a part of one.
struct ScheduledWrite {
  var at: Instant
  var page: UInt32
  /// The size that the write represents at full size.
  var nominalSize: ByteCount

  /// Converts arrivals and their parts into writes, whose nominal sizes add up to `whole`.
  static func all(
    _ arrivals: [ArrivalProcess.Arrival], whole: ByteCount, pickPage: () -> UInt32
  ) -> [ScheduledWrite] {
    var (ordinal, page, before) = (-1, UInt32(0), Int64(0))
    return arrivals.map { arrival in
      if arrival.ordinal != ordinal { (ordinal, page, before) = (arrival.ordinal, pickPage(), 0) }
      let through = arrival.share == 1 ? whole.bytes : Int64(arrival.share * Double(whole.bytes))
      defer { before = through }
      return ScheduledWrite(at: arrival.at, page: page, nominalSize: ByteCount(through - before))
    }
  }
}

/// The choice of the next page. It is a Zipf rank spread over the used pages, or the page after the last
/// write.
///
/// Ranks are drawn at full size: a page of the run is as hot as all of the pages that it represents together.
private struct PagePicker {
  let choices: Int
  /// The number of real places that one place of the run represents.
  let represented: Int
  let pagesPerWrite: Int
  let exponent: Double
  let sequentialShare: Double
  let stride: Int
  var last = 0
  var random: RandomStream

  init(
    usedPages: Int, pagesPerWrite: Int, represented: Int64, profile: WorkloadProfile, random: RandomStream
  ) {
    self.represented = Int(represented)
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

  /// Returns a rank from 0, by the inverse of the continuous bounded power law with the same exponent.
  private mutating func zipfRank() -> Int {
    let n = Double(choices) * Double(represented)
    let u = random.uniform()
    let rank =
      abs(1 - exponent) < 1e-9
      ? pow(n + 1, u)
      : pow(1 + u * (pow(n + 1, 1 - exponent) - 1), 1 / (1 - exponent))
    return min(choices - 1, max(0, Int(rank) - 1) / represented)
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
