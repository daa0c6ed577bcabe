# A code is drawn and checked, and its record shown, by UniFFI's Ruby as it is generated.
require "sekisho"

verifier = Sekisho::VerifierWithoutCounters.new(Sekisho::KeyRing.generate(Sekisho::Environment::DEVELOPMENT))
to = Sekisho::Identifier::EMAIL.new(value: "ana@example.com")
sent = verifier.send_code(Sekisho::CodeSend.new(subject: "user-1", to: to))
check = { subject: "user-1", to: to, challenge: sent.challenge, code: sent.code }
record = verifier.check_code(Sekisho::CodeCheck.new(**check)).record
accepted = verifier.present(Sekisho::Presentation.new(subject: "user-1", record: record))
raise "another method: #{accepted.method}" unless accepted.method == Sekisho::Method::EMAIL_CODE

begin
  verifier.present(Sekisho::Presentation.new(subject: "user-2", record: record))
  raise "another user's record is accepted"
rescue Sekisho::SekishoError::Refused => error
  raise "another reason: #{error.reason}" unless error.reason == Sekisho::ErrorCode::RECORD_NOT_FOUND
end
puts "Ruby #{RUBY_VERSION}: a record made, shown, and refused to another user"
