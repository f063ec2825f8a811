import Replication
import Storage
import Units

/// A fault and its end.
enum Fault {
  case linkDown(Duration)
  case linkUp
  case flap(times: Int)
  case storm(Duration)
  case calm
  case slowDevice(side: Int, Duration)
  case deviceRecovers(side: Int)
  case powerCut(side: Int, Duration)
  case processCrash(side: Int, Duration)
  case restart(side: Int)
  case witnessDeaf(side: Int, Duration)
  case witnessHears(side: Int)

  static func random(_ random: inout RandomStream) -> Fault {
    let time = Duration.milliseconds(Int64(100 + random.below(random.below(3) == 0 ? 9_000 : 1_500)))
    let side = Int(random.below(2))
    switch random.below(7) {
    case 0: return .linkDown(time)
    case 1: return .flap(times: 2 + Int(random.below(4)))
    case 2: return .storm(time)
    case 3: return .slowDevice(side: side, time)
    case 4: return .powerCut(side: side, time)
    case 5: return .processCrash(side: side, time)
    default: return .witnessDeaf(side: side, time)
    }
  }
}

extension Duo {
  /// Lets faults happen at random instants of the time to come.
  mutating func plan(faults: Int, within time: Duration) {
    for _ in 0..<faults {
      let delay = Duration.nanoseconds(Int64(random.below(UInt64(time.nanoseconds))))
      events.schedule(.fault(Fault.random(&random)), at: now + delay)
    }
  }

  mutating func befall(_ fault: Fault) {
    switch fault {
    case .linkDown, .flap, .storm, .slowDevice, .powerCut, .processCrash, .witnessDeaf: observed.faults += 1
    case .linkUp, .calm, .deviceRecovers, .restart, .witnessHears: break
    }
    guard isFaulty else { return }
    log("\(fault)")
    switch fault {
    case .linkDown(let time):
      link.isUp = false
      events.schedule(.fault(.linkUp), at: now + time)
    case .linkUp: link.isUp = true
    case .flap(let times):
      for turn in 0..<Int64(times) {
        events.schedule(.fault(.linkDown(.milliseconds(40))), at: now + .milliseconds(100 * turn))
      }
    case .storm(let time):
      (link.lost, link.doubled, link.damaged, link.jitter) = (10, 10, 10, .milliseconds(20))
      events.schedule(.fault(.calm), at: now + time)
    case .calm: (link.lost, link.doubled, link.damaged, link.jitter) = (0, 0, 0, .zero)
    case .slowDevice(let side, let time):
      sides[side].deviceLatency = .milliseconds(60)
      events.schedule(.fault(.deviceRecovers(side: side)), at: now + time)
    case .deviceRecovers(let side): sides[side].deviceLatency = .microseconds(500)
    case .powerCut(let side, let time): fail(side, powerCut: true, for: time)
    case .processCrash(let side, let time): fail(side, powerCut: false, for: time)
    case .restart(let side): restart(side)
    case .witnessDeaf(let side, let time):
      link.witnessIsDeafTo.append(side)
      events.schedule(.fault(.witnessHears(side: side)), at: now + time)
    case .witnessHears(let side): link.witnessIsDeafTo.removeAll { $0 == side }
    }
  }

  private mutating func fail(_ side: Int, powerCut: Bool, for time: Duration) {
    guard sides[side].isUp else { return }
    crash(side, powerCut: powerCut)
    if side == primary {
      let missing = history.missing(in: sides[side].images)
      if let first = missing.first {
        failures.append("write \(first) was acknowledged, and a power cut of the source lost it")
      }
      history.rebase(on: sides[side].images)
    }
    events.schedule(.fault(.restart(side: side)), at: now + time)
  }

  mutating func restart(_ side: Int) {
    guard !sides[side].isUp, !isStruck.contains(side) else { return }
    start(side, as: side == primary ? .source : .target, keepsNewerTerm: observed.failovers > 0)
  }

  /// Everything works again, and nothing planned goes wrong any more.
  mutating func heal() {
    calmDown()
    for side in sides.indices { restart(side) }
  }

  /// Nothing planned goes wrong any more, and link and devices are as they should be.
  mutating func calmDown() {
    isFaulty = false
    link = Link()
    for side in sides.indices { sides[side].deviceLatency = .microseconds(500) }
  }
}

extension History {
  /// Acknowledged writes whose sectors hold something older.
  func missing(in images: [PagedImage]) -> [UInt64] {
    var missing: [UInt64] = []
    // In any order: the least of what is found is reported.
    for (key, versions) in sectors {
      let page = images[key >> 24][page: key >> 4 & 0xFFFFF]
      let found = Self.contents(of: page)?[key & 15] ?? .max
      guard
        let promised = versions.lastIndex(where: { version in
          version.content > 0 && version.content <= UInt64(writes.count)
            && writes[Int(version.content) - 1].promise != nil
        })
      else { continue }
      if !versions[promised...].contains(where: { $0.content == found }) {
        missing.append(versions[promised].content)
      }
    }
    return missing.sorted()
  }
}
