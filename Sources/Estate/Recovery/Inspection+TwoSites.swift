import Units

extension World {
  /// Inspects volumes that two sites served.
  ///
  /// The writes of two sites have no order over both, and a copy is no prefix: each page holds some version of it. The rules are:
  /// - a page that is not what was written to it is damaged, as everywhere;
  /// - an acknowledged write is missing where a page holds one that it followed on, or nothing: the page once was newer;
  /// - it is not missing where the page holds one that was made without knowing of it. Of two writes made apart one gives way
  ///   to the other, disaster or none: that is a conflict, counted by the pair, and no loss;
  /// - an order is there through what was acknowledged at both sites: when a write was, every image with a write that was
  ///   issued later holds it, or is out of order.
  func inspectShared(
    _ held: [(VolumeID, [UInt32])], until instant: Instant, into inspection: inout Inspection
  ) {
    let newest = newestIssue(in: held)
    for (volume, writes) in held {
      guard let course = ledger.twoSites[volume] else { continue }
      let schedule = schedules[volume]
      for acknowledgement in course.acknowledgements(through: instant)
      where lacks(acknowledgement.write, writes, schedule, course) {
        let at = acknowledgement.at
        inspection.count(missing: acknowledgement.write, of: schedule, acknowledgedAt: at)
        if acknowledgement.isAtBoth, let newest, at < newest, inspection.integrity == .consistent {
          inspection.integrity = .outOfOrder
        }
      }
      let next = ledger.acknowledgedWrites(of: volume) + 1
      if !keepsTail(of: volume), schedule.acknowledgedAtEarliest(ofWrite: next) <= instant {
        inspection.note(missingSince: schedule.acknowledgedAtEarliest(ofWrite: next))
      }
    }
  }

  private func lacks(
    _ write: Int, _ held: [UInt32], _ schedule: WorkloadSchedule, _ course: TwoSiteCourse
  ) -> Bool {
    let pages = schedule.pages(ofWrite: write)
    return pages.contains { page in
      if held[page] >= StampReader.damaged { return true }
      let holding = Int(held[page])
      return holding < write && course.lacks(write, page: page - pages.lowerBound, holding: holding)
    }
  }
}
