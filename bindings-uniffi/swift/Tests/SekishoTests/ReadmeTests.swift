import Foundation
import Testing

/// What the README shows is what is run.
@Suite struct ReadmeTests {
  @Test(arguments: ["QuickStart", "Passwords"])
  func theReadmeShowsTheExample(_ name: String) throws {
    let package = tests.appending(path: "../..")
    let readme = try String(contentsOf: package.appending(path: "README.md"), encoding: .utf8)
    let example = package.appending(path: "Examples/\(name)/main.swift")
    let code = try String(contentsOf: example, encoding: .utf8)
    #expect(code.count > 100)
    #expect(readme.contains("```swift\n\(code)```\n"))
  }
}
