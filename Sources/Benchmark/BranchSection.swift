import Storage
import Units

/// What it costs to try a disaster: to branch a volume of 1 GiB of real pages, none shared, write one page and drop the
/// branch.
func branchFigures() -> [Figure] {
  let volume = populatedVolume(size: .gibibytes(1))
  var random = RandomStream(seed: 1, stream: "branch benchmark")
  let taken = (0..<2_000).map { _ in branch(volume, at: Int(random.below(UInt64(volume.pageCount)))) }
  return [Figure("1 GiB volume: branch, write a page, drop", taken.median * 1e6, "us", below: 50)]
}

/// The processor seconds for one branch.
private func branch(_ volume: PagedImage, at page: Int) -> Double {
  let bytes = Bytes(repeating: 0xD2, count: PagedImage.pageSize)
  let start = processorSeconds()
  do {
    var branch = volume
    branch[page: page] = bytes
  }
  return processorSeconds() - start
}

/// A volume with every page written, each in memory of its own.
private func populatedVolume(size: ByteCount) -> PagedImage {
  var volume = PagedImage(size: size)
  for page in 0..<volume.pageCount {
    volume[page: page] = Bytes(repeating: UInt8(truncatingIfNeeded: page), count: PagedImage.pageSize)
  }
  return volume
}
