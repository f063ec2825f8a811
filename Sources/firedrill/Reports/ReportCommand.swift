import ArgumentParser
import Assessment
import Documents
import Foundation
import Reporting

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Render a stored JSON report again, without a run.",
    discussion:
      "Has what the JSON has: every number, reason and cost, the heat map, and a page for the auditor; the drills one by one "
      + "stand in the '-drills.csv'. PDF is printed by a headless Chromium, with every part open and page numbers."
  )

  @Argument(
    help: ArgumentHelp(
      "A report that 'firedrill run' wrote; '-' is standard input.", valueName: "report.json"))
  var report: String

  @Option(help: "The format to write.")
  var format = Format.html

  @Option(
    help: ArgumentHelp("Write here. (default: standard output; for PDF the report's name)", valueName: "file")
  )
  var out: String?

  enum Format: String, ExpressibleByArgument, CaseIterable { case html, md, csv, pdf }

  func run() throws {
    let stored = StoredReport(try ReportDocument(path: report))
    let text =
      switch format {
      case .html: stored.html(isOpen: false)
      case .md: stored.markdown
      case .csv: stored.csv
      case .pdf: stored.html(isOpen: true)
      }
    if format == .pdf { return try PrintedPage(html: text).write(to: out ?? pdfName) }
    if let out { try OutputFile(out).write(text) } else { print(text, terminator: "") }
  }

  private var pdfName: String {
    report == "-" ? "report.pdf" : (report.hasSuffix(".json") ? String(report.dropLast(5)) : report) + ".pdf"
  }
}

/// A page printed by a headless Chromium.
struct PrintedPage {
  let html: String

  private static let names = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
  ]

  private static var browser: URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return names.lazy.flatMap { name in folders.lazy.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(filePath: $0) }
  }

  /// - Throws: when there is no browser, or it writes nothing within a minute.
  func write(to path: String) throws {
    let output = try OutputFile(path)
    guard let browser = Self.browser else {
      throw InputError(
        Diagnostic(
          file: "--format pdf", message: "no Chromium is installed, which prints the pages",
          hint: "install 'chromium', or write '--format html' and print that"))
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "firedrill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (page, pdf) = (folder.appending(path: "report.html"), folder.appending(path: "report.pdf"))
    try Data(html.utf8).write(to: page)
    let process = Process()
    process.executableURL = browser
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
      "--user-data-dir=\(folder.path)/profile", "--print-to-pdf=\(pdf.path)", page.absoluteString,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let bytes = try? Data(contentsOf: pdf), !bytes.isEmpty else {
      throw InputError(
        Diagnostic(
          file: path, message: "\(browser.lastPathComponent) printed nothing",
          hint: "write '--format html' and print that"))
    }
    try output.write([UInt8](bytes))
    print("wrote \(path)")
  }
}
