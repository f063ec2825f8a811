import ArgumentParser
import Backup
import Posix
import Units

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the files of a point.")

  @OptionGroup var vault: VaultOptions

  @Argument(help: ArgumentHelp("The point's name, or its beginning, or 'latest'.", valueName: "point"))
  var point: String

  @Argument(help: ArgumentHelp("A path in the tree; without it, the whole tree.", valueName: "path"))
  var path: String?

  @Flag(name: [.long, .short], help: "List the contents of directories below the path, too.")
  var recursive = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let session = try vault.session()
      let listings = try session.list(
        session.point(point), at: FilePath(path ?? ""), isDeep: recursive || path == nil)
      ProgressLine(label: "").clear()
      if json { return try printJSON(ListOutput(entries: listings.map { EntryOutput($0) })) }
      for listing in listings { print(listing.line) }
    }
  }
}

struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Find a name in all points, oldest point first.",
    discussion: "Patterns are those of 'backup --exclude'. Exit code 1 when nothing is found.")

  @OptionGroup var vault: VaultOptions

  @Argument(
    help: ArgumentHelp(
      "A name such as '*.conf', or with a slash a path from the source.", valueName: "pattern"))
  var pattern: String

  @Option(help: ArgumentHelp("Look only in this point.", valueName: "point"))
  var point: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let pattern = try ExcludePattern(pattern)
      let session = try vault.session()
      let points = try point.map { name throws(VaultProblem) in [try session.point(name)] }
      var found: [(point: RecoveryPoint, listing: TreeListing)] = []
      try session.find(pattern, in: points ?? session.points().points) { found.append(($0, $1)) }
      ProgressLine(label: "").clear()
      if json {
        try printJSON(ListOutput(entries: found.map { EntryOutput($0.listing, $0.point) }))
      } else {
        for (point, listing) in found { print("\(point.shortName)  \(listing.line)") }
      }
      if found.isEmpty { throw ExitCode.damage }
    }
  }
}

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "List the differences between the trees of two points.",
    discussion:
      "+ added, - removed, T another kind of thing, M size, time or target, U owner, mode or extended attributes."
  )

  @OptionGroup var vault: VaultOptions

  @Argument(help: ArgumentHelp("The older point.", valueName: "point"))
  var old: String

  @Argument(help: ArgumentHelp("The newer point.", valueName: "point"))
  var new: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let session = try vault.session()
      let changes = try session.changes(from: session.point(old), to: session.point(new))
      ProgressLine(label: "").clear()
      if json {
        return try printJSON(
          DiffOutput(
            changes: changes.map { DiffOutput.Change(path: $0.path.description, kind: $0.kind.rawValue) }))
      }
      for change in changes { print("\(change.kind.letter)  \(change.path)") }
    }
  }
}

extension TreeChange.Kind {
  fileprivate var letter: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .replaced: "T"
    case .modified: "M"
    case .attributes: "U"
    }
  }
}

extension TreeListing {
  /// The line of an entry, as in `-rw-r--r-- 0:0 1.00 KiB 2026-11-29T12:00:00Z path`.
  fileprivate var line: String {
    let amount = size.map(\.reading) ?? "-"
    let owner = "\(entry.attributes.owner):\(entry.attributes.group)"
    let lost = entry.condition == .lost ? "  (could not be read)" : ""
    var target = ""
    if case .symbolicLink(let bytes) = entry.kind { target = " -> \(FilePath(bytes: bytes))" }
    return
      "\(entry.modeText)  \(owner)  \(amount)  \(entry.attributes.modified.text)  \(path)\(target)\(lost)"
  }
}

extension TreeEntry {
  /// The mode as `ls -l` shows it.
  var modeText: String {
    let mode = attributes.mode
    func triple(_ shift: UInt32, _ special: UInt32, _ letter: Character) -> String {
      let bits = mode >> shift
      let runs = bits & 1 != 0
      let isSpecial = mode & special != 0
      let last: Character =
        isSpecial ? (runs ? letter : Character(letter.uppercased())) : runs ? "x" : "-"
      return "\(bits & 4 != 0 ? "r" : "-")\(bits & 2 != 0 ? "w" : "-")\(last)"
    }
    return String(kindLetter) + triple(6, 0o4000, "s") + triple(3, 0o2000, "s") + triple(0, 0o1000, "t")
  }

  var kindLetter: Character {
    switch kind {
    case .directory: "d"
    case .file, .hardLink: "-"
    case .symbolicLink: "l"
    case .pipe: "p"
    case .socket: "s"
    case .characterDevice: "c"
    case .blockDevice: "b"
    }
  }

  var kindName: String {
    switch kind {
    case .directory: "directory"
    case .file, .hardLink: "file"
    case .symbolicLink: "symbolicLink"
    case .pipe: "pipe"
    case .socket: "socket"
    case .characterDevice: "characterDevice"
    case .blockDevice: "blockDevice"
    }
  }
}

extension FileTime {
  /// The time in UTC within the range of instants, otherwise the seconds since 1970.
  var text: String {
    let (nanoseconds, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflows ? "\(seconds) s" : "\(Instant(nanoseconds: nanoseconds))"
  }
}

struct EntryOutput: Encodable {
  let point: String?
  let path: String
  let kind: String
  let mode: String
  let owner: UInt32
  let group: UInt32
  let sizeBytes: Int64?
  let modified: String
  let target: String?
  let isLost: Bool

  init(_ listing: TreeListing, _ point: RecoveryPoint? = nil) {
    let entry = listing.entry
    self.point = point?.shortName
    path = listing.path.description
    kind = entry.kindName
    mode = String(entry.attributes.mode, radix: 8)
    owner = entry.attributes.owner
    group = entry.attributes.group
    sizeBytes = listing.size?.bytes
    modified = entry.attributes.modified.text
    if case .symbolicLink(let bytes) = entry.kind {
      target = FilePath(bytes: bytes).description
    } else {
      target = nil
    }
    isLost = entry.condition == .lost
  }
}

struct ListOutput: Encodable {
  let entries: [EntryOutput]
}

struct DiffOutput: Encodable {
  struct Change: Encodable {
    let path: String
    let kind: String
  }

  let changes: [Change]
}
