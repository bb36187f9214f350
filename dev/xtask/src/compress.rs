//! Compresses the page once, at build time, so that the server only chooses.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

/// A file with its sizes in bytes.
pub struct Sizes {
    /// The file.
    pub path: PathBuf,
    /// As it is.
    pub plain: u64,
    /// As `x.gz`.
    pub gzip: u64,
    /// As `x.br`.
    pub brotli: u64,
}

/// Puts `x.br` and `x.gz` beside each file of a folder.
pub fn folder(folder: &Path) -> io::Result<Vec<Sizes>> {
    let mut sizes = Vec::new();
    for path in files(folder)? {
        let content = fs::read(&path)?;
        sizes.push(Sizes {
            plain: content.len() as u64,
            gzip: write(&path, "gz", &gzip(&content)?)?,
            brotli: write(&path, "br", &brotli(&content)?)?,
            path,
        });
    }
    sizes.sort_by_key(|sizes| std::cmp::Reverse(sizes.plain));
    Ok(sizes)
}

/// All files that are not compressed, of folders in it too.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_compressed = path
            .extension()
            .is_some_and(|extension| extension == "gz" || extension == "br");
        if path.is_dir() {
            found.append(&mut files(&path)?);
        } else if !is_compressed {
            found.push(path);
        }
    }
    Ok(found)
}

fn write(path: &Path, extension: &str, content: &[u8]) -> io::Result<u64> {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    fs::write(name, content)?;
    Ok(content.len() as u64)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_compressed_can_be_read_again() {
        let text = b"madang ".repeat(1000);
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&gzip(&text).unwrap()[..])
            .read_to_end(&mut plain)
            .unwrap();
        assert_eq!(plain, text);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &brotli(&text).unwrap()[..], &mut plain).unwrap();
        assert_eq!(plain, text);
    }
}
