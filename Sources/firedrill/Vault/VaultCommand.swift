import ArgumentParser
import Backup
import Glibc
import Posix
import Storage
import Synchronization
import Units

extension ExitCode {
  /// The point lacks files that were gone, unreadable, or changed while being read. Or a restore lacks data
  /// that the backup could not read or the target rejects.
  static let partialBackup = ExitCode(3)
  /// The vault is damaged, or a restore could not recover everything.
  static let damage = ExitCode(1)
  /// The command was stopped by a signal. The number is the shell's for SIGINT.
  static let interrupted = ExitCode(130)
}

struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault",
    abstract: "Back up directory trees and images to a vault, with the rehearsed engine.",
    discussion:
      "The passphrase comes from --passphrase-file or FIREDRILL_PASSPHRASE. A vault is a directory, or s3://bucket/prefix in an "
      + "S3-compatible store; its keys come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.\n\nExit codes: 0, done; 1, the vault is "
      + "damaged; 2, bad input, a full disk, a wrong passphrase: nothing is lost; 3, the backup or restore is partial: a file was "
      + "gone, unreadable, or changed while it was read, or the target does not take what a warning names; 70, a fault of "
      + "firedrill; 130, interrupted: what is stored stays, and the next run goes on from there.",
    subcommands: [
      InitCommand.self, BackupCommand.self, PointsCommand.self, ListCommand.self, FindCommand.self,
      DiffCommand.self,
      RestoreCommand.self, MountCommand.self, VerifyCommand.self,
      PruneCommand.self, ForgetCommand.self, UnlockCommand.self, LockCommand.self, RepairCommand.self,
      CopyCommand.self,
    ])
}

/// The options that locate and open a vault.
struct VaultOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The directory of the vault, or s3://bucket/prefix.", valueName: "vault"))
  var vault: String

  @Option(
    help: ArgumentHelp(
      "The URL of the S3-compatible server. (default: AWS_ENDPOINT_URL, else Amazon S3 in AWS_REGION)",
      valueName: "url"))
  var endpoint: String?

  @Option(help: ArgumentHelp("A file, pipe or '-' whose first line is the passphrase.", valueName: "file"))
  var passphraseFile: String?

  func passphrase() throws(VaultProblem) -> [UInt8] {
    let name = "FIREDRILL_PASSPHRASE"
    var bytes: [UInt8]
    if let passphraseFile {
      bytes = try Self.firstLine(of: passphraseFile)
    } else if let text = getenv(name) {
      bytes = Array(UnsafeBufferPointer(start: text, count: strlen(text))).map { UInt8(bitPattern: $0) }
    } else {
      throw VaultProblem(
        "--passphrase-file", "there is no passphrase", hint: "name a file that holds it, or set \(name)")
    }
    guard !bytes.isEmpty else {
      throw VaultProblem(passphraseFile ?? name, "the passphrase is empty", hint: "a vault has a passphrase")
    }
    return bytes
  }

  static func firstLine(of path: String) throws(VaultProblem) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : Glibc.open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor > STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var count = 0
    var byte: UInt8 = 0
    // One byte at a time, so that what follows the line in a pipe stays there.
    repeat {
      count = descriptor < 0 ? -1 : read(descriptor, &byte, 1)
      if count < 0, descriptor < 0 || errno != EINTR {
        let reason = String(cString: strerror(errno))
        throw VaultProblem(path, "the passphrase cannot be read: \(reason)", hint: "check the path")
      }
      if count > 0 { bytes.append(byte) }
    } while count != 0 && bytes.last != UInt8(ascii: "\n") && bytes.count < 65_536
    return Array(bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
  }

  func place() throws(VaultProblem) -> VaultPlace { try VaultPlace(vault, endpoint: endpoint) }

  func open() throws(VaultProblem) -> Vault { try Vault(place(), passphrase: passphrase()) }

  /// Returns a session with progress on a terminal that stops at the first interrupt.
  func session(_ change: (inout JobOptions) -> Void = { _ in }) throws(VaultProblem) -> VaultSession {
    let vault = try open()
    stopAtInterrupts()
    let bar = ProgressBar()
    var options = VaultSession.usualOptions
    change(&options)
    return VaultSession(
      vault, options: options, observe: { bar.show($0) },
      isStopped: { stopRequests.load(ordering: .relaxed) > 0 })
  }
}

extension VaultOptions {
  /// Returns a session that shows no progress, and whether a signal has asked for its end. Further signals
  /// change nothing, so that the work can always be finished.
  func servingSession() throws(VaultProblem) -> (
    session: VaultSession, isStopped: @Sendable () -> Bool
  ) {
    let vault = try open()
    stopAtInterrupts(endsAtSecond: false)
    let isStopped: @Sendable () -> Bool = { stopRequests.load(ordering: .relaxed) > 0 }
    return (VaultSession(vault, isStopped: isStopped), isStopped)
  }
}

private let stopRequests = Atomic<Int>(0)

/// Installs handlers for SIGINT, SIGTERM and SIGHUP. The first signal lets running work end, and the second
/// may end the process at once without loss.
private func stopAtInterrupts(endsAtSecond: Bool = true) {
  var mask = sigset_t()
  sigemptyset(&mask)
  for number in [SIGINT, SIGTERM, SIGHUP] {
    // Who runs a command by nohup wants it to go on.
    if number == SIGHUP, isIgnored(number) { continue }
    sigaddset(&mask, number)
    if endsAtSecond {
      signal(number) { _ in
        if stopRequests.add(1, ordering: .relaxed).newValue > 1 { _exit(130) }
      }
    } else {
      signal(number) { _ in stopRequests.add(1, ordering: .relaxed) }
    }
  }
  // A parent that blocks them, as a worker thread does, passes that on.
  pthread_sigmask(SIG_UNBLOCK, &mask, nil)
}

private func isIgnored(_ number: Int32) -> Bool {
  var action = sigaction()
  guard sigaction(number, nil, &action) == 0 else { return false }
  return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
}

/// Runs a command of the vault with our exit codes.
func reportingProblems(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let problem as VaultProblem {
    ProgressLine(label: "").clear()
    let hint = problem.hint.map { "\nhint: \($0)" } ?? ""
    complain("\(problem.place): error: \(problem.message)\(hint)")
    switch problem.kind {
    case .input: throw ExitCode.badInput
    case .damage: throw ExitCode.damage
    case .interrupted: throw ExitCode.interrupted
    }
  }
}
