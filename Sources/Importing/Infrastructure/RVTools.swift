import Documents
import SwiftCSV
import Units

/// Exports of RVTools: virtual machines and their disks.
///
/// Columns said "MB" and then "MiB"; they always meant MiB. Templates, powered-off machines and placeholders of Site
/// Recovery Manager do not count.
enum RVTools {
  static func read(_ workbook: Workbook) throws(InputError) -> Findings {
    let info = workbook["vInfo"] ?? workbook["tabvInfo"]
    guard let disks = workbook["vDisk"] ?? workbook["tabvDisk"] ?? info else {
      throw InputError(
        Diagnostic(
          file: workbook.name, message: "this workbook has neither a sheet 'vDisk' nor 'vInfo'",
          hint: "export all of RVTools, or at least the sheets vInfo and vDisk"))
    }
    return try RVToolsRows(file: workbook.name, info: info, disks: disks)
      .findings()
  }
}

/// A sheet of RVTools as CSV: vDisk, or vInfo with the space of each machine.
enum RVToolsTable {
  private static let sizes = [
    "Capacity MB", "Capacity MiB", "Provisioned MB", "Provisioned MiB", "Total disk capacity MiB",
  ]

  static func recognises(_ text: InputText) -> Bool {
    let header = text.line(1)
    return header.contains("Powerstate") && sizes.contains(where: header.contains)
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    guard let table = try? NamedCSV(string: text.text) else {
      throw text.failure(line: 1, "this is no CSV file", hint: "export the sheet vDisk from RVTools anew")
    }
    let rows = table.rows.enumerated().map { index, row in
      (number: index + 2, cells: table.header.map { row[$0] ?? "" })
    }
    let isDisks = table.header.contains { $0.trimmingBlanks == "Disk" }
    let sheet = Workbook.Sheet(name: isDisks ? "vDisk" : "vInfo", columns: table.header, rows: rows)
    return try RVToolsRows(file: text.name, info: isDisks ? nil : sheet, disks: sheet).findings()
  }
}

/// The rows of the two relevant sheets.
private struct RVToolsRows {
  let file: String
  let info: Workbook.Sheet?
  let disks: Workbook.Sheet
  /// The rows of vInfo by machine.
  private let infoRows: [String: [String]]

  init(file: String, info: Workbook.Sheet?, disks: Workbook.Sheet) {
    (self.file, self.info, self.disks) = (file, info, disks)
    var rows: [String: [String]] = [:]
    for (_, row) in info?.rows ?? [] {
      guard let info else { continue }
      for key in Self.keys(info, row) where rows[key] == nil { rows[key] = row }
    }
    infoRows = rows
  }

  /// Returns the identities of a row's machine, the best first. Names repeat in several data centres.
  private static func keys(_ sheet: Workbook.Sheet, _ row: [String]) -> [String] {
    guard let name = sheet.text(row, "VM") else { return [] }
    let place = sheet.text(row, "Datacenter").map { "\($0)/\(name)" }
    return [sheet.text(row, "VM UUID"), place, "/\(name)"].compactMap { $0 }
  }

  /// Returns the name, with a number from the second machine of that name on.
  private static func unique(_ name: String, _ names: inout [String: Int]) -> String {
    let count = names[name, default: 0] + 1
    names[name] = count
    return count == 1 ? name : "\(name)-\(count)"
  }

  private func infoRow(_ row: [String]) -> [String]? {
    Self.keys(disks, row).lazy.compactMap { infoRows[$0] }.first
  }

