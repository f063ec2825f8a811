import Backup
import Documents
import Estate
import Foundation
import ScenarioLanguage
import Statistics
import Testing
import Units

/// A scenario holds the values of its file.
@Suite struct ScenarioFiles {
  @Test func namesBecomePlacesInTheOrderOfTheFile() throws {
    let scenario = try Shop.read()
    let blueprint = scenario.blueprint
    #expect(scenario.name == "shop")
    #expect(blueprint.sites.map(\.name) == ["frankfurt", "berlin"])
    #expect(blueprint.devices.map(\.site.index) == [0, 0, 1, 1])
    #expect(blueprint.links[0].ends == [SiteID(0), SiteID(1)])
    #expect(blueprint.services[1].dependencies == [ServiceID(0)])
    #expect(blueprint.services[0].volumes == [VolumeID(0)])
    #expect(blueprint.volumes[0].service == ServiceID(0))
    #expect(scenario.disasters.map(\.name) == ["deletion", "fire", "theft", "array-then-deletion"])
    #expect(scenario.disasters[3].followedBy?.disaster == 0)
    #expect(scenario.disasters[2].target == .volumesAndVaults([VolumeID(0)], credentials: "backup-admin"))
    #expect(scenario.strategies[0].recovery.rebuildSite?.device == DeviceID(3))
  }

  @Test func quantitiesKeepTheirUnits() throws {
    let scenario = try Shop.read()
    #expect(scenario.warmUp == .days(8))
    #expect(scenario.windowStart == CivilTime(year: 2026, month: 3, day: 10).instant)
    #expect(scenario.blueprint.links[0].rate == .bytesPerSecond(125_000_000))
    #expect(scenario.blueprint.sites[0].latitude == Ratio(billionths: 50_110_000_000))
    #expect(scenario.blueprint.volumes[0].used == .percent(60))
    #expect(try scenario.people.decide == Distribution(.exponential(mean: .minutes(15))))
    #expect(
      try scenario.serviceTimes[0].appRecovery
        == Distribution(.lognormal(median: .minutes(6), p95: .minutes(20))))
  }

  @Test func whatIsLeftOutHasItsDocumentedMeaning() throws {
    let scenario = try Shop.read()
    let backup = scenario.strategies[0].backups[0]
    #expect(backup.chunking == .fixed(65_536))
    #expect(backup.consistency == .crashConsistent)
    #expect(backup.compressionLevel == 3)
    #expect(backup.pruneGrace == .days(1))
    #expect(backup.lock == nil && backup.prune == nil)
    #expect(scenario.disasters[1].share == .one && scenario.disasters[1].dwell == .zero)
    #expect(!scenario.blueprint.vaults[1].autoExpand && !scenario.blueprint.sites[0].isOnCoast)
    #expect(scenario.blueprint.volumes[0].workload.writeSize == .kibibytes(4))
    #expect(scenario.speeds == EngineSpeeds())
    #expect(scenario.strategies[0].recovery.concurrentRestores == 1)
  }

  @Test func aChurnFileIsFoundBesideTheScenarioAndKeptAmongItsInputs() throws {
    let folder = try ScratchFolder()
    let rows = "end_seconds,read_bytes,written_bytes\n1800,1,4096\n3600,2,8192\n"
    folder.write(rows, to: "w.csv")
    let path = folder.write(
      Shop.text(with: "churnFile: w.csv", for: "rate: 400 kB/s").replacing(
        "          burst: { factor: 6, share: 5 %, length: 20 min }\n", with: ""), to: "shop.yaml")
    let file = try ScenarioFile(path: path)
    guard case .measured(let windows) = file.scenario.blueprint.volumes[0].workload.churn else {
      Issue.record("the workload is not measured")
      return
    }
    #expect(windows.map(\.written) == [ByteCount(4_096), ByteCount(8_192)])
    #expect(file.inputs.map(\.text).last == rows)
  }

  @Test func anErrorInAChurnFileIsToldAtItsPlaceInThatFile() throws {
    let folder = try ScratchFolder()
    let csv = folder.write("end_seconds,read_bytes,written_bytes\n1800,1,-4096\n", to: "w.csv")
    let setting = "services.database.volumes.db-data.workload={ churnFile: \(csv) }"
    let errors = Shop.errors(in: Shop.text, settings: [setting])
    #expect(errors.count == 1)
    #expect(errors.first?.hasPrefix("\(csv):2:8: error: '-4096' is negative") == true, "\(errors)")
  }

  @Test(arguments: [
    ("diurnalSwing: 10 %", "'diurnalSwing' shapes a rate, and a churn file has its own shape"),
    ("rate: 1 MB/s", "'rate' and 'churnFile' exclude each other"),
  ])
  func aChurnFileHasARateAndShapeOfItsOwn(extra: String, message: String) throws {
    let folder = try ScratchFolder()
    let csv = folder.write("end_seconds,read_bytes,written_bytes\n1800,1,4096\n", to: "w.csv")
    let setting = "services.database.volumes.db-data.workload={ churnFile: \(csv), \(extra) }"
    let errors = Shop.errors(in: Shop.text, settings: [setting])
    #expect(errors.count == 1 && errors[0].contains("error: \(message)"), "\(errors)")
  }
}

