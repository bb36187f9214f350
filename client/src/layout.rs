//! How tiles share the stage.

/// More people in a row cannot be told apart.
pub const MAX_COLUMNS: usize = 5;

/// Below this width, in CSS pixels, tiles are square instead of 16:9.
const NARROW: f64 = 500.0;

/// The grid of a number of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// 1 to [`MAX_COLUMNS`].
    pub columns: usize,
    /// As many as the tiles fill, at least 1.
    pub rows: usize,
}

impl Grid {
    /// The grid that makes `tiles` tiles on a stage of `width` by `height` CSS pixels largest; among equals the one
    /// with the fewest columns.
    pub fn largest(width: f64, height: f64, tiles: usize) -> Self {
        let aspect = if width < NARROW { 1.0 } else { 16.0 / 9.0 };
        let tile_width =
            |grid: Self| (width / grid.columns as f64).min(height / grid.rows as f64 * aspect);
        (1..=MAX_COLUMNS)
            .map(|columns| Self {
                columns,
                rows: tiles.div_ceil(columns).max(1),
            })
            .fold(
                Self {
                    columns: 1,
                    rows: tiles.max(1),
                },
                |best, grid| {
                    if tile_width(grid) > tile_width(best) {
                        grid
                    } else {
                        best
                    }
                },
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(width: f64, height: f64, tiles: usize) -> (usize, usize) {
        let Grid { columns, rows } = Grid::largest(width, height, tiles);
        (columns, rows)
    }

    #[test]
    fn two_people_on_a_phone_are_stacked() {
        assert_eq!(grid(390.0, 700.0, 2), (1, 2));
    }

    #[test]
    fn two_people_on_a_wide_screen_sit_side_by_side() {
        assert_eq!(grid(1400.0, 780.0, 2), (2, 1));
    }

    #[test]
    fn tiles_are_as_large_as_they_can_be() {
        assert_eq!(grid(1400.0, 780.0, 1), (1, 1));
        assert_eq!(grid(1400.0, 780.0, 3), (2, 2));
        assert_eq!(grid(1400.0, 780.0, 4), (2, 2));
        assert_eq!(grid(1400.0, 780.0, 5), (3, 2));
        assert_eq!(grid(1400.0, 780.0, 9), (3, 3));
        assert_eq!(grid(390.0, 700.0, 4), (2, 2));
        assert_eq!(grid(390.0, 700.0, 8), (2, 4));
    }

    #[test]
    fn there_are_never_more_than_five_columns() {
        assert_eq!(grid(4000.0, 100.0, 20), (5, 4));
    }

    #[test]
    fn a_stage_without_size_has_a_grid_all_the_same() {
        assert_eq!(grid(0.0, 0.0, 3), (1, 3));
        assert_eq!(grid(0.0, 0.0, 0), (1, 1));
    }

    #[test]
    fn every_tile_has_a_place_and_no_row_is_empty() {
        for tiles in 1..=30 {
            for (width, height) in [
                (320.0, 500.0),
                (844.0, 300.0),
                (1440.0, 900.0),
                (500.0, 2000.0),
            ] {
                let (columns, rows) = grid(width, height, tiles);
                assert!(
                    columns * rows >= tiles && columns * (rows - 1) < tiles,
                    "{tiles} tiles on {width} x {height}"
                );
            }
        }
    }
}
