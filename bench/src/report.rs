//! Tables in Markdown.

use std::fmt;

use crate::sample::Sample;

/// One quantity of all servers; the first is compared with each of the others.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it is, and its unit.
    pub title: String,
    /// Name and values of each server.
    pub rows: Vec<(String, Sample)>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, own)) = self.rows.first() else {
            return Ok(());
        };
        writeln!(f, "**{}**\n", self.title)?;
        writeln!(f, "| | median | range | {first} ÷ it | range |")?;
        writeln!(f, "|---|---:|---:|---:|---:|")?;
        for (name, sample) in &self.rows {
            write!(f, "| {name} {}", Cells(sample))?;
            // What does not grow at all is no number of times of anything.
            if name == first || !(own.is_positive() && sample.is_positive()) {
                writeln!(f, "| | |")?;
            } else {
                writeln!(f, "{}|", Cells(&own.over(sample)))?;
            }
        }
        Ok(())
    }
}

/// Median and range. One round has no range.
struct Cells<'a>(&'a Sample);

impl fmt::Display for Cells<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, greatest) = self.0.range();
        write!(f, "| {} ", Number(self.0.median()))?;
        if self.0.rounds() == 1 {
            return write!(f, "| ");
        }
        write!(f, "| {} to {} ", Number(least), Number(greatest))
    }
}

/// Three digits, or all before the point.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = match self.0.abs() {
            ..10.0 => 2,
            10.0..100.0 => 1,
            _ => 0,
        };
        write!(f, "{:.decimals$}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_stand_beside_what_they_are_made_of() {
        let row = |name: &str, values: &[f64]| (name.to_owned(), Sample::new(values.to_vec()));
        let table = Table {
            title: "Cost (µs)".to_owned(),
            rows: vec![
                row("ours", &[1.0, 2.0, 3.0]),
                row("theirs", &[10.0, 4.0, 120.0]),
            ],
        };
        let expected = "\
**Cost (µs)**

| | median | range | ours ÷ it | range |
|---|---:|---:|---:|---:|
| ours | 2.00 | 1.00 to 3.00 | | |
| theirs | 10.0 | 4.00 to 120 | 0.10 | 0.03 to 0.50 |
";
        assert_eq!(table.to_string(), expected);
    }
}
