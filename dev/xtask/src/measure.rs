//! Measures the page and whole calls.

use crate::{
    build, compress,
    run::{command, root, step},
    tools,
};

/// Prints the page's sizes, then times and connections of whole calls.
pub fn measure() -> Result<(), String> {
    build::build()?;
    tools::for_browsers()?;
    sizes()?;
    let cargo = [
        "run",
        "--locked",
        "--package",
        "madang-e2e",
        "--bin",
        "measure",
    ];
    step(
        "hold calls",
        &mut command("cargo", &cargo),
        "The words above tell what went wrong.",
    )
}

fn sizes() -> Result<(), String> {
    let files = compress::folder(&root().join("dist"))
        .map_err(|error| format!("Cannot read dist/: {error}"))?;
    println!("\n{:>9} {:>9} {:>9}  file", "bytes", "gzip", "brotli");
    let mut total = [0; 3];
    for file in files {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy();
        let sizes = [file.plain, file.gzip, file.brotli];
        total
            .iter_mut()
            .zip(sizes)
            .for_each(|(sum, size)| *sum += size);
        println!("{:>9} {:>9} {:>9}  {name}", sizes[0], sizes[1], sizes[2]);
    }
    println!(
        "{:>9} {:>9} {:>9}  all that the browser loads\n",
        total[0], total[1], total[2]
    );
    Ok(())
}
