import Units

/// The bytes read and written on each device, collected window by window.
struct LoadBuilder {
  private struct Series {
    let device: String
    let origin: Origin
    var windows: [Load.Window] = []
  }

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

  /// Returns the loads without the kernel's own devices, in the order of the file.
  func findings() -> Findings {
    var findings = Findings()
    for series in series where !DeviceName.isVirtual(series.device) {
      findings.loads.append(Load(device: series.device, windows: series.windows, origin: series.origin))
    }
    let skipped = series.filter { DeviceName.isVirtual($0.device) }
    if let first = skipped.first {
      let names = skipped.map(\.device).joined(separator: ", ")
      findings.note("devices of the kernel's own are left out: \(names)", first.origin)
    }
    return findings
  }
}

/// The names of block devices under Linux.
enum DeviceName {
  /// Whether a device is virtual. Loop devices, RAM disks, optical and floppy drives hold no production data.
  static func isVirtual(_ name: String) -> Bool {
    ["loop", "ram", "zram", "sr", "fd"].contains { prefix in
      name.hasPrefix(prefix) && name.dropFirst(prefix.count).allSatisfy(\.isNumber)
        && name.count > prefix.count
    }
  }

  /// Whether a device is built on others, which count its writes again.
  static func isStacked(_ name: String) -> Bool {
    name.hasPrefix("dm-") || name.hasPrefix("md") && name.dropFirst(2).allSatisfy(\.isNumber)
  }

  /// Returns a name without `/dev/`, and `vda` for `xvda`, `sda` and `vda`, which providers use for one disk.
  static func short(_ name: String) -> String {
    name.hasPrefix("/dev/") ? String(name.dropFirst(5)) : name
  }
}
