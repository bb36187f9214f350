//! The page's beginning.

fn main() {
    client::run();
}