/// Files that cannot be read, or should not be.
@Suite struct UnreadableFiles {
  private func message(_ path: String) -> String {
    do throws(InputError) {
      _ = try ScenarioFile(path: path)
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test func aMissingFileIsTold() {
    #expect(
      message("nowhere/shop.yaml")
        == "nowhere/shop.yaml: error: there is no such file\nhint: check the path; it is relative to where you are"
    )
  }

  @Test func aFolderIsNotAFile() throws {
    let folder = try ScratchFolder()
    #expect(
      message(folder.path) == "\(folder.path): error: this is a folder\nhint: give the path of a file in it")
  }

  @Test func aDeviceIsNotAFile() {
    #expect(
      message("/dev/zero")
        == "/dev/zero: error: this is not a regular file\nhint: give the path of a text file")
  }

  @Test func sixteenMegabytesOfGarbageAreNotEvenRead() throws {
    let folder = try ScratchFolder()
    var random = RandomStream(seed: 1, stream: "garbage")
    let path = folder.write((0..<(2 << 20)).map { _ in random.next() }, to: "garbage.yaml")
    #expect(
      message(path)
        == "\(path): error: the file has 16777216 bytes; at most 1048576 are read\nhint: check that this is the file you mean"
    )
  }

  @Test func garbageOfAnySizeIsTold() throws {
    let folder = try ScratchFolder()
    for seed in UInt64(1)...20 {
      var random = RandomStream(seed: seed, stream: "garbage")
      let path = folder.write((0..<(1 << 10)).map { _ in random.next() }, to: "garbage.yaml")
      #expect(message(path).contains("is not UTF-8 text"), "seed \(seed)")
    }
  }

  @Test func theFirstByteThatIsNotTextIsLocated() throws {
    let folder = try ScratchFolder()
    let path = folder.write(Array("title: A\nseed: \u{E9}".utf8) + [0xFF, 0x0A], to: "bytes.yaml")
    #expect(message(path).hasPrefix("\(path):2:8: error: byte 255 at offset 17 is not UTF-8 text\n"))
    let control = folder.write(Array("title: A\u{1B}[0m\n".utf8), to: "control.yaml")
    #expect(message(control).hasPrefix("\(control):1:9: error: byte 27 at offset 8 is not UTF-8 text\n"))
  }
}

/// A folder that goes when the test is over.
final class ScratchFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("firedrill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ text: String, to name: String) -> String { write(Array(text.utf8), to: name) }

  @discardableResult
  func write<Word>(_ words: [Word], to name: String) -> String {
    let file = "\(path)/\(name)"
    let isWritten = words.withUnsafeBytes { FileManager.default.createFile(atPath: file, contents: Data($0)) }
    precondition(isWritten, "\(file) could not be written")
    return file
  }
}
