//! Measures the page and whole calls.

use crate::{
    build, compress,
    contributors::contributors,
    run::{command, root, step},
    tools,
};

/// Prints the page's sizes, then times and connections of whole calls.
pub fn measure() -> Result<(), String> {
    build::build()?;
    tools::for_browsers()?;
    sizes()?;
    heaviest()?;
    hold("hold calls", "measure")
}

/// Prints what calls feel of faults, fault by fault, beside a page that follows the usual recipe.
pub fn faults() -> Result<(), String> {
    build::build()?;
    tools::for_browsers()?;
    hold(
        "hold calls that break; all take about ten minutes",
        "faults",
    )
}

fn hold(what: &str, program: &str) -> Result<(), String> {
    let cargo = ["run", "--locked", "--package", "madang-e2e", "--bin"];
    step(
        what,
        &mut command("cargo", &[&cargo[..], &[program]].concat()),
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

/// What the module consists of before wasm-opt, which drops the names.
fn heaviest() -> Result<(), String> {
    let path = root().join("target/wasm32-unknown-unknown/web/madang-client.wasm");
    let module = std::fs::read(&path);
    let module = module.map_err(|error| format!("Cannot read {}: {error}", path.display()))?;
    let contributors = contributors(&module).map_err(|error| error.to_string())?;
    println!("{:>9} {:>9}  the heaviest in the module", "bytes", "count");
    for heavy in contributors.iter().take(10) {
        println!("{:>9} {:>9}  {}", heavy.bytes, heavy.count, heavy.name);
    }
    println!();
    Ok(())
}
