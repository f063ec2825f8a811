import Storage
import Units

/// Digests of a bank's accounts and transfers after each transaction. With them, an image can be compared
/// with the exact state after its last transaction.
public struct BankHistory: Sendable {
  public let total: Int64
  /// The digests after n transactions, by n. They are sums modulo 2^64 over the rows, so that one changed row
  /// costs one step.
  private(set) var accounts: [UInt64]
  private(set) var transfers: [UInt64]

  /// Creates a history without transactions.
  init(total: Int64, accounts: UInt64) {
    self.total = total
    self.accounts = [accounts]
    transfers = [0]
  }

  public var lastTransaction: Int { accounts.count - 1 }

  /// Returns the history through a transaction, from which another continuation can begin.
  public func prefix(through transaction: Int) -> BankHistory {
    precondition((0...lastTransaction).contains(transaction), "the history has no such transaction")
    var prefix = self
    prefix.accounts.removeSubrange((transaction + 1)...)
    prefix.transfers.removeSubrange((transaction + 1)...)
    return prefix
  }

  /// Appends a transfer and updates the balances.
  mutating func append(_ transfer: Transfer, balances: inout [Int64]) {
    var digest = accounts[accounts.count - 1]
    for (account, amount) in [(transfer.payer, -transfer.amount), (transfer.payee, transfer.amount)] {
      let place = Int(account) - 1
      digest &-= Self.digest(account: account, balance: balances[place])
      balances[place] += amount
      digest &+= Self.digest(account: account, balance: balances[place])
    }
    accounts.append(digest)
    transfers.append(transfers[transfers.count - 1] &+ Self.digest(transfer))
  }

  static func digest(account: Int64, balance: Int64) -> UInt64 {
    (UInt64(bitPattern: account).mixed ^ UInt64(bitPattern: balance)).mixed
  }

  private static func digest(_ transfer: Transfer) -> UInt64 {
    transfer.note.withUnsafeBytes {
      digest(
        number: Int64(transfer.number), term: Int64(transfer.term), payer: transfer.payer,
        payee: transfer.payee,
        amount: transfer.amount, note: $0)
    }
  }

  static func digest(
    number: Int64, term: Int64, payer: Int64, payee: Int64, amount: Int64, note: UnsafeRawBufferPointer
  ) -> UInt64 {
    var digest = UInt64(bitPattern: number).mixed
    for integer in [term, payer, payee, amount] { digest = (digest ^ UInt64(bitPattern: integer)).mixed }
    return digest.mixed(with: note)
  }
}

extension UInt64 {
  /// Returns a digest of bytes, seeded with this number. The digest does not withstand attacks.
  func mixed(with bytes: UnsafeRawBufferPointer) -> UInt64 {
    var digest = (self ^ UInt64(bytes.count)).mixed
    var place = 0
    while place + 8 <= bytes.count {
      digest =
        (digest ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))).mixed
      place += 8
    }
    while place < bytes.count {
      digest = (digest ^ UInt64(bytes[place])).mixed
      place += 1
    }
    return digest
  }
}
