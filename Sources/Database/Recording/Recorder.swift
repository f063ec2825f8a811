import Storage
import Units

/// Runs SQLite on files that record every operation.
struct Recorder {
  let workload: BankWorkload
  let seed: UInt64
  let term: UInt32
  let base: DatabaseImage
  let firstTransaction: Int
  let files: HostFiles
  private(set) var history: BankHistory
  private(set) var records: [CommittedChange] = []
  private(set) var ends: [Int] = []
  private let connection: Connection
  private var balances: [Int64]
  /// Whether a mistake was made, so that no later state is right.
  private let isAstray: Bool

  init(creating workload: BankWorkload, seed: UInt64) throws(StorageError) {
    try workload.check()
    files = HostFiles(creating: [workload.dataVolume, workload.logVolume])
    connection = try Connection(to: files)
    let creation = RandomStream(seed: seed, stream: "SQLite creation")
    try VirtualFileSystem.drawing(from: creation) { [connection] () throws(StorageError) in
      // Turning a database to a write-ahead log is a transaction with a rollback journal, which shall not be a file.
      try connection.execute("PRAGMA page_size=4096; PRAGMA journal_mode=MEMORY")
      try BankSchema.open(workload, seed: seed, on: connection)
      try connection.execute("PRAGMA journal_mode=WAL")
    }
    files.forgetEntries()
    base = files.image
    balances = Array(repeating: BankWorkload.openingBalance, count: workload.accounts)
    history = BankHistory(
      total: workload.total,
      accounts: (1...Int64(workload.accounts)).reduce(0) {
        $0 &+ BankHistory.digest(account: $1, balance: BankWorkload.openingBalance)
      })
    self.workload = workload
    self.seed = seed
    term = 0
    firstTransaction = 1
    isAstray = false
  }

  /// Continues with a bank after a mistake.
  init(
    continuing image: DatabaseImage, from first: Int, workload: BankWorkload, seed: UInt64
  ) throws(StorageError) {
    try workload.check()
    files = HostFiles(opening: image, isRecording: true)
    connection = try Connection(to: files)
    base = image
    balances = []
    history = BankHistory(total: workload.total, accounts: 0)
    self.workload = workload
    self.seed = seed
    term = 0
    firstTransaction = first
    isAstray = true
  }

  init(
    continuing image: DatabaseImage, after history: BankHistory, workload: BankWorkload, seed: UInt64,
    term: UInt32
  ) throws(StorageError) {
    try workload.check()
    files = HostFiles(opening: image, isRecording: true)
    connection = try Connection(to: files)
    base = image
    balances = []
    let accounts = try Statement("SELECT balance FROM account ORDER BY id", on: connection)
    while try accounts.step() { balances.append(accounts.integer(0)) }
    let last = try connection.integer("SELECT max(number) FROM transfer") ?? 0
    guard balances.count == workload.accounts, last == history.lastTransaction else {
      throw StorageError(
        .invalid,
        "an image with \(balances.count) accounts and \(last) transactions cannot go on as one with "
          + "\(workload.accounts) and \(history.lastTransaction)")
    }
    self.history = history
    self.workload = workload
    self.seed = seed
    self.term = term
    firstTransaction = history.lastTransaction + 1
    isAstray = false
  }

  /// Runs every transaction of the workload.
  mutating func run() throws(StorageError) {
    try connection.execute("PRAGMA synchronous=\(workload.durability == .everyCommit ? "FULL" : "NORMAL")")
    try connection.watchLog()
    let bank = try BankSchema(on: connection)
    for number in stride(from: firstTransaction, to: firstTransaction + workload.transactions, by: 1) {
      let transfer = Transfer(number: number, term: term, seed: seed, workload: workload)
      let salts = RandomStream(seed: seed, stream: "SQLite salts", entity: term, index: UInt32(number))
      let changes = try VirtualFileSystem.drawing(from: salts) { () throws(StorageError) in
        try checkpointIfDue()
        return try commit(transfer, to: bank)
      }
      if !isAstray { history.append(transfer, balances: &balances) }
      records.append(CommittedChange(position: number, bytes: changes))
      ends.append(files.entries.count)
    }
  }

  private func checkpointIfDue() throws(StorageError) {
    if files.logFrames >= workload.framesPerCheckpoint { try connection.checkpoint() }
  }

  private func commit(_ transfer: Transfer, to bank: BankSchema) throws(StorageError) -> Bytes {
    var changes = Bytes()
    try connection.transaction { () throws(StorageError) in
      let session = try ChangeSession(on: connection)
      try bank.carryOut(transfer)
      changes = try session.changes()
    }
    files.writeBack()
    files.committed(transfer.number)
    return changes
  }
}
