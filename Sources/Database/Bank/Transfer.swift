import Storage
import Units

/// The contents of one transaction, as a pure function of seed, term and number.
struct Transfer {
  let number: Int
  let term: UInt32
  let payer: Int64
  let payee: Int64
  let amount: Int64
  let note: Bytes

  init(number: Int, term: UInt32, seed: UInt64, workload: BankWorkload) {
    var random = RandomStream(seed: seed, stream: "bank transfer", entity: term, index: UInt32(number))
    let accounts = UInt64(workload.accounts)
    let payer = random.below(accounts)
    let payee = (payer + 1 + random.below(accounts - 1)) % accounts
    self.number = number
    self.term = term
    self.payer = Int64(payer) + 1
    self.payee = Int64(payee) + 1
    amount = Int64(random.below(100)) + 1
    note = Bytes((0..<workload.bytesPerTransfer).map { _ in UInt8(truncatingIfNeeded: random.next()) })
  }
}
