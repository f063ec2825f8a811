import Estate
import Storage
import Testing
import Units

/// The checker: what it must accept, and planted defects that it must find.
@Suite struct InspectionTests {
  private let reader = StampReader()

  @Test func anUndisturbedSystemLacksNothing() {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(3))
    let inspection = world.inspect(SmallEstate.both, against: world.now, reader: reader)
    #expect(inspection.isUsable)
    #expect(inspection.earliestMissing == nil && inspection.lostWrites == 0)
    #expect(world.ledger.acknowledgedWrites(of: VolumeID(0)) > 100)
  }

  @Test(arguments: [Cause.accidentalDeletion, .virusAttack, .applicationUpdateError, .serverFailure])
  func aReaderThatHasReadManyBranchesFindsWhatOneFindsThatHasReadNone(cause: Cause) {
    var world = SmallEstate.world(flushInterval: .seconds(30))
    for hour in 1...6 {
      world.run(through: SmallEstate.start + .hours(Int64(hour)))
      var branch = world
      let target: Target =
        cause == .serverFailure ? .host(SmallEstate.host) : .volumes([VolumeID(hour % 2)])
      branch.strike(SmallEstate.strike(cause, target, share: .percent(10), seed: UInt64(hour)))
      for state in [world, branch] {
        #expect(
          state.inspect(SmallEstate.both, against: state.now, reader: reader)
            == state.inspect(SmallEstate.both, against: state.now, reader: StampReader()))
      }
    }
  }

  @Test func anOlderImageOfAllVolumesIsAPointAndCostsExactlyTheWritesSince() {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(1))
    let images = SmallEstate.both.map { world.volumes[$0].image }
    let known = SmallEstate.both.map { world.ledger.acknowledgedWrites(of: $0) }
    world.run(through: SmallEstate.start + .hours(2))
    let inspection = world.inspect(SmallEstate.both, images: images, against: world.now, reader: reader)
    let lost = zip(SmallEstate.both, known).reduce(0) {
      $0 + world.ledger.acknowledgedWrites(of: $1.0) - $1.1
    }
    #expect(inspection.isUsable)
    // A write on its way when the image was taken may be in it although its acknowledgement came later.
    #expect((lost - 2...lost).contains(inspection.lostWrites))
    let earliest = zip(SmallEstate.both, known).map { world.ledger.acknowledgement(ofWrite: $1 + 1, of: $0) }
      .min()
    #expect(inspection.earliestMissing ?? .epoch >= earliest ?? .distantFuture)
  }

  @Test func volumesOfTwoInstantsAreOutOfOrder() {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(1))
    let old = world.volumes[VolumeID(0)].image
    world.run(through: SmallEstate.start + .hours(2))
    let images = [old, world.volumes[VolumeID(1)].image]
    let inspection = world.inspect(SmallEstate.both, images: images, against: world.now, reader: reader)
    #expect(inspection.integrity == .outOfOrder)
  }

  @Test func onePageOfAnOlderVersionIsOutOfOrder() throws {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(1))
    let old = world.volumes[VolumeID(0)].image
    world.run(through: SmallEstate.start + .hours(2))
    var image = world.volumes[VolumeID(0)].image
    let page = try #require(image.pagesChanged(since: old).first)
    image[page: page] = old[page: page]
    let images = [image, world.volumes[VolumeID(1)].image]
    let inspection = world.inspect(SmallEstate.both, images: images, against: world.now, reader: reader)
    #expect(inspection.integrity == .outOfOrder)
    #expect(inspection.lostWrites >= 1)
  }

  @Test(arguments: [0, 8, 15, 16, 700, 4_095])
  func aFlippedBitAnywhereInAPageIsDamage(offset: Int) {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(1))
    var image = world.volumes[VolumeID(0)].image
    var bytes = Array(image[page: 7].slice)
    bytes[offset] ^= 1
    image[page: 7] = Bytes(bytes)
    let images = [image, world.volumes[VolumeID(1)].image]
    let inspection = world.inspect(SmallEstate.both, images: images, against: world.now, reader: reader)
    #expect(inspection.integrity == .damaged(pages: 1))
  }

  @Test func aPageThatWasNeverRestoredIsDamageAndSoIsOneInTheWrongPlace() {
    let world = SmallEstate.world()
    let whole = SmallEstate.both.map { world.volumes[$0].image }
    var missing = whole
    missing[0][page: 3] = Bytes()
    var misplaced = whole
    misplaced[0][page: 3] = whole[0][page: 4]
    for images in [missing, misplaced] {
      let inspection = world.inspect(SmallEstate.both, images: images, against: world.now, reader: reader)
      #expect(inspection.integrity == .damaged(pages: 1))
    }
  }

  @Test func whatIsRememberedOfAPageDoesNotHideItsDamage() {
    var world = SmallEstate.world()
    world.run(through: SmallEstate.start + .hours(1))
    #expect(world.inspect(SmallEstate.both, against: world.now, reader: reader).isUsable)
    world.strike(SmallEstate.strike(.applicationUpdateError, .volumes([VolumeID(0)])))
    #expect(!world.inspect(SmallEstate.both, against: world.now, reader: reader).isUsable)
  }
}
