//! What the crate depends on and what depends on what: no clock, no random source, no store, no
//! async and no FFI in the core, and arrows in one direction only.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test may stop at what it does not expect, and asks cargo"
)]

use std::collections::BTreeSet;
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// A clock, a random source, a store, a runtime, a foreign language: by the beginning of a crate's
/// name.
const IMPURE: [&str; 39] = [
    "async",
    "axum",
    "chrono",
    "crossbeam",
    "diesel",
    "fastrand",
    "futures",
    "getrandom",
    "hyper",
    "iana-time-zone",
    "instant",
    "jiff",
    "jni",
    "js-sys",
    "mio",
    "napi",
    "oorandom",
    "pyo3",
    "quanta",
    "r2d2",
    "rand",
    "redis",
    "reqwest",
    "ring",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "sqlite",
    "libsqlite",
    "time",
    "tokio",
    "tower",
    "uniffi",
    "wasm-bindgen",
    "wasm-timer",
    "web-sys",
    "web-time",
];

/// What the feature `acceptance` brings in, all of it by zxcvbn, which reads the clock for the year
/// and for how long it took: `time` everywhere, the others on `wasm32` alone. That is why it is not
/// in the default.
const BY_ZXCVBN: [&str; 12] = [
    "chrono",
    "futures-core",
    "futures-task",
    "futures-util",
    "iana-time-zone",
    "iana-time-zone-haiku",
    "js-sys",
    "time",
    "time-core",
    "wasm-bindgen",
    "wasm-bindgen-shared",
    "web-sys",
];

#[test]
fn without_acceptance_nothing_impure_is_in_on_any_platform() {
    for features in ["", "legacy-hashes"] {
        let crates = closure(features);
        assert!(crates.contains("blake2") && crates.contains("sha2"), "{crates:?}");
        assert_eq!(impure(&crates), BTreeSet::new(), "with {features:?}");
    }
}

#[test]
fn with_acceptance_nothing_impure_is_in_but_what_zxcvbn_brings() {
    let crates = closure("legacy-hashes,acceptance");
    let known = BY_ZXCVBN.iter().map(ToString::to_string);
    assert!(crates.contains("zxcvbn"));
    assert_eq!(impure(&crates), known.collect());
}

#[test]
fn the_default_is_pure() {
    let metadata = metadata();
    let core = member(&metadata, "sekisho");
    let features: Vec<&str> = core.features.keys().map(String::as_str).collect();
    assert_eq!(
        features,
        ["acceptance", "default", "legacy-hashes", "numbers", "serde_json", "std", "unicode"]
    );
    let default: BTreeSet<&str> = core.features["default"].iter().map(String::as_str).collect();
    assert_eq!(
        default,
        BTreeSet::from(["legacy-hashes", "numbers", "serde_json", "std", "unicode"])
    );
}

#[test]
fn the_core_depends_on_no_member_of_the_workspace() {
    let metadata = metadata();
    let core = member(&metadata, "sekisho");
    let inner = core.dependencies.iter().filter(|dependency| dependency.path.is_some());
    let inner: Vec<&str> = inner.map(|dependency| dependency.name.as_str()).collect();
    assert_eq!(inner, Vec::<&str>::new());
}

#[test]
fn the_core_builds_no_code_of_its_own_before_it_is_compiled() {
    let metadata = metadata();
    let targets = &member(&metadata, "sekisho").targets;
    assert!(targets.iter().all(|target| !target.is_custom_build() && !target.is_proc_macro()));
}

#[test]
fn nothing_depends_on_a_binding() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let depends = |dependency: &&cargo_metadata::Dependency| {
            ["sekisho-wasm", "sekisho-uniffi"].contains(&dependency.name.as_str())
        };
        let found: Vec<&str> =
            package.dependencies.iter().filter(depends).map(|d| d.name.as_str()).collect();
        assert_eq!(found, Vec::<&str>::new(), "of {}", package.name);
    }
}

fn impure(crates: &BTreeSet<String>) -> BTreeSet<String> {
    crates.iter().filter(|name| IMPURE.iter().any(|word| begins(name, word))).cloned().collect()
}

/// `rand` is the beginning of `rand` and `rand_core`, not of `random-word`.
fn begins(name: &str, word: &str) -> bool {
    let rest = name.strip_prefix(word);
    rest.is_some_and(|rest| rest.is_empty() || !rest.starts_with(char::is_alphabetic))
}

/// The names of all crates that are compiled into the core with these features alone, on one
/// platform or another. `cargo tree` resolves the features of this package by itself, which
/// `cargo metadata` does not.
fn closure(features: &str) -> BTreeSet<String> {
    let arguments = [
        "tree",
        "--quiet",
        "--locked",
        "--package=sekisho",
        "--no-default-features",
        "--edges=normal,no-proc-macro",
        "--target=all",
        "--prefix=none",
        "--format={p}",
    ];
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).args(["--features", features]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap()
}

fn member<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap()
}
