import Units

/// A linear axis from zero, with at most eight ticks at whole minutes, hours or days.
struct LinearTimeAxis {
  private static let steps: [Int64] = [
    1, 10, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200, 604_800, 2_592_000,
  ]

  /// The times of the ticks.
  let ticks: [Duration]

  init(to longest: Duration) {
    let step = Self.steps.first { Double($0) * 7 >= longest.seconds } ?? 2_592_000
    var times: [Duration] = []
    var time = Duration.zero
    while time <= longest {
      times.append(time)
      time += .seconds(step)
    }
    ticks = times
  }
}
