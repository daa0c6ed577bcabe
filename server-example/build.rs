//! Packs the reader of the API document, which the crate `scalar_api_reference` carries: 4.9 MB of
//! JavaScript, of which 1.4 MB come into the binary.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::{env, fs};

use flate2::{Compression, GzBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let reader = scalar_api_reference::get_asset("scalar.js").ok_or("scalar.js has moved")?;
    // Neither a time nor a name in it: everybody's build gives the same bytes.
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
    packed.write_all(&reader)?;
    let out = env::var_os("OUT_DIR").ok_or("cargo has set no OUT_DIR")?;
    fs::write(PathBuf::from(out).join("scalar.js.gz"), packed.finish()?)?;
    Ok(())
}
