import Sekisho

// A bank on the command line: Ana is signed in and pays Ben. Every line that is printed is one step.

let verifier = try Verifier(KeyRing.generate(.development))
let bank = Bank(verifier: verifier, counters: MemoryCounters())
let payment = Payment(payee: "Ben", cents: 12_000)

print("Ana pays Ben 120.00:", try await bank.pay(payment, record: nil))

let sent = try await bank.sendCode(for: payment)
print("A code is sent, of", sent.code.count, "digits")
let mistyped = sent.code == "000000" ? "000001" : "000000"
print("She mistypes it:", await bank.check(mistyped, sent).text)

let typed = await bank.check(sent.code, sent)
print("She types it:", typed.text)
print("She types it again:", await bank.check(sent.code, sent).text)

let record = try typed.get().record
let dearer = Payment(payee: "Ben", cents: 99_900)
print("Somebody makes it 999.00:", try await bank.pay(dearer, record: record))
print("Somebody else shows the record:", try await bank.pay(payment, record: record, by: "user-2"))
print("She pays 120.00:", try await bank.pay(payment, record: record))
print("The request is repeated:", try await bank.pay(payment, record: record))
print("The record is replayed:", try await bank.pay(payment, record: record, request: "request-2"))
