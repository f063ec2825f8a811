import Documents

/// A file in the form for its readers, recognised by its bytes.
enum Content {
  case json(Tape)
  case yaml(Tape)
  case ini(INI)
  case text(InputText)
  case workbook(Workbook)

  /// The file's text; `nil` for a workbook.
  var text: InputText? {
    switch self {
    case .json(let tape), .yaml(let tape): tape.text
    case .ini(let ini): ini.text
    case .text(let text): text
    case .workbook: nil
    }
  }

  static func of(_ name: String, _ bytes: [UInt8]) throws(InputError) -> Content {
    if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      return .workbook(try Workbook(name: name, bytes: bytes))
    }
    let text = InputText(name: name, bytes: bytes)
    guard text.bytes.contains(where: { $0 > 0x20 }) else {
      throw InputError(
        Diagnostic(
          file: name, message: "there is nothing in this file", hint: "save the output of the tool anew"))
    }
    if let offset = text.bytes.firstIndex(where: { $0 < 0x09 || ($0 > 0x0D && $0 < 0x20 && $0 != 0x1B) }) {
      throw InputError(
        Diagnostic(
          file: name, message: "byte \(text.bytes[offset]) at offset \(offset) is no text",
          hint: "give a text file, or a workbook of RVTools (.xlsx)"))
    }
    if isJSON(text) { return .json(try Tape(json: text)) }
    if isINI(text) { return .ini(INI(text)) }
    if TextFormat.recognised(text) != nil { return .text(text) }
    if isYAML(text) { return .yaml(try Tape(yaml: text)) }
    return .ini(INI(text))
  }

  /// Whether the text is JSON: it begins with a brace, or with a bracket before a value. Up to five lines of
  /// notes may precede.
  private static func isJSON(_ text: InputText) -> Bool {
    for (number, line) in text.lines.prefix(6) {
      let line = line.trimmingBlanks
      if line.first == "{" { return !line.hasPrefix("{{") }
      guard line.first == "[" else {
        // A line of another format, such as a key of YAML, ends the search.
        if number > 1, line.contains(": ") || line.hasSuffix(":") { return false }
        continue
      }
      let rest = line.dropFirst().trimmingBlanks
      if rest.isEmpty { return true }
      return "{[\"]-".contains(rest.first ?? " ") || rest.first?.isNumber == true
    }
    return false
  }

  /// Whether the text has a section in brackets on its own line, before any key of YAML.
  private static func isINI(_ text: InputText) -> Bool {
    for (_, line) in text.lines {
      let line = line.trimmingBlanks
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.first == "[", line.contains("]") { return true }
      if line.contains("=") || line.hasPrefix("---") { continue }
      return false
    }
    return false
  }

  /// Whether the text begins with a key and a colon.
  private static func isYAML(_ text: InputText) -> Bool {
    for (_, line) in text.lines {
      let line = line.trimmingBlanks
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix("---") || line.hasPrefix("%") { continue }
      return line.contains(": ") || line.hasSuffix(":") || line.hasPrefix("- ")
    }
    return false
  }
}

/// The formats of plain text, each with its test and its reader.
enum TextFormat {
  private static let all:
    [(is: @Sendable (InputText) -> Bool, read: @Sendable (InputText) throws(InputError) -> Findings)] = [
      (ChurnTable.recognises, ChurnTable.read), (PlainTrace.recognises, PlainTrace.read),
      (SadfText.recognises, SadfText.read), (SarText.recognises, SarText.read),
      (IostatText.recognises, IostatText.read),
      (PriceTable.recognises, PriceTable.read), (RVToolsTable.recognises, RVToolsTable.read),
      (SPCTrace.recognises, SPCTrace.read), (MSRTrace.recognises, MSRTrace.read),
      (BlkparseTrace.recognises, BlkparseTrace.read), (OpenMetrics.recognises, OpenMetrics.read),
      (Crontab.recognises, Crontab.read), (BtrbkConf.recognises, BtrbkConf.read),
      (SnapperConf.recognises, SnapperConf.read),
    ]

  static func recognised(_ text: InputText) -> ((InputText) throws(InputError) -> Findings)? {
    all.first { $0.is(text) }?.read
  }
}
