import Glibc
import Storage
import Units

extension WorkloadSchedule {
  /// Draws the writes of one volume from `start` until `end` at a scale.
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
    var process = ArrivalProcess(
      profile.churn,
      amountPerArrival: Double(pagesPerWrite * PagedImage.pageSize) * Double(scale.denominator),
      start: start, gaps: RandomStream(seed: seed, stream: "workload arrivals \(plan.name)"),
      bursts: RandomStream(seed: seed, stream: "workload bursts \(plan.name)"))
    let arrivals = process.arrivals(until: end).map { (at: $0, page: picker.next()) }
    let maker = PageMaker(seed: seed, compressibility: profile.compressibility)
    var image = PagedImage(size: ByteCount(pageCount * PagedImage.pageSize))
    for page in 0..<used {
      image[page: page] = maker.page(PageStamp(volume: id, page: UInt32(page), write: 0))
    }
    self.init(
      volume: id, pageCount: pageCount, usedPages: used, pagesPerWrite: pagesPerWrite,
      flushInterval: profile.flushInterval, maker: maker, initialImage: image, arrivals: arrivals)
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