  func findings() throws(InputError) -> Findings {
    var findings = Findings()
    var skipped: [(name: String, reason: String)] = []
    var seen: Set<String> = []
    var names: [String: Int] = [:]
    var machines: [String: String] = [:]
    guard disks.columns.contains(where: { $0.trimmingBlanks == "VM" }) else {
      throw InputError(
        Diagnostic(
          file: file, message: "the sheet \(disks.name) has no column 'VM'",
          hint: "export it anew from RVTools, with its own English column names"))
    }
    for (number, row) in disks.rows {
      guard let name = disks.text(row, "VM"), let key = Self.keys(disks, row).first else { continue }
      let infoRow = infoRow(row)
      if let reason = reason(toSkip: disks, row) ?? infoRow.flatMap({ reason(toSkip: info ?? disks, $0) }) {
        if seen.insert(key).inserted { skipped.append((name, reason)) }
        continue
      }
      let origin = Origin(file: file, line: number, column: 1, subject: "\(disks.name) \(name)")
      let machine = machines[key] ?? Self.unique(name, &names)
      if machines.updateValue(machine, forKey: key) == nil {
        addServer(machine, infoRow, row, &findings, origin)
      }
      let disk = disks.text(row, "Disk") ?? "disk"
      let capacity = disks.text(
        row, "Capacity MiB", "Capacity MB", "Total disk capacity MiB", "Total disk capacity MB",
        "Provisioned MiB", "Provisioned MB")
      guard let mebibytes = mebibytes(capacity) else {
        throw InputError(
          Diagnostic(
            file: file,
            message: "row \(number) of \(disks.name): the disk of '\(machine)' has no capacity in MiB",
            hint: "export vDisk anew, with the column 'Capacity MiB'"))
      }
      let isThin = Self.isTrue(disks.text(row, "Thin"))
      findings.volumes.append(
        FoundVolume(
          name: "\(machine)-\(disk)", ids: ["\(machine)/\(disk)"], size: .mebibytes(mebibytes),
          used: isThin || disks.name.hasSuffix("vInfo") ? used(infoRow, disk: mebibytes) : nil,
          place: place(row), server: machine,
          origin: origin))
    }
    for (name, reason) in skipped {
      findings.note(
        "'\(name)' is left out: \(reason)", Origin(file: file, line: 1, column: 1, subject: disks.name))
    }
    return findings
  }

  /// Returns the reason to skip a machine without production data.
  private func reason(toSkip sheet: Workbook.Sheet, _ row: [String]) -> String? {
    if Self.isTrue(sheet.text(row, "Template")) { return "a template" }
    if Self.isTrue(sheet.text(row, "SRM Placeholder")) {
      return "a placeholder of Site Recovery Manager"
    }
    if let state = sheet.text(row, "Powerstate"), state.lowercased() != "poweredon" {
      return "not powered on"
    }
    return nil
  }

  private func place(_ row: [String]) -> FoundPlace {
    FoundPlace(zone: disks.text(row, "Datacenter"), region: disks.text(row, "Datacenter"))
  }

  private func addServer(
    _ machine: String, _ infoRow: [String]?, _ row: [String], _ findings: inout Findings, _ origin: Origin
  ) {
    let cores = infoRow.flatMap { info?.text($0, "CPUs") }
    findings.servers.append(
      Server(
        name: machine, ids: [machine], type: cores.map { "\($0)-cpu" }, place: place(row), origin: origin))
  }

  /// Returns the used share of a machine's provisioned space for this disk.
  private func used(_ infoRow: [String]?, disk: Int64) -> ByteCount? {
    guard let info, let row = infoRow,
      let inUse = mebibytes(info.text(row, "In Use MiB", "In Use MB")),
      let provisioned = mebibytes(info.text(row, "Provisioned MiB", "Provisioned MB")), provisioned > 0
    else { return nil }
    return .mebibytes(max(1, min(disk, disk * inUse / provisioned)))
  }

  /// Parses a truth value, which spreadsheets also write as 1 or in their language.
  private static func isTrue(_ text: String?) -> Bool {
    ["true", "1", "wahr", "vrai", "verdadero", "vero", "yes"].contains(text?.lowercased())
  }

  /// Parses whole MiB, with the thousands separators of spreadsheets: `20,480`, `20.480`, `20 480`.
  private func mebibytes(_ text: String?) -> Int64? {
    guard var text else { return nil }
    let groups = text.split { ".,' \u{A0}\u{202F}".contains($0) }
    if groups.count > 1, groups.dropFirst().allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isNumber) }) {
      text = groups.joined()
    }
    return Double(text.filter { $0.isNumber || $0 == "." }).flatMap {
      $0 >= 0 && $0 < 1e12 ? Int64($0) : nil
    }
  }
}
