//! The plot of a load: times of answers and the server's memory, over the minutes.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::open_loop::{Outcome, PART};

type Area<'a, 'b> = DrawingArea<SVGBackend<'a>, Shift>;

/// Minutes, and a value then.
type Point = (f64, f64);

struct Curve {
    name: String,
    points: Vec<Point>,
}

const SIZE: (u32, u32) = (900, 640);

/// Milliseconds at the foot of the logarithmic scale.
const LEAST: f64 = 0.1;

const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)];

pub(super) fn draw(
    file: &Path,
    outcomes: &[Outcome],
    memory: &[f64],
) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (times, rest) = area.split_vertically(400);
    draw_times(&times, &times_of(outcomes))?;
    let seconds = (0_u32..).map(|second| f64::from(second) / 60.0);
    let points = seconds.zip(memory.iter().copied()).collect();
    draw_memory(&rest, &Curve { name: "resident memory, MiB".to_owned(), points })?;
    area.present()?;
    Ok(())
}

fn times_of(outcomes: &[Outcome]) -> Vec<Curve> {
    let curve = |outcome: &Outcome, (name, quantile)| {
        let milliseconds = |micros: u64| {
            Ok::<_, std::num::TryFromIntError>(f64::from(u32::try_from(micros)?) / 1e3)
        };
        let minutes = (0_u32..).map(|part| f64::from(part) * PART.as_secs_f64() / 60.0);
        let values = outcome.parts.iter().map(|part| part.value_at_quantile(quantile));
        let values = values.map(|micros| milliseconds(micros).unwrap_or(f64::NAN).max(LEAST));
        Curve { name: format!("{} {name}", outcome.name), points: minutes.zip(values).collect() }
    };
    outcomes.iter().flat_map(|outcome| QUANTILES.map(|quantile| curve(outcome, quantile))).collect()
}

fn draw_times(area: &Area<'_, '_>, curves: &[Curve]) -> Result<(), Box<dyn Error>> {
    let most = most(curves.iter());
    let mut chart = ChartBuilder::on(area)
        .caption("milliseconds from when a request was due to its answer", ("sans-serif", 15))
        .margin(12)
        .x_label_area_size(24)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..end(curves), (LEAST..10.0 * most).log_scale())?;
    chart.configure_mesh().draw()?;
    for (place, curve) in curves.iter().enumerate() {
        let style = Palette99::pick(place).stroke_width(1);
        chart
            .draw_series(LineSeries::new(curve.points.iter().copied(), style))?
            .label(&curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .draw()?;
    Ok(())
}

fn draw_memory(area: &Area<'_, '_>, curve: &Curve) -> Result<(), Box<dyn Error>> {
    let curves = std::slice::from_ref(curve);
    let mut chart = ChartBuilder::on(area)
        .caption(&curve.name, ("sans-serif", 15))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..end(curves), 0.0..1.2 * most(curves.iter()))?;
    chart.configure_mesh().x_desc("minutes").draw()?;
    chart.draw_series(LineSeries::new(curve.points.iter().copied(), BLUE))?;
    Ok(())
}

fn most<'a>(curves: impl Iterator<Item = &'a Curve>) -> f64 {
    curves.flat_map(|curve| &curve.points).map(|(_, value)| *value).fold(1.0, f64::max)
}

fn end(curves: &[Curve]) -> f64 {
    curves.iter().flat_map(|curve| &curve.points).map(|(minutes, _)| *minutes).fold(0.0, f64::max)
}
