//! `sekisho-wasm-bindgen IN.wasm FOLDER`: the glue for a module that its loader instantiates.

use std::env;
use std::error::Error;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(module), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sekisho-wasm-bindgen IN.wasm FOLDER".into());
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("sekisho").bundler(true)?.typescript(true);
    // The names of functions stay: by them wasm-opt puts like ones together.
    bindgen.remove_producers_section(true).generate(folder)?;
    Ok(())
}
