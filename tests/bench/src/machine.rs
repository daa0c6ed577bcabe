//! What the figures were measured on.

use std::error::Error;
use std::fs;

pub(crate) fn describe() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("Machine: {model}, {cores} cores, {}.\n", std::env::consts::OS)
}

/// The load averages of one, five and fifteen minutes.
pub(crate) fn load_average() -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split_whitespace().take(3).collect::<Vec<_>>().join(", "))
}

/// The milliseconds of processors that a process has taken so far, in all its threads; `self` is this
/// one.
pub(crate) fn processor_milliseconds(process: &str) -> Result<f64, Box<dyn Error>> {
    // proc_pid_stat(5): utime and stime are the 14th and 15th field, in hundredths of a second; the
    // second is the only one that may hold a space.
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no fields")?;
    let times = fields.split_whitespace().skip(11).take(2);
    let hundredths: f64 = times.map(str::parse::<f64>).sum::<Result<_, _>>()?;
    Ok(10.0 * hundredths)
}
