use super::*;

/// Stages from a small phone to 4K, upright, on their side, and of no use at all.
const STAGES: [(f64, f64); 12] = [
    (0.0, 0.0),
    (50.0, 30.0),
    (300.0, 436.0),
    (320.0, 120.0),
    (370.0, 530.0),
    (370.0, 712.0),
    (844.0, 190.0),
    (499.0, 900.0),
    (500.0, 2000.0),
    (1240.0, 640.0),
    (1400.0, 780.0),
    (3800.0, 1980.0),
];

fn columns_and_rows(width: f64, height: f64, tiles: usize) -> (usize, usize) {
    let places = arrange(width, height, &vec![false; tiles]);
    let row = |y: f64| places.iter().filter(|place| place.y == y).count();
    let mut rows: Vec<f64> = places.iter().map(|place| place.y).collect();
    rows.dedup();
    (row(places[0].y), rows.len())
}

/// Every number of tiles from 1 to 16 on every stage, with none to three of them large.
fn all() -> impl Iterator<Item = ((f64, f64), Vec<bool>)> {
    STAGES.into_iter().flat_map(|stage| {
        (1..=16).flat_map(move |tiles| {
            (0..=tiles.min(3)).map(move |large| {
                let is_large = (0..tiles).map(|tile| tile >= tiles - large).collect();
                (stage, is_large)
            })
        })
    })
}

#[test]
fn two_people_on_a_phone_are_stacked() {
    assert_eq!(columns_and_rows(370.0, 712.0, 2), (1, 2));
}

#[test]
fn two_people_on_a_wide_screen_sit_side_by_side() {
    assert_eq!(columns_and_rows(1400.0, 780.0, 2), (2, 1));
}

#[test]
fn people_fill_wide_screens_and_phones() {
    for (tiles, expected) in [
        (1, (1, 1)),
        (3, (2, 2)),
        (4, (2, 2)),
        (5, (3, 2)),
        (9, (3, 3)),
    ] {
        assert_eq!(columns_and_rows(1400.0, 780.0, tiles), expected);
    }
    assert_eq!(columns_and_rows(370.0, 530.0, 4), (2, 2));
    assert_eq!(columns_and_rows(300.0, 436.0, 4), (2, 2));
    for tiles in [1, 2, 3, 4, 5, 6, 8, 10, 12] {
        for (width, height) in [(370.0, 530.0), (370.0, 712.0), (300.0, 436.0)] {
            let filled = sum(&arrange(width, height, &vec![false; tiles])) / (width * height);
            assert!(
                filled > 0.45,
                "{tiles} tiles fill {filled:.2} of {width} x {height}"
            );
        }
    }
}

#[test]
fn no_tile_lies_outside_or_under_another() {
    for ((width, height), is_large) in all() {
        let places = arrange(width, height, &is_large);
        assert_eq!(places.len(), is_large.len());
        let context = format!("{is_large:?} on {width} x {height}: {places:?}");
        for place in &places {
            let is_inside = place.x >= 0.0
                && place.y >= 0.0
                && place.x + place.width <= width.max(place.x)
                && place.y + place.height <= height.max(place.y);
            assert!(is_inside || place.width * place.height == 0.0, "{context}");
        }
        for (index, one) in places.iter().enumerate() {
            for other in &places[..index] {
                let apart = one.x + one.width <= other.x
                    || other.x + other.width <= one.x
                    || one.y + one.height <= other.y
                    || other.y + other.height <= one.y;
                assert!(apart || one.width * one.height == 0.0, "{context}");
            }
        }
    }
}

#[test]
fn no_other_grid_has_larger_tiles() {
    for ((width, height), tiles) in STAGES
        .into_iter()
        .flat_map(|stage| (1..=16).map(move |tiles| (stage, tiles)))
    {
        let tile = arrange(width, height, &vec![false; tiles])[0];
        let shapes = Shapes::of(width);
        for columns in 1..=MAX_COLUMNS {
            let rows = tiles.div_ceil(columns) as f64;
            let columns = columns as f64;
            let (other_width, other_height) = shapes.fit(
                (width - (columns - 1.0) * GAP) / columns,
                (height - (rows - 1.0) * GAP) / rows,
            );
            assert!(tile.width * tile.height >= other_width * other_height);
        }
    }
}

#[test]
fn a_large_tile_is_not_smaller_than_any_in_the_strip() {
    for ((width, height), is_large) in
        all().filter(|((width, height), _)| width * height > 60_000.0)
    {
        let large = is_large.iter().filter(|is_large| **is_large).count();
        if large != 1 || is_large.len() < 3 {
            continue;
        }
        let places = arrange(width, height, &is_large);
        let (last, others) = places.split_last().unwrap();
        let area = |place: &Rect| place.width * place.height;
        for other in others {
            assert!(
                area(last) >= area(other),
                "{places:?} on {width} x {height}"
            );
        }
    }
}

#[test]
fn a_screen_takes_the_width_of_a_phone_and_the_faces_the_rest() {
    let places = arrange(370.0, 530.0, &[false, false, true]);
    assert_eq!(
        (places[2].x, places[2].y, places[2].width),
        (0.0, 0.0, 370.0)
    );
    assert!(
        places[0].y > places[2].height && places[0].height > 150.0,
        "{places:?}"
    );
}

#[test]
fn a_stage_without_tiles_has_none() {
    assert!(arrange(300.0, 300.0, &[]).is_empty());
}
