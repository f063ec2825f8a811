import ArgumentParser
import Documents
import Glibc
import Rehearsals
import ScenarioLanguage
import Units

/// The memory that a run may use. A run that needs more is refused before it begins.
struct MemoryLimit: ParsableArguments {
  @Option(
    name: .customLong("memory"),
    help: ArgumentHelp(
      "Refuse a run that needs more memory, by estimate. (default: all that this machine has)",
      valueName: "size"),
    transform: ByteCount.init(quantity:))
  var limit: ByteCount?

  /// Refuses a scenario whose run needs more memory than is allowed.
  ///
  /// - Parameter path: the scenario's file, for the message.
  func admit(
    _ scenario: Scenario, selection: Sweep.Selection = Sweep.Selection(), jobs: Int, path: String
  ) throws(InputError) {
    let limit = limit ?? Self.machineLimit
    let needed = MemoryEstimate(of: scenario, selection: selection, jobs: jobs).total
    guard needed > limit else { return }
    let coarser = scenario.scale(fitting: limit, selection: selection, jobs: jobs)
    let allow = "allow more with '--memory \(needed.rounded)'"
    throw InputError(
      Diagnostic(
        file: path,
        message:
          "at scale \(scenario.scale) and a resolution of \(scenario.resolution) the run needs about \(needed.rounded) of memory, and may use \(limit.rounded)",
        hint: coarser.map { "write 'scale: \($0)', or \(allow)" }
          ?? "write a longer 'resolution' or fewer 'strikes', or \(allow)"))
  }

  /// The memory of the machine, or of the control group where that has less.
  private static var machineLimit: ByteCount {
    let machine = Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))
    return ByteCount(min(machine, groupLimit ?? machine))
  }

  /// The limit of this program's control group (version 2); `nil` where there is none.
  private static var groupLimit: Int64? {
    guard let source = try? SourceFile.read("/sys/fs/cgroup/memory.max", limit: 64) else { return nil }
    return Int64(source.text.prefix { $0.isNumber })
  }
}

extension ByteCount {
  /// The size rounded up to few digits, as in `2.125 GiB` and `18.5 GiB`.
  fileprivate var rounded: ByteCount {
    var unit = Int64(1)
    while bytes / unit >= 1_024 { unit *= 1_024 }
    let step = max(1, unit / (bytes / unit >= 100 ? 1 : bytes / unit >= 10 ? 2 : 8))
    return ByteCount((bytes + step - 1) / step * step)
  }
}
