import Storage

/// The first steps of a job that writes: checks the vault's key and creates a missing vault.
///
/// The configuration object holds a fixed text. Restores do not need it, because every object of a vault
/// reveals a wrong key.
struct VaultGate: Sendable {
  enum Step: Sendable {
    case get
    case found
  }

  private static let text = Array("firedrill vault, format 1\n".utf8)

  private(set) var isOpen = false
  private let master: MasterKey
  private let jobKey: JobKey
  private var todo: Step? = .get

  init(_ master: MasterKey, jobKey: JobKey) {
    self.master = master
    self.jobKey = jobKey
  }

  mutating func next() -> (Step, Request)? {
    guard let step = todo else { return nil }
    todo = nil
    let key = VaultFolder.configuration
    switch step {
    case .get: return (.get, .vault(.get(key, range: nil)))
    case .found:
      let object = SealedObject.seal(
        Self.text, .configuration, as: key, key: jobKey, number: FrameNumber.of(.configuration, 0))
      return (.found, .vault(.put(key, object, if: .absent, lockedUntil: nil)))
    }
  }

  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) {
    switch (step, answer) {
    case (.get, .failure(let error)) where error.kind == .notFound: todo = .found
    case (.found, .failure(let error)) where error.kind == .conditionFailed: todo = .get
    case (.get, _):
      try Self.check(try answer.reply().bytes, key: master)
      isOpen = true
    case (.found, _):
      _ = try answer.reply()
      isOpen = true
    }
  }

  /// Throws `wrongKey` or `damaged` unless the object is the configuration of a vault of this key.
  static func check(_ object: Bytes, key: MasterKey) throws(JobFailure) {
    let contents = try SealedObject.open(object, .configuration, as: VaultFolder.configuration, key: key)
    guard contents == Bytes(text) else { throw .damaged("\(VaultFolder.configuration)") }
  }
}
