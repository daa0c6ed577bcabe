//! The reference server at rest: how soon it listens on an existing database, and its memory then.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use crate::server::{Installation, without_neighbours};

/// How often the server is started; the figures are medians.
const STARTS: usize = 11;

/// How long it rests before its memory is read.
const REST: Duration = Duration::from_millis(500);

pub(crate) fn measure(target: &Path) -> Result<String, Box<dyn Error>> {
    let installation = Installation::new(target)?;
    drop(installation.start(without_neighbours())?);
    let mut starts = Vec::with_capacity(STARTS);
    let mut memory = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let server = installation.start(without_neighbours())?;
        std::thread::sleep(REST);
        memory.push(server.resident_mib()?);
        starts.push(server.took.as_secs_f64() * 1e3);
    }
    Ok(format!(
        "## Reference server, existing database\n\n\
         | figure | median of {STARTS} |\n| --- | ---: |\n\
         | start to listening | {:.0} ms |\n| resident memory at rest | {:.0} MiB |\n",
        median(starts).ok_or("no start")?,
        median(memory).ok_or("no start")?,
    ))
}

fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}
