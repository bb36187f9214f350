//! How tiles share the stage.

/// More people in a row cannot be told apart.
pub const MAX_COLUMNS: usize = 5;

/// Between two tiles, in CSS pixels.
pub const GAP: f64 = 12.0;

/// Below this width, in CSS pixels, tiles may stand upright.
const NARROW: f64 = 500.0;

/// How much of the stage's width or height the strip beside a large tile takes at least, and within
/// which bounds, in CSS pixels.
const STRIP: f64 = 0.18;
const MIN_STRIP: f64 = 84.0;
const MAX_STRIP: f64 = 220.0;

/// A part of the stage, or a tile on it, in CSS pixels from the stage's upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// To the left edge.
    pub x: f64,
    /// To the upper edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// The shapes, width by height, that a tile may have.
#[derive(Clone, Copy)]
struct Shapes {
    tallest: f64,
    widest: f64,
}

/// Cameras are cropped to them: upright on a wide screen they would show half a face.
const WIDE: Shapes = Shapes {
    tallest: 4.0 / 3.0,
    widest: 16.0 / 9.0,
};
const NARROW_STAGE: Shapes = Shapes {
    tallest: 3.0 / 4.0,
    widest: 16.0 / 9.0,
};

impl Shapes {
    fn of(width: f64) -> Self {
        if width < NARROW { NARROW_STAGE } else { WIDE }
    }

    /// The largest tile in a cell, in whole pixels: parts of one blur what is in it.
    fn fit(self, width: f64, height: f64) -> (f64, f64) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        (
            width.min(height * self.widest).floor(),
            height.min(width / self.tallest).floor(),
        )
    }
}

/// Where each tile stands, in order; `is_large` says of each whether it takes the stage, with all
/// others in a strip beside it.
pub fn arrange(width: f64, height: f64, is_large: &[bool]) -> Vec<Rect> {
    let stage = Rect {
        width,
        height,
        ..Rect::default()
    };
    let large = is_large.iter().filter(|is_large| **is_large).count();
    let others = is_large.len() - large;
    let (mut large, mut others) = if large == 0 || others == 0 {
        let all = grid(stage, is_large.len(), Shapes::of(width));
        (all.clone().into_iter(), all.into_iter())
    } else {
        let (large, others) = staged(stage, large, others);
        (large.into_iter(), others.into_iter())
    };
    let place = |is_large: &bool| {
        if *is_large {
            large.next()
        } else {
            others.next()
        }
    };
    is_large.iter().filter_map(place).collect()
}

/// Large tiles, and all others in a strip at the right or below, whichever leaves the large ones
/// more room.
fn staged(stage: Rect, large: usize, others: usize) -> (Vec<Rect>, Vec<Rect>) {
    let splits = [split(stage, large, true), split(stage, large, false)];
    let [right, below] = splits.map(|(large, strip)| {
        let shapes = Shapes::of(stage.width.min(strip.width));
        (large, grid(strip, others, shapes))
    });
    let area = |(large, others): &(Vec<Rect>, Vec<Rect>)| (sum(large), sum(others));
    if area(&below) > area(&right) {
        below
    } else {
        right
    }
}

/// The large tiles, and what they leave for a strip.
fn split(stage: Rect, large: usize, at_right: bool) -> (Vec<Rect>, Rect) {
    let length = if at_right { stage.width } else { stage.height };
    let strip = (length * STRIP)
        .clamp(MIN_STRIP, MAX_STRIP)
        .min(length / 2.0);
    let mut room = stage;
    let side = if at_right {
        &mut room.width
    } else {
        &mut room.height
    };
    *side = (*side - strip - GAP).max(0.0);
    let mut tiles = grid(room, large, WIDE);
    // What they do not take is the strip's.
    let end = |tile: &Rect| {
        if at_right {
            tile.width + tile.x
        } else {
            tile.height + tile.y
        }
    };
    let begin = |tile: &Rect| if at_right { tile.x } else { tile.y };
    let first = tiles.iter().map(begin).fold(length, f64::min);
    let last = tiles.iter().map(end).fold(0.0, f64::max);
    let mut strip = stage;
    let taken = (last - first + GAP).max(0.0);
    for tile in &mut tiles {
        *(if at_right { &mut tile.x } else { &mut tile.y }) -= first;
    }
    if at_right {
        strip.x = taken;
        strip.width = (strip.width - taken).max(0.0);
    } else {
        strip.y = taken;
        strip.height = (strip.height - taken).max(0.0);
    }
    (tiles, strip)
}

fn sum(tiles: &[Rect]) -> f64 {
    tiles.iter().map(|tile| tile.width * tile.height).sum()
}

/// The grid in which `tiles` tiles fill most of this part of the stage; among equals the one with
/// the fewest columns.
fn grid(part: Rect, tiles: usize, shapes: Shapes) -> Vec<Rect> {
    let grid = |columns| Grid::new(part, tiles, columns, shapes);
    let largest = (2..=MAX_COLUMNS).map(grid).fold(grid(1), |best, grid| {
        if grid.area() > best.area() {
            grid
        } else {
            best
        }
    });
    (0..tiles).map(|tile| largest.place(part, tile)).collect()
}

/// Tiles in rows, all of one size, in the middle.
struct Grid {
    tiles: usize,
    columns: usize,
    rows: usize,
    width: f64,
    height: f64,
}

impl Grid {
    fn new(part: Rect, tiles: usize, columns: usize, shapes: Shapes) -> Self {
        let rows = tiles.div_ceil(columns).max(1);
        let cell = |length: f64, cells: usize| (length + GAP) / cells as f64 - GAP;
        let (width, height) = shapes.fit(cell(part.width, columns), cell(part.height, rows));
        Self {
            tiles,
            columns,
            rows,
            width,
            height,
        }
    }

    /// How much one tile fills.
    fn area(&self) -> f64 {
        self.width * self.height
    }

    fn place(&self, part: Rect, tile: usize) -> Rect {
        let (row, column) = (tile / self.columns, tile % self.columns);
        let in_row = self.columns.min(self.tiles - row * self.columns);
        // Of so many tiles side by side, where this one begins.
        let begin = |length: f64, tile_length: f64, tiles: usize, index: usize| {
            let taken = tiles as f64 * (tile_length + GAP) - GAP;
            ((length - taken) / 2.0).floor().max(0.0) + index as f64 * (tile_length + GAP)
        };
        Rect {
            x: part.x + begin(part.width, self.width, in_row, column),
            y: part.y + begin(part.height, self.height, self.rows, row),
            width: self.width,
            height: self.height,
        }
    }
}

#[cfg(test)]
mod tests;
