import Documents
import ScenarioLanguage
import Units

/// Traces of the Storage Performance Council: 'ASU,LBA,size,opcode,seconds', with LBAs of 512 bytes.
enum SPCTrace {
  static func recognises(_ text: InputText) -> Bool {
    let lines = text.firstDataLines.filter { !isHeading($0) }
    return !lines.isEmpty && request(lines[0]) != nil
      && lines.count(where: { request($0) == nil }) * 2 < lines.count
  }

  /// Whether a line names the columns.
  private static func isHeading(_ line: String) -> Bool { line.lowercased().hasPrefix("asu,") }

  private static func request(_ line: String) -> TraceRequest? {
    let fields = line.split(separator: ",").map { String($0).trimmingBlanks }
    guard fields.count >= 5, let unit = Int(fields[0]), let block = Int64(fields[1]),
      let size = Int64(fields[2]),
      ["r", "w"].contains(fields[3].lowercased()), let seconds = Double(fields[4])
    else { return nil }
    return TraceRequest(
      device: "asu\(unit)", seconds: seconds, isWrite: fields[3].lowercased() == "w", offset: block * 512,
      length: size)
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    try text.trace(
      request, skipping: isHeading,
      hint: "write 'ASU,LBA,size,opcode,seconds', for example '0,20941264,8192,W,0.551706'")
  }
}

/// Traces of Microsoft Research: 'filetime,host,disk,Read|Write,offset,size,response', with time in 100 ns.
enum MSRTrace {
  static func recognises(_ text: InputText) -> Bool {
    let lines = text.firstDataLines.filter { !isHeading($0) }
    return !lines.isEmpty && request(lines[0]) != nil
      && lines.count(where: { request($0) == nil }) * 2 < lines.count
  }

  /// Whether a line names the columns.
  private static func isHeading(_ line: String) -> Bool { line.lowercased().hasPrefix("timestamp,") }

  private static func request(_ line: String) -> TraceRequest? {
    let fields = line.split(separator: ",").map { String($0).trimmingBlanks }
    guard fields.count >= 6, let ticks = Int64(fields[0]), let disk = Int(fields[2]),
      ["read", "write", "r", "w"].contains(fields[3].lowercased()), let offset = Int64(fields[4]),
      let size = Int64(fields[5])
    else { return nil }
    // Filetimes are too large for exact seconds: count from the start of 2001, the first year of these traces' era.
    return TraceRequest(
      device: "\(fields[1])\(disk)", seconds: Double(ticks - 126_227_808_000_000_000) / 1e7,
      isWrite: fields[3].lowercased().hasPrefix("w"), offset: offset, length: size)
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    try text.trace(
      request, skipping: isHeading,
      hint: "write 'filetime,host,disk,Read or Write,offset,size,response time'")
  }
}

/// The text of `blkparse`: completed requests, or issued ones if completions were not traced.
enum BlkparseTrace {
  static func recognises(_ text: InputText) -> Bool {
    text.lines.prefix(20).contains { event($0.text) != nil }
  }

  private static func event(_ line: String) -> (action: String, request: TraceRequest)? {
    let words = line.words
    guard words.count >= 10, words[0].split(separator: ",").count == 2,
      words[0].allSatisfy({ $0.isNumber || $0 == "," }), let seconds = Double(words[3]),
      let sector = Int64(words[7]), words[8] == "+", let count = Int64(words[9])
    else { return nil }
    let kind = words[6]
    guard kind.contains("W") || kind.contains("R"), !kind.contains("D") else { return nil }
    return (
      words[5],
      TraceRequest(
        device: words[0].replacing(",", with: ":"), seconds: seconds, isWrite: kind.contains("W"),
        offset: sector * 512, length: count * 512)
    )
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    let actions = text.lines.compactMap { event($0.text)?.action }
    let wanted = ["C", "D", "Q"].first { actions.contains($0) } ?? "C"
    var load = TraceLoad()
    for (number, line) in text.lines {
      guard let event = event(line), event.action == wanted, event.request.length > 0 else { continue }
      load.add(event.request, text.origin(line: number))
    }
    return load.findings()
  }
}

/// A churn file as replayed by 'firedrill run': 'end_seconds,read_bytes,written_bytes'.
enum ChurnTable {
  static func recognises(_ text: InputText) -> Bool { text.line(1) == ChurnFile.header }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    let windows = try ChurnFile.windows(in: SourceText(name: text.name, text: text.text))
    let stem = text.name.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? "device"
    var findings = Findings()
    findings.loads.append(
      Load(
        device: String(stem),
        windows: windows.map { Load.Window(end: $0.end, read: $0.read, written: $0.written) },
        origin: text.origin(line: 1)))
    return findings
  }
}

/// A trace with a header 'time_us,operation,offset_bytes,length_bytes'.
enum PlainTrace {
  private static let header = "time_us,operation,offset_bytes,length_bytes"

  static func recognises(_ text: InputText) -> Bool { text.line(1) == header }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    try text.trace(
      { line in
        let fields = line.split(separator: ",")
        guard fields.count == 4, let time = Double(fields[0]), ["R", "W"].contains(fields[1]),
          let offset = Int64(fields[2]), let length = Int64(fields[3])
        else { return nil }
        return TraceRequest(
          device: "trace", seconds: time / 1e6, isWrite: fields[1] == "W", offset: offset, length: length)
      }, skipping: { $0 == header }, hint: "write '\(header)', for example '0,W,8192,4096'")
  }
}

extension InputText {
  /// The first lines with content, at most five.
  fileprivate var firstDataLines: [String] {
    Array(lines.map(\.text).filter { !$0.trimmingBlanks.isEmpty && !$0.hasPrefix("#") }.prefix(5))
  }

  /// Returns the load of a trace with a request on each line.
  fileprivate func trace(
    _ request: (String) -> TraceRequest?, skipping isHeading: (String) -> Bool, hint: String
  ) throws(InputError) -> Findings {
    var load = TraceLoad()
    for (number, line) in lines where !line.trimmingBlanks.isEmpty && !line.hasPrefix("#") {
      if number == 1, isHeading(line) { continue }
      guard let request = request(line) else {
        throw failure(line: number, "this line is no request of the trace", hint: hint)
      }
      load.add(request, origin(line: number))
    }
    return load.findings()
  }
}
