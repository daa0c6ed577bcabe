//! `sekisho-server`: the reference server of Sekisho.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Gives the 19 MiB of a password check back when it is done. The system's allocator (glibc) keeps
/// such blocks, one or two for every thread that ever checked a password: hundreds of MiB.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    sekisho_server::main()
}
