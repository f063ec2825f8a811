import Replication
import Storage
import Units

/// A whole course: initial synchronisation, work under faults, a disaster or a planned move, work at the other site, the
/// way back, and everything compared at each turn.
struct Rehearsal {
  enum Turn: UInt64, CaseIterable {
    case disaster, switchover, partition
  }

  let mode: Mode
  let seed: UInt64
  var duo: Duo
  var turn: Turn
  /// Both sides acknowledged writes without knowing of each other.
  var wroteApart = false

  init(mode: Mode, seed: UInt64, mutant: Mutant? = nil) {
    self.mode = mode
    self.seed = seed
    var random = RandomStream(seed: seed, stream: "rehearsal")
    turn = Turn.allCases[Int(random.below(3))]
    duo = Duo(mode: mode, seed: seed, writes: 120 + Int(random.below(120)), mutant: mutant)
  }

  /// The fault, in one line; `nil` when nothing did.
  var failure: String? { duo.failures.first.map { "\(mode.rawValue), seed \(seed), \(turn): \($0)" } }

  mutating func run() {
    duo.startHost()
    let settles = duo.random.below(4) != 0
    if settles, !duo.settle(within: .seconds(30)) { return fail("the initial synchronisation does not end") }
    let time = Duration.milliseconds(Int64(500 + duo.random.below(8_000)))
    duo.plan(faults: 6, within: time)
    duo.run(until: duo.now + time)
    switch turn {
    case .disaster: disaster()
    case .partition: partition()
    case .switchover: switchover()
    }
    guard duo.failures.isEmpty else { return }
    goBack()
  }

  private mutating func fail(_ problem: String) { duo.failures.append(problem) }

  // MARK: Turns

  private mutating func disaster() {
    let claim = duo.claim()
    duo.isStruck = [0]
    duo.crash(0, powerCut: true)
    duo.calmDown()
    duo.restart(1)
    duo.run(until: duo.now + .milliseconds(50))
    guard duo.failOver(to: 1, claim: claim) else { return }
    duo.run(until: duo.now + .seconds(2))
    duo.isStruck = []
    duo.start(0, as: .target)
  }

  /// The sites lose sight of each other, the DR site takes over, and the old one goes on for a while.
  private mutating func partition() {
    let claim = duo.claim()
    duo.calmDown()
    duo.restart(1)
    duo.restart(0)
    duo.link.isUp = false
    duo.run(until: duo.now + .milliseconds(Int64(100 + duo.random.below(300))))
    guard duo.failOver(to: 1, claim: claim) else { return }
    duo.oldSideWrites(count: Int(duo.random.below(6)))
    duo.run(until: duo.now + .seconds(8))
    duo.link.isUp = true
    if !duo.run(atMost: .seconds(30), until: { $0.sides[0].engine?.state == .fenced }) {
      return fail("the old primary was never fenced, it is \(String(describing: duo.sides[0].engine?.state))")
    }
    duo.crash(0, powerCut: false)
    duo.start(0, as: .target)
    wroteApart = duo.observed.divergentAcknowledgements > 0
  }

  private mutating func switchover() {
    duo.heal()
    if !duo.settle(within: .seconds(60)) { return fail("after healing the pair does not come in sync") }
    if !duo.moveHost(to: 1) { return fail("the planned move does not end") }
  }

  // MARK: The way back

  private mutating func goBack() {
    let time = Duration.milliseconds(Int64(500 + duo.random.below(4_000)))
    duo.plan(faults: 3, within: time)
    duo.isFaulty = true
    duo.writesLeft += 40
    duo.startHost()
    duo.run(until: duo.now + time)
    duo.heal()
    let home = 1 - duo.primary
    if !duo.settle(within: .seconds(90)) { return fail("the resynchronisation does not end") }
    if wroteApart, duo.observed.splitBrains == 0 { return fail("a split brain was not noticed") }
    if !duo.moveHost(to: home) { return fail("the failback does not end") }
    if !duo.settle(within: .seconds(60)) { return fail("the pair does not come in sync after the failback") }
    duo.observed.failbacks += 1
  }
}
