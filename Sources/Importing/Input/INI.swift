/// A file of sections and 'key = value' lines. pgBackRest, barman, sanoid, systemd and simple TOML files have
/// this form.
struct INI: Sendable {
  struct Entry: Sendable {
    let key: String
    /// The value without quotes and comments.
    let value: String
    let line: Int
  }

  struct Section: Sendable {
    let name: String
    let line: Int
    var entries: [Entry]

    subscript(key: String) -> Entry? { entries.last { $0.key == key } }

    func all(_ key: String) -> [Entry] { entries.filter { $0.key == key } }
  }

  let text: InputText
  private(set) var sections: [Section] = []

  /// Parses a text. Entries before the first section are in an unnamed section.
  init(_ text: InputText) {
    self.text = text
    var section = Section(name: "", line: 1, entries: [])
    for (number, line) in text.lines {
      let trimmed = line.trimmingBlanks
      if trimmed.isEmpty || "#;".contains(trimmed.first ?? "#") { continue }
      if trimmed.first == "[", let end = trimmed.firstIndex(of: "]") {
        if !section.entries.isEmpty || !section.name.isEmpty { sections.append(section) }
        let name = trimmed[trimmed.index(after: trimmed.startIndex)..<end]
        section = Section(name: String(name).withoutQuotes, line: number, entries: [])
        continue
      }
      guard let equals = trimmed.firstIndex(of: "=") else { continue }
      let value = String(trimmed[trimmed.index(after: equals)...]).trimmingBlanks
      section.entries.append(
        Entry(
          key: String(trimmed[..<equals]).trimmingBlanks.withoutQuotes, value: Self.value(value), line: number
        ))
    }
    if !section.entries.isEmpty || !section.name.isEmpty { sections.append(section) }
  }

  subscript(name: String) -> Section? { sections.first { $0.name == name } }

  /// Returns the text without a comment and surrounding quotes.
  private static func value(_ text: String) -> String {
    if let quote = text.first, quote == "\"" || quote == "'", let end = text.dropFirst().firstIndex(of: quote)
    {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    guard let comment = text.ranges(of: " #").first ?? text.ranges(of: "\t#").first else { return text }
    return String(text[..<comment.lowerBound]).trimmingBlanks
  }

  /// An entry with its section and file.
  struct Found {
    let entry: Entry
    let section: Section
    let ini: INI

    var value: String { entry.value }
    var origin: Origin { ini.origin(entry, in: section) }
  }

  /// Returns the entry of a section, else of the global section of this file or of another one.
  func entry(_ key: String, in section: Section, global name: String, beside others: [INI]) -> Found? {
    if let entry = section[key] { return Found(entry: entry, section: section, ini: self) }
    for ini in [self] + others {
      if let global = ini[name], let entry = global[key] {
        return Found(entry: entry, section: global, ini: ini)
      }
    }
    return nil
  }

  func origin(_ entry: Entry, in section: Section) -> Origin {
    text.origin(line: entry.line, section.name.isEmpty ? entry.key : "[\(section.name)] \(entry.key)")
  }
}

extension StringProtocol {
  var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }

  /// The words separated by blanks.
  var words: [String] {
    let parts: [SubSequence] = split { $0 == " " || $0 == "\t" }
    return parts.map { String($0) }
  }

  var withoutQuotes: String {
    guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return String(self) }
    return String(dropFirst().dropLast())
  }
}
