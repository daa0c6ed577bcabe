//! The README shows what is run.

#[test]
fn the_quick_start_is_the_example() {
    let readme = include_str!("../../README.md");
    let example = include_str!("../examples/quick_start.rs");
    let (_, shown) = readme.split_once("```rust\n").expect("the README has a Rust quick start");
    let (shown, _) = shown.split_once("```").expect("the quick start ends");
    let (_, run) = example.split_once("\n\n").expect("the example has a head");
    assert_eq!(shown, run, "README.md and core/examples/quick_start.rs differ");
}
