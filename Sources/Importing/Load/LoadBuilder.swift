import Units

/// The bytes read and written on each device, collected window by window.
struct LoadBuilder {
  private struct Series {
    let device: String
    let origin: Origin
    var windows: [Load.Window] = []
  }

  /// The remark on a measurement of one long interval.
  static let averageOnly =
    "one report of iostat is the average since boot unless '-y' was given: its peaks are unknown"

  /// The devices in the order of first appearance.
  private var series: [Series] = []

  /// Adds a window after the device's last one.
  mutating func add(
    _ device: String, seconds: Double, read: Double, written: Double, _ origin: @autoclosure () -> Origin
  ) {
    guard seconds > 0 else { return }
    let index =
      series.firstIndex { $0.device == device }
      ?? {
        series.append(Series(device: device, origin: origin()))
        return series.count - 1
      }()
    let start = series[index].windows.last?.end ?? .zero
    let length = Duration(seconds: seconds) ?? .zero
    series[index].windows.append(
      Load.Window(end: start + length, read: Self.bytes(read), written: Self.bytes(written)))
  }

  private static func bytes(_ count: Double) -> ByteCount {
    ByteCount(Int64(min(max(0, count.rounded()), 1e18)))
  }

  /// Returns the loads of disks in the order of the file.
  ///
  /// The kernel's own devices are left out, and so are partitions and stacked devices whose disks count the same bytes.
  func findings() -> Findings {
    var findings = Findings()
    let disks = Set(series.map(\.device).filter { !DeviceName.isVirtual($0) && !DeviceName.isStacked($0) })
    var (virtual, doubled): ([Series], [Series]) = ([], [])
    for series in series {
      if DeviceName.isVirtual(series.device) {
        virtual.append(series)
      } else if DeviceName.isStacked(series.device) && !disks.isEmpty
        || DeviceName.disk(ofPartition: series.device).map(disks.contains) == true
      {
        doubled.append(series)
      } else {
        findings.loads.append(Load(device: series.device, windows: series.windows, origin: series.origin))
      }
    }
    if let first = virtual.first {
      let names = virtual.map(\.device).joined(separator: ", ")
      findings.note("devices of the kernel's own are left out: \(names)", first.origin)
    }
    if let first = doubled.first {
      let names = doubled.map(\.device).joined(separator: ", ")
      findings.note(
        "partitions and stacked devices are left out, because the disks below count the same bytes: \(names)",
        first.origin)
    }
    return findings
  }
}

/// The names of block devices under Linux.
enum DeviceName {
  /// Whether a device is virtual. Loop devices, RAM disks, optical and floppy drives hold no production data.
  static func isVirtual(_ name: String) -> Bool {
    let name = name.lastPart
    return ["loop", "ram", "zram", "sr", "fd"].contains { prefix in
      name.hasPrefix(prefix) && name.dropFirst(prefix.count).allSatisfy(\.isNumber)
        && name.count > prefix.count
    }
  }

  /// Whether a device is built on others, which count its writes again.
  static func isStacked(_ name: String) -> Bool {
    let name = name.lastPart
    return name.hasPrefix("dm-")
      || name.hasPrefix("md") && name.count > 2 && name.dropFirst(2).allSatisfy(\.isNumber)
  }

  /// Returns the disk of a partition, such as `sda` of `sda1` and `nvme0n1` of `nvme0n1p2`.
  static func disk(ofPartition name: String) -> String? {
    let digits = name.reversed().prefix { $0.isNumber }.count
    guard digits > 0, digits < name.count else { return nil }
    let stem = name.dropLast(digits)
    if stem.hasSuffix("p"), stem.dropLast().last?.isNumber == true { return String(stem.dropLast()) }
    return stem.last?.isNumber == false ? String(stem) : nil
  }

  /// Returns `sda` for `xvda`, `vda`, `hda` and `sda`, which are names of one disk, and other names unchanged.
  static func disk(_ name: String) -> String {
    let name = short(name)
    let prefix = ["xvd", "vd", "hd"].first {
      name.hasPrefix($0) && name.dropFirst($0.count).allSatisfy(\.isLetter)
    }
    return prefix.map { "sd" + name.dropFirst($0.count) } ?? name
  }

  /// Returns a name without `/dev/`.
  static func short(_ name: String) -> String {
    name.hasPrefix("/dev/") ? String(name.dropFirst(5)) : name
  }
}
