import Storage
import Testing
import Units

@Suite("The paged image")
struct PagedImageTests {
  /// Two groups of 4,096 pages and a bit of a third, so that every level of the tree is crossed.
  private static let size = ByteCount.mebibytes(33)

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func randomWritesReadAsAFlatArray(seed: UInt64) throws {
    var random = RandomStream(seed: seed, stream: "paged image")
    let size = 3 * 64 * 4_096 + 4_096
    var image = PagedImage(size: ByteCount(size))
    var model = [UInt8](repeating: 0, count: size)
    for step in 0..<300 {
      let range = random.range(within: size)
      if random.below(3) == 0 {
        let extent = Extent(offset: ByteCount(range.lowerBound), length: ByteCount(range.count))
        let isEqual = image.read(extent) == Bytes(model[range])
        try #require(isEqual, "seed \(seed), step \(step), \(range)")
      } else {
        let bytes = random.bytes(range.count)
        image.write(bytes, at: ByteCount(range.lowerBound))
        model.replaceSubrange(range, with: bytes.slice)
      }
    }
    let isEqual = image.read(Extent(offset: .zero, length: image.size)) == Bytes(model)
    #expect(isEqual, "seed \(seed)")
  }

  @Test func sizesAreRoundedUpToWholePages() {
    #expect(PagedImage(size: .zero).pageCount == 0)
    #expect(PagedImage(size: ByteCount(1)).size == ByteCount(4_096))
    #expect(PagedImage(size: ByteCount(4_097)).pageCount == 2)
    #expect(PagedImage(size: .zero).read(Extent(offset: .zero, length: .zero)).isEmpty)
  }

  @Test func wholePagesShareTheMemoryOfWhatWasWritten() {
    var image = PagedImage(size: Self.size)
    let block = Bytes(repeating: 7, count: 64 * 4_096)
    image.write(block, at: .mebibytes(16))
    let page = image.read(Extent(offset: .mebibytes(16) + ByteCount(4_096), length: ByteCount(4_096)))
    #expect(page.identity == block[4_096..<8_192].identity)
    #expect(image[page: 4_097].identity == page.identity)
    #expect(image[page: 0].isEmpty)
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func branchesDoNotDisturbEachOther(seed: UInt64) throws {
    var random = RandomStream(seed: seed, stream: "branches")
    let size = 80 * 4_096
    var images = [PagedImage(size: ByteCount(size))]
    var models = [[UInt8](repeating: 0, count: size)]
    for step in 0..<200 {
      let index = Int(random.below(UInt64(images.count)))
      if random.below(10) == 0, images.count < 8 {
        images.append(images[index])
        models.append(models[index])
      } else {
        let range = random.range(within: size)
        let bytes = random.bytes(range.count)
        images[index].write(bytes, at: ByteCount(range.lowerBound))
        models[index].replaceSubrange(range, with: bytes.slice)
      }
      let witness = Int(random.below(UInt64(images.count)))
      let range = random.range(within: size)
      let extent = Extent(offset: ByteCount(range.lowerBound), length: ByteCount(range.count))
      let isEqual = images[witness].read(extent) == Bytes(models[witness][range])
      try #require(isEqual, "seed \(seed), step \(step), branch \(witness)")
    }
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func thePagesChangedAreThosePagesThatWereWritten(seed: UInt64) throws {
    var random = RandomStream(seed: seed, stream: "changed")
    var image = PagedImage(size: Self.size)
    for _ in 0..<200 { image.write(random.bytes(4_096), at: random.pageOffset(of: image)) }
    for round in 0..<20 {
      let older = image
      var written: Set<Int> = []
      for _ in 0..<random.below(30) {
        let page = Int(random.below(UInt64(image.pageCount)))
        written.insert(page)
        image.write(random.bytes(1 + Int(random.below(4_096))), at: ByteCount(page * 4_096))
      }
      // Exact both ways: nothing that differs is missing, nothing that was left alone is told.
      try #require(image.pagesChanged(since: older) == written.sorted(), "seed \(seed), round \(round)")
      try #require(older.pagesChanged(since: image) == written.sorted(), "seed \(seed), round \(round)")
      try #require(image.pagesChanged(since: image) == [], "seed \(seed), round \(round)")
    }
  }

  @Test func aPageWrittenAndSetBackToTheOldMemoryIsUnchanged() {
    var image = PagedImage(size: Self.size)
    image.write(Bytes(repeating: 1, count: 4_096), at: .zero)
    let older = image
    image.write(Bytes(repeating: 2, count: 4_096), at: .zero)
    #expect(image.pagesChanged(since: older) == [0])
    image[page: 0] = older[page: 0]
    #expect(image.pagesChanged(since: older) == [])
  }

  @Test func equalBytesInOtherMemoryMayBeToldAsChangedButNeverTheOtherWayRound() {
    var a = PagedImage(size: Self.size)
    var b = a
    a.write(Bytes(repeating: 1, count: 4_096), at: .zero)
    b.write(Bytes(repeating: 1, count: 4_096), at: .zero)
    b.write(Bytes(repeating: 0, count: 4_096), at: .mebibytes(20))
    #expect(b.pagesChanged(since: a) == [0, 5_120])
  }

  @Test func versionsOfTwoVolumesCannotBeCompared() async {
    await #expect(processExitsWith: .failure) {
      _ = PagedImage(size: ByteCount(1)).pagesChanged(since: PagedImage(size: ByteCount(5_000)))
    }
  }
}

extension RandomStream {
  fileprivate mutating func pageOffset(of image: PagedImage) -> ByteCount {
    ByteCount(Int(below(UInt64(image.pageCount))) * PagedImage.pageSize)
  }
}
