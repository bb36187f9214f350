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
        let Some(first) = self.names().next() else {
            return Ok(());
        };
        writeln!(f, "**{}**\n", self.title)?;
        writeln!(f, "| | median | range | {first} ÷ it | range |")?;
        writeln!(f, "|---|---:|---:|---:|---:|")?;
        for (name, sample) in &self.rows {
            write!(f, "| {name} {}", Cells(sample))?;
            match self.ratio(name, sample) {
                Some(ratio) => writeln!(f, "{}|", Cells(&ratio))?,
                None => writeln!(f, "| | |")?,
            }
        }
        Ok(())
    }
}

impl Table {
    /// The values of the first over those of a row, if it is another and both are more than
    /// nothing.
    fn ratio(&self, name: &str, sample: &Sample) -> Option<Sample> {
        let (first, own) = self.rows.first()?;
        let is_comparable = name != first && own.is_positive() && sample.is_positive();
        is_comparable.then(|| own.over(sample))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|(name, _)| name.as_str())
    }
}

/// Medians of all, with the median of the ratios behind each: a table for each choice of servers.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a>(pub &'a [Table]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tables in self.0.chunk_by(|one, other| one.names().eq(other.names())) {
            let names: Vec<&str> = tables.iter().take(1).flat_map(Table::names).collect();
            writeln!(f, "| | {} |", names.join(" | "))?;
            writeln!(f, "|---|{}", "---:|".repeat(names.len()))?;
            for table in tables {
                write!(f, "| {} |", table.title)?;
                for (name, sample) in &table.rows {
                    write!(f, " {}", Number(sample.median()))?;
                    if let Some(ratio) = table.ratio(name, sample) {
                        write!(f, " (**{}**)", Number(ratio.median()))?;
                    }
                    write!(f, " |")?;
                }
                writeln!(f)?;
            }
            writeln!(f)?;
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
        let expected = "\
**Cost (µs)**

| | median | range | ours ÷ it | range |
|---|---:|---:|---:|---:|
| ours | 2.00 | 1.00 to 3.00 | | |
| theirs | 10.0 | 4.00 to 120 | 0.10 | 0.03 to 0.50 |
";
        assert_eq!(cost().to_string(), expected);
    }

    #[test]
    fn a_summary_has_a_table_for_each_choice_of_servers() {
        let mut growth = cost();
        growth.title = "Growth (bytes)".to_owned();
        growth.rows[0].1 = Sample::new(vec![0.0, 0.0, 0.0]);
        let mut alone = cost();
        alone.rows.pop();
        let expected = "\
| | ours | theirs |
|---|---:|---:|
| Cost (µs) | 2.00 | 10.0 (**0.10**) |
| Growth (bytes) | 0.00 | 10.0 |

| | ours |
|---|---:|
| Cost (µs) | 2.00 |

";
        assert_eq!(Summary(&[cost(), growth, alone]).to_string(), expected);
    }

    fn cost() -> Table {
        let row = |name: &str, values: &[f64]| (name.to_owned(), Sample::new(values.to_vec()));
        let rows = vec![
            row("ours", &[1.0, 2.0, 3.0]),
            row("theirs", &[10.0, 4.0, 120.0]),
        ];
        Table {
            title: "Cost (µs)".to_owned(),
            rows,
        }
    }
}
