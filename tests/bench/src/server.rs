//! The reference server: how soon it listens on an existing database, and its memory at rest.

use std::error::Error;

pub(crate) fn measure() -> Result<String, Box<dyn Error>> {
    Ok(String::new())
}
