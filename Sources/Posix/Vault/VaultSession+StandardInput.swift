import Backup
import CLinux
import Glibc
import Storage
import Units

extension VaultSession {
  /// Backs up standard input as one file, until its end.
  ///
  /// How long it is must be known before the backup begins, so it is first written to a file without a name in the folder
  /// for temporary files.
  func backUpStandardInput(_ name: String, _ request: BackupRequest) throws(VaultProblem) -> BackupReport {
    guard !name.isEmpty else {
      throw VaultProblem("--stdin-name", "the name is empty", hint: "write a name such as 'database.sql'")
    }
    let file = try spool()
    let volume: FileVolume
    do throws(SystemError) {
      volume = try FileVolume(path: FilePath("/proc/self/fd/\(file.number)"))
    } catch {
      throw VaultProblem("standard input", error)
    }
    let label = "\(hostName):\(name)"
    let stream = SourceStream(StreamDescription(name: label, kind: .file, length: volume.size))
    let snapshot = Snapshot(instant: .now, consistency: .inconsistent, streams: [stream])
    let job = BackupJob(
      snapshot, key: vault.key, lockedUntil: request.lockedUntil, salt: newSalt, options: backupOptions)
    var report = BackupReport(point: try commit(job, VolumeStream(volume), of: volume.size))
    report.entries = 1
    return report
  }

  private func spool() throws(VaultProblem) -> Descriptor {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    do throws(SystemError) {
      let file = try Descriptor.open(FilePath(folder), firedrill_o_tmpfile | O_RDWR, mode: 0o600)
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      var offset = 0
      while true {
        if isInterrupted { throw SystemError("standard input", code: EINTR) }
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count == 0 { return file }
        if count < 0 {
          if errno == EINTR { continue }
          throw SystemError("standard input")
        }
        var failure: SystemError?
        buffer[..<count].withUnsafeBytes { raw in
          do throws(SystemError) { try file.write(raw, at: offset) } catch { failure = error }
        }
        if let failure { throw SystemError(folder, code: failure.code) }
        offset += count
        show("reading standard input", ByteCount(offset))
      }
    } catch {
      if error.code == EINTR { throw VaultProblem(.interrupted, name, "stopped; nothing was stored") }
      throw VaultProblem(error.place, error)
    }
  }
}
