import Documents
import Estate
import Units

/// Bursts of a synthetic workload.
struct Bursts: Sendable {
  var factor: Ratio
  var share: Ratio
  var length: Duration

  static let none = Bursts(factor: .one, share: .zero, length: .minutes(1))
}

extension Shape<Bursts> {
  static let bursts = mapping(
    "The bursts: periods with many more writes than on average.",
    Field("factor", .number(1...1_000, example: "6"), "The ratio of the rate in a burst to the mean rate."),
    Field("share", .share, "The share of time spent in bursts."),
    Field("length", .positiveDuration, "The mean length of a burst.")
  ) { factor, share, length throws(Misfit) in
    guard factor.value * share.value <= 1 else {
      throw Misfit(
        at: "share", "bursts of \(factor) of the mean rate cannot fill \(share) of the time",
        hint: "factor times share is at most 1: nothing would be left for the rest of the time")
    }
    return Bursts(factor: factor, share: share, length: length)
  }
}

extension Shape<[ChurnWindow]> {
  /// The path of a churn file. The path is relative to the scenario file or, in an option, to the working
  /// directory.
  static let churnFile = Shape(Shape<String>.text.schema) { node, reading in
    guard let path = Shape<String>.text.read(node, &reading) else { return nil }
    do throws(InputError) {
      let source = try SourceFile.read(
        node.place.source.path(to: path), limit: ChurnFile.sizeMaximum)
      reading.note(input: source)
      return try ChurnFile.windows(in: source)
    } catch {
      reading.report(error.diagnostics)
      return nil
    }
  }
}

extension Shape<WorkloadProfile> {
  static let workload = mapping(
    "How an application writes to its volume: at a synthetic rate, or as a churn file was measured.",
    Field(optional: "rate", .rate, "The mean write rate over a week."),
    Field(
      optional: "diurnalSwing", .share,
      "The daily swing: half the difference between the quietest and the busiest hour (14:00 UTC)."),
    Field(
      optional: "weekendDrop", .share,
      "The share by which the rate is lower at the weekend than on a weekday."),
    Field(optional: "burst", .bursts, "The bursts: periods with many more writes than on average."),
    Field(
      optional: "churnFile", .churnFile,
      "A CSV file 'end_seconds,read_bytes,written_bytes' to replay instead of a rate."),
    Field("writeSize", .size, default: "4 KiB", "The size of one write, in whole pages of 4 KiB."),
    Field(
      "skew", .number(0...4, example: "0.9"), default: "0",
      "Zipf's exponent of the writes over the used pages."),
    Field(
      "sequentialShare", .share, default: "0 %",
      "The share of writes to the page after the previous one."),
    Field("compressibility", .share, default: "0 %", "The share of each page that compresses away."),
    Field(
      "flushInterval", .duration, default: "0 s",
      "The longest time that the host buffers a write before flushing; zero flushes every write.")
  ) {
    rate, swing, drop, burst, windows, writeSize, skew, sequentialShare, compressibility, flushInterval
      throws(Misfit) in
    guard writeSize.bytes % 4_096 == 0, writeSize <= .mebibytes(16) else {
      throw Misfit(
        at: "writeSize", "writes of \(writeSize) are not whole pages",
        hint: "write a multiple of 4 KiB, up to 16 MiB")
    }
    return WorkloadProfile(
      churn: try churn(
        rate: rate, swing: swing, drop: drop, burst: burst, windows: windows),
      writeSize: writeSize, skew: skew, sequentialShare: sequentialShare, compressibility: compressibility,
      flushInterval: flushInterval)
  }

  private static func churn(
    rate: ByteRate?, swing: Ratio?, drop: Ratio?, burst: Bursts?, windows: [ChurnWindow]?
  ) throws(Misfit) -> WorkloadProfile.Churn {
    switch (rate, windows) {
    case (nil, nil):
      throw Misfit(
        "this workload writes nothing", hint: "give a 'rate', for example '400 kB/s', or a 'churnFile'")
    case (.some, .some):
      throw Misfit(
        at: "churnFile", "'rate' and 'churnFile' exclude each other", hint: "keep one of the two")
    case (nil, .some(let windows)):
      let shape = [("diurnalSwing", swing != nil), ("weekendDrop", drop != nil), ("burst", burst != nil)]
      if let extra = shape.first(where: \.1)?.0 {
        throw Misfit(
          at: extra, "'\(extra)' shapes a rate, and a churn file has its own shape", hint: "remove '\(extra)'"
        )
      }
      return .measured(windows)
    case (.some(let rate), nil):
      let burst = burst ?? .none
      return .synthetic(
        SyntheticChurn(
          rate: rate, diurnalSwing: swing ?? .zero, weekendDrop: drop ?? .zero, burstFactor: burst.factor,
          burstShare: burst.share, burstLength: burst.length))
    }
  }
}
