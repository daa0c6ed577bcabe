import Foundation
import Sekisho
import Testing

/// A case of the vectors that every language reads, named by its id.
@dynamicMemberLookup
struct Vector: Sendable, CustomTestStringConvertible {
  private let section: String
  private let given: JSON

  init(_ section: String, _ given: JSON) {
    (self.section, self.given) = (section, given)
  }

  /// Of error codes each is its own.
  var testDescription: String { given.id.string ?? given.code.text }

  /// The section with its file, and the name there.
  var name: String { "\(section) \(testDescription)" }

  /// Whoever asks for it runs the case.
  var content: JSON {
    Run.note(name)
    return given
  }

  subscript(dynamicMember name: String) -> JSON { content[name] }
}

/// Each file of the vectors by its name.
let files: [String: JSON] = {
  let folder = tests.appending(path: "../../../../tests/vectors")
  do {
    let urls = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let read = try urls.filter { $0.pathExtension == "json" }.map {
      ($0.deletingPathExtension().lastPathComponent, try decode(Data(contentsOf: $0)))
    }
    return Dictionary(uniqueKeysWithValues: read)
  } catch {
    fatalError("the vectors cannot be read: \(error)")
  }
}()

/// The folder of this file.
let tests = URL(filePath: #filePath).deletingLastPathComponent()

private func decode(_ data: Data) throws -> JSON { try JSONDecoder().decode(JSON.self, from: data) }

/// The cases of a section.
func vectors(_ file: String, _ section: String) -> [Vector] {
  let cases = files[file]?[section].array ?? []
  precondition(!cases.isEmpty, "\(file).\(section) has no cases")
  return cases.map { Vector("\(file).\(section)", $0) }
}

/// The vectors whose tests have run.
final class Run: @unchecked Sendable {
  private static let shared = Run()
  private let lock = NSLock()
  private var names: Set<String> = []

  static func note(_ name: String) { _ = shared.lock.withLock { shared.names.insert(name) } }

  static var all: Set<String> { shared.lock.withLock { shared.names } }
}

/// What a call came to, in the vectors' form.
func outcome(_ call: () throws -> JSON) -> JSON {
  outcome(of: Result(catching: call))
}

func outcome(_ call: () async throws -> JSON) async -> JSON {
  do {
    return outcome(of: .success(try await call()))
  } catch {
    return outcome(of: .failure(error))
  }
}

private func outcome(of result: Result<JSON, any Error>) -> JSON {
  switch result {
  case .success(let answer): return .object(["ok": answer])
  case .failure(let error as SekishoError):
    let wait = error.retryAfter.map { ["retry_after": JSON.int($0)] } ?? [:]
    return .object(wait.merging(["error": .string(error.code.rawValue)]) { $1 })
  case .failure(let error): return .string("\(error)")
  }
}

@Suite struct EveryVector {
  /// Tests run side by side, in no order: this one waits for the others.
  @Test func ofTheFolderHasRun() async throws {
    let every = files.flatMap { file, content in
      (content.object ?? [:]).filter { $0.value.array != nil }.flatMap { vectors(file, $0.key) }
    }
    let end = ContinuousClock.now + .seconds(120)
    var missing = Set(every.map(\.name))
    while !missing.isEmpty && ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(50))
      missing.subtract(Run.all)
    }
    #expect(missing.isEmpty)
    #expect(Run.all.count == every.count)
  }
}
