import Foundation
import Sekisho

struct Transfer: Encodable {
  var amount: String
  let currency = "EUR"
  let payee = "Ben"
}

let keys = try KeyRing.generate(.production)  // yours: KeyRing(text) of where your secrets are
let verifier = try Verifier(keys)
let counters = MemoryCounters()  // for one process; below is what to take for many
let (user, address) = ("user-1", Identifier.email("ana@example.com"))
let transfer = Transfer(amount: "120.00")

// The user wants to transfer money: send them a code for this very transfer …
let sent = try await verifier.sendCode(
  to: address, subject: user, operation: transfer, counters: counters)
let typed = sent.code  // your mail; the client gets sent.challenge

// … check what they typed …
let verified: Verified
do {
  verified = try await verifier.checkCode(
    typed, challenge: sent.challenge, to: address, subject: user, counters: counters)
} catch {
  print("\(error.code.rawValue): \(error)")
  exit(1)
}

// … and ask for the record where it matters.
for operation in [transfer, Transfer(amount: "999.00")] {
  let refusal = try await verifier.requireVerification(
    verified.record, requirement: Requirement(maxAge: 300), subject: user, operation: operation,
    counters: counters)
  print(operation.amount, refusal.map { "\($0.status) \($0.code.rawValue)" } ?? "done")
}
