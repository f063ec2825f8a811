import Estate
import ScenarioLanguage
import Statistics
import Testing
import Units

/// The keys for a link that comes and goes, and that something is slow and not dead.
@Suite struct FaultCourseReading {
  private static func text(_ disaster: String) -> String {
    Shop.text(with: "fire: { \(disaster) }", for: "fire: { cause: fire, site: frankfurt, detect: 2 min }")
  }

  private func disaster(_ text: String) throws -> Disaster { try Shop.read(Self.text(text)).disasters[1] }

  @Test func aLinkThatIsSaidToBeFaultyIsCut() throws {
    let disaster = try disaster("cause: linkFault, link: backbone, duration: 29 s")
    #expect(disaster.course == .cut)
    #expect(disaster.target == .link(LinkID(0)))
  }

  @Test func aLinkFlapsByFixedTimesOrByDrawnOnes() throws {
    let fixed = try disaster(
      "cause: linkFault, link: backbone, duration: 10 min, flapping: { down: 20 s, up: 40 s }")
    #expect(
      fixed.course
        == .flapping(
          down: try Distribution(.constant(.seconds(20))), up: try Distribution(.constant(.seconds(40)))))
    let drawn = try disaster(
      "cause: linkFault, link: backbone, duration: 1 h, flapping: { down: { exponential: { mean: 9 s } }, up: 1 min }"
    )
    #expect(
      drawn.course
        == .flapping(
          down: try Distribution(.exponential(mean: .seconds(9))),
          up: try Distribution(.constant(.minutes(1)))))
  }

  @Test func whatIsSlowSaysWhatIsLeft() throws {
    let link = try disaster(
      "cause: linkFault, link: backbone, duration: 1 h, slowdown: { rate: 10 %, latency: 80 ms }")
    #expect(link.course == .slow(rate: .percent(10), latency: .milliseconds(80)))
    let device = try disaster("cause: failSlow, device: array, duration: 1 h, slowdown: { latency: 50 ms }")
    #expect(device.course == .slow(rate: .one, latency: .milliseconds(50)))
    #expect(device.target == .device(DeviceID(0)))
  }

  @Test func aSiteIsPartedFromAllOthers() throws {
    let disaster = try disaster("cause: linkFault, site: berlin, duration: 5 min")
    #expect(disaster.target == .connections(of: SiteID(1)))
  }

  @Test(arguments: [
    (
      "cause: failSlow, device: array, duration: 1 h",
      "51:9: error: a 'failSlow' does not say how slow the device is",
      "add 'slowdown': what is left of its speed, for example '{ rate: 10 %, latency: 50 ms }'"
    ),
    (
      "cause: failSlow, device: array, slowdown: { rate: 5 % }", "51:9: error: a 'failSlow' ends by itself",
      "add 'duration', for example 'duration: 4 h'"
    ),
    (
      "cause: linkFault, link: backbone, duration: 1 h, slowdown: { rate: 0 % }",
      "51:78: error: what has no rate left is dead, not slow", "write a share above 0 %"
    ),
    (
      "cause: linkFault, link: backbone, duration: 1 h, slowdown: { rate: 100 % }",
      "51:70: error: this slows nothing down", "write a 'rate' below 100 %, or a 'latency' above 0 s"
    ),
    (
      "cause: linkFault, link: backbone, duration: 1 h, flapping: { down: 0 s, up: 1 s }",
      "51:70: error: a link that is 'down' for no time does not flap", "write a positive time"
    ),
    (
      "cause: linkFault, link: backbone, duration: 9 h, flapping: { down: 1 s, up: 1 s }",
      "51:70: error: the link goes down more than 10000 times in 9 h",
      "write longer times, or a shorter 'duration'"
    ),
    (
      "cause: linkFault, link: backbone, duration: 1 h, flapping: { down: 1 s, up: 1 s }, slowdown: { rate: 5 % }",
      "51:104: error: 'flapping' and 'slowdown' exclude each other", "keep one of the two"
    ),
    (
      "cause: fire, site: berlin, flapping: { down: 1 s, up: 1 s }",
      "51:48: error: 'flapping' does not go with the cause 'fire'",
      "remove it: only a 'linkFault' comes and goes"
    ),
    (
      "cause: arrayFailure, device: array, slowdown: { rate: 5 % }",
      "51:57: error: 'slowdown' does not go with the cause 'arrayFailure'",
      "remove it: only a 'linkFault' and a 'failSlow' leave something slow"
    ),
  ])
  func whatMakesNoSenseIsToldWithItsMend(disaster: String, head: String, hint: String) {
    check(Shop.errors(in: Self.text(disaster)), head, hint)
  }
}
