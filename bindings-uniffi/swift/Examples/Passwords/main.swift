import Sekisho

let passwords = try PasswordPolicy()
let verifier = try Verifier(KeyRing.generate(.development), passwords: passwords)
let counters = MemoryCounters()

let stored = try await passwords.hash("correct horse")  // your user table
let verified = try await verifier.checkPassword(
  "correct horse", passwordHash: stored, subject: "user-1", counters: counters)
print(verified.needsRehash)
