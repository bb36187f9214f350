//! How tiles share the stage.

/// More people in a row cannot be told apart.
pub const MAX_COLUMNS: usize = 5;

/// Below this width, in CSS pixels, tiles may stand upright; `style.css` has it too.
const NARROW: f64 = 500.0;

/// The shapes, width by height, that a tile may have.
struct Shapes {
    tallest: f64,
    widest: f64,
}

/// The same as in `style.css`. Cameras are cropped to them: upright on a wide screen they would
/// show half a face.
const WIDE_STAGE: Shapes = Shapes {
    tallest: 4.0 / 3.0,
    widest: 16.0 / 9.0,
};
const NARROW_STAGE: Shapes = Shapes {
    tallest: 3.0 / 4.0,
    widest: 16.0 / 9.0,
};

impl Shapes {
    fn of(width: f64) -> &'static Self {
        if width < NARROW {
            &NARROW_STAGE
        } else {
            &WIDE_STAGE
        }
    }

    /// How much a tile fills of a cell, in square CSS pixels.
    fn area(&self, width: f64, height: f64) -> f64 {
        width.min(height * self.widest) * height.min(width / self.tallest)
    }
}

/// The grid of a number of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// 1 to [`MAX_COLUMNS`].
    pub columns: usize,
    /// As many as the tiles fill, at least 1.
    pub rows: usize,
}

impl Grid {
    /// The grid in which `tiles` tiles fill most of a stage of `width` by `height` CSS pixels;
    /// among equals the one with the fewest columns.
    pub fn largest(width: f64, height: f64, tiles: usize) -> Self {
        let shapes = Shapes::of(width);
        let area = |grid: Self| shapes.area(width / grid.columns as f64, height / grid.rows as f64);
        let grid = |columns| Self {
            columns,
            rows: tiles.div_ceil(columns).max(1),
        };
        (2..=MAX_COLUMNS).map(grid).fold(
            grid(1),
            |best, grid| {
                if area(grid) > area(best) { grid } else { best }
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
        assert_eq!(grid(390.0, 700.0, 8), (2, 4));
    }

    #[test]
    fn four_people_fill_a_phone() {
        // As much as the page leaves of a phone with the browser's bars, of one without, and of a
        // small one.
        for (width, height, expected) in [
            (370.0, 530.0, (2, 2)),
            (370.0, 712.0, (1, 4)),
            (300.0, 436.0, (2, 2)),
        ] {
            assert_eq!(grid(width, height, 4), expected, "{width} x {height}");
            let filled = filled(width, height, 4);
            assert!(filled > 0.75, "{filled:.2} of {width} x {height}");
        }
    }

    #[test]
    fn no_number_of_people_leaves_half_a_phone_black() {
        for tiles in [1, 2, 3, 4, 5, 6, 8, 10, 12] {
            for (width, height) in [(370.0, 530.0), (370.0, 712.0), (300.0, 436.0)] {
                let filled = filled(width, height, tiles);
                assert!(
                    filled > 0.5,
                    "{tiles} tiles fill {filled:.2} of {width} x {height}"
                );
            }
        }
    }

    /// Which part of a stage its tiles fill.
    fn filled(width: f64, height: f64, tiles: usize) -> f64 {
        let Grid { columns, rows } = Grid::largest(width, height, tiles);
        let tile = Shapes::of(width).area(width / columns as f64, height / rows as f64);
        tile * tiles as f64 / (width * height)
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
