import Foundation
import Sekisho
import SekishoRust
import Testing

@Suite struct ErrorTests {
  let registry = files["errors"]?.errors.array ?? []

  @Test func everyCodeOfTheRegistryIsHereAndNoOther() {
    let codes = registry.map(\.code.text)
    #expect(Sekisho.ErrorCode.allCases.map(\.rawValue) == codes)
    #expect(errorCodes().map { $0.text() } == codes)
  }

  @Test func theMessagesAreTheRegistrys() {
    let messages = registry.map(\.message.text)
    #expect(Sekisho.ErrorCode.allCases.map { $0.describe() } == messages)
    #expect(!messages.isEmpty)
  }

  @Test func anErrorHasItsCodeAndItsSentence() async throws {
    let error = try await refused(.keyRingMalformed) { _ = try Sekisho.KeyRing("nonsense") }
    let message = registry.first { $0.code == .string("key_ring_malformed") }?.message.string
    #expect(error.retryAfter == nil)
    #expect(error.cause == nil)
    #expect("\(error)" == message)
    #expect(String(reflecting: error) == message)
    #expect(error.localizedDescription == message)
  }

  @Test func theLibraryIsTheOneThatTheSwiftWasGeneratedFrom() {
    // It ends the process where it is not; the script of the tests sees to that.
    uniffiEnsureSekishoUniffiInitialized()
  }
}
