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

/// A sheet of RVTools as CSV.
enum RVToolsTable {
  static func recognises(_ text: InputText) -> Bool {
    let header = text.line(1)
    return header.contains("Powerstate")
      && (header.contains("Capacity MB") || header.contains("Capacity MiB"))
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    guard let table = try? NamedCSV(string: text.text) else {
      throw text.failure(line: 1, "this is no CSV file", hint: "export the sheet vDisk from RVTools anew")
    }
    let rows = table.rows.enumerated().map { index, row in
      (number: index + 2, cells: table.header.map { row[$0] ?? "" })
    }
    let sheet = Workbook.Sheet(name: "vDisk", columns: table.header, rows: rows)
    return try RVToolsRows(file: text.name, info: nil, disks: sheet).findings()
  }
}

/// The rows of the two relevant sheets.
private struct RVToolsRows {
  let file: String
  let info: Workbook.Sheet?
  let disks: Workbook.Sheet

  func findings() throws(InputError) -> Findings {
    var findings = Findings()
    var skipped: [(name: String, reason: String)] = []
    guard disks.columns.contains(where: { $0.trimmingBlanks == "VM" }) else {
      throw InputError(
        Diagnostic(
          file: file, message: "the sheet \(disks.name) has no column 'VM'",
          hint: "export it anew from RVTools, with its own English column names"))
    }
    for (number, row) in disks.rows {
      guard let machine = disks.text(row, "VM") else { continue }
      if let reason = reason(toSkip: disks, row)
        ?? infoRow(machine).flatMap({ reason(toSkip: info ?? disks, $0) })
      {
        if !skipped.contains(where: { $0.name == machine }) { skipped.append((machine, reason)) }
        continue
      }
      let origin = Origin(file: file, line: number, column: 1, subject: "\(disks.name) \(machine)")
      addServer(machine, row, &findings, origin)
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
          used: isThin ? used(machine, disk: mebibytes) : nil, place: place(row), server: machine,
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

  private func infoRow(_ machine: String) -> [String]? {
    info?.rows.first { info?.text($0.cells, "VM") == machine }?.cells
  }

  private func place(_ row: [String]) -> FoundPlace {
    FoundPlace(zone: disks.text(row, "Datacenter"), region: disks.text(row, "Datacenter"))
  }

  private func addServer(_ machine: String, _ row: [String], _ findings: inout Findings, _ origin: Origin) {
    if findings.servers.contains(where: { $0.name == machine }) { return }
    let cores = infoRow(machine).flatMap { info?.text($0, "CPUs") }
    findings.servers.append(
      Server(
        name: machine, ids: [machine], type: cores.map { "\($0)-cpu" }, place: place(row), origin: origin))
  }

  /// Returns the used share of a machine's provisioned space for this disk.
  private func used(_ machine: String, disk: Int64) -> ByteCount? {
    guard let info, let row = infoRow(machine),
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
