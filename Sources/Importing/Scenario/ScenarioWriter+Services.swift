import ScenarioLanguage
import Units

extension ScenarioWriter {
  /// The shortest measurement that is replayed over days.
  private static let replayMinimum = Duration.minutes(30)

  mutating func writeServices(usesFiles: Bool) {
    yaml.add("hosts:")
    for service in estate.services {
      yaml.add(
        "\(service.host): { site: \(estate.site), size: \(service.size) }", service.comment, indentation: 2)
    }
    yaml.add("services:")
    for service in estate.services {
      yaml.add("\(service.name):", service.comment, indentation: 2)
      yaml.add("host: \(service.host)", indentation: 4)
      if service.volumes.isEmpty { continue }
      yaml.add("volumes:", indentation: 4)
      for volume in service.volumes { write(volume, usesFiles: usesFiles) }
    }
  }

  private mutating func write(_ volume: EstateDraft.VolumeDraft, usesFiles: Bool) {
    yaml.add("\(volume.name):", indentation: 6)
    yaml.add("device: storage", indentation: 8)
    yaml.add("size: \(volume.size)", volume.comment, indentation: 8)
    if let used = volume.used {
      let percent = max(1, min(100, used.bytes * 100 / max(1, volume.size.bytes)))
      yaml.add("used: \(percent) %", "\(used)", indentation: 8)
    }
    yaml.add("workload:", indentation: 8)
    guard let (load, isAssumed) = volume.load else {
      merge.assume("the writes of '\(volume.name)': 1 % of its size a day")
      let rate = max(1_000, volume.size.bytes / 100 / 86_400)
      return yaml.add(
        "rate: \(ByteRate.bytesPerSecond(rate))",
        "ASSUMED: 1 % of its size a day; import an iostat of its host",
        indentation: 10)
    }
    if isAssumed {
      merge.assume(
        "the device '\(load.device)' of \(load.origin.file) is '\(volume.name)'; '--map \(load.device)=NAME' says otherwise"
      )
    }
    write(load, of: volume.name, usesFiles: usesFiles)
  }

  private mutating func write(_ load: Load, of volume: String, usesFiles: Bool) {
    let measured = "\(load.origin): \(load.written.bytes) bytes in \(load.length)"
    if usesFiles, let stem = options.churnStem, load.length >= Self.replayMinimum, load.windows.count >= 4 {
      let name = "\(stem)-\(volume).csv"
      churnFiles.append((name, Self.churn(load)))
      yaml.add("churnFile: \(name.quotedForYAML)", "\(measured), replayed", indentation: 10)
    } else {
      let seconds = max(0.001, load.length.seconds)
      let rate = max(1, Int64((Double(load.written.bytes) / seconds).rounded()))
      yaml.add(
        "rate: \(ByteRate.bytesPerSecond(min(rate, 900_000_000_000)))", "\(measured), its mean",
        indentation: 10)
      if load.length < Self.replayMinimum {
        merge.assume("that the \(load.length) measured in \(load.origin.file) are typical of a week")
      }
    }
    if let share = load.sequentialShare { yaml.add("sequentialShare: \(share)", indentation: 10) }
    if let skew = load.skew { yaml.add("skew: \(skew.decimalText)", indentation: 10) }
    if let size = load.writeSize, size.bytes % 4_096 == 0, size <= .mebibytes(16) {
      yaml.add("writeSize: \(size)", indentation: 10)
    }
  }

  /// Returns the windows as a churn file, with at least a thousandth of a second each.
  private static func churn(_ load: Load) -> String {
    let rows = load.windows.map { window in
      let milliseconds = window.end.nanoseconds / 1_000_000
      let fraction = String(milliseconds % 1_000 + 1_000).dropFirst()
      return "\(milliseconds / 1_000).\(fraction),\(window.read.bytes),\(window.written.bytes)"
    }
    return ([ChurnFile.header] + rows).joined(separator: "\n") + "\n"
  }
}

extension Ratio {
  /// The number with one decimal.
  fileprivate var decimalText: String {
    let tenths = (billionths + 50_000_000) / 100_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
