//! A ZIP container's parts, within limits.

use crate::error::DocumentError;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most parts a container may list.
const MOST_PARTS: usize = 10_000;

/// Largest part once unpacked, in bytes. The body of a report of 60 pages has 1 to 3 MB of XML.
const LARGEST_PART: u64 = 32 * 1024 * 1024;

/// Most bytes unpacked from one container; a part that is named again is unpacked again.
const MOST_UNPACKED: u64 = 4 * LARGEST_PART;

/// Parts of a document.
pub(crate) struct Container<'a> {
    format: &'static str,
    /// What may still be unpacked, in bytes.
    left: u64,
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Container<'a> {
    /// Opens a container; `format` is named in refusals.
    pub(crate) fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, DocumentError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| DocumentError::Wordless {
            format,
            why: format!("the file is damaged or half of it is missing ({error}); copy it again from where it came"),
        })?;
        if zip.len() > MOST_PARTS {
            let why = format!("it has {} parts, more than the {MOST_PARTS} a report can have", zip.len());
            return Err(DocumentError::Wordless { format, why });
        }
        Ok(Self { format, left: MOST_UNPACKED, zip })
    }

    /// Says from now on that it is a document of this format.
    pub(crate) fn named(self, format: &'static str) -> Self {
        Self { format, ..self }
    }

    pub(crate) fn has(&self, part: &str) -> bool {
        self.zip.index_for_name(part).is_some()
    }

    /// Whether a part lies in this folder.
    pub(crate) fn has_folder(&self, folder: &str) -> bool {
        self.zip.file_names_raw().any(|name| name.starts_with(folder.as_bytes()))
    }

    pub(crate) fn refusal(&self, why: String) -> DocumentError {
        DocumentError::Wordless { format: self.format, why }
    }

    /// Unpacks every part to see that all stay within the limits, before another program is trusted with the container.
    pub(crate) fn within_limits(&mut self) -> Result<(), DocumentError> {
        for index in 0..self.zip.len() {
            let format = self.format;
            let refusal = |why: String| DocumentError::Wordless { format, why };
            let file = self.zip.by_index(index).map_err(|error| {
                refusal(format!(
                    "a part cannot be unpacked ({error}); when the file has a password, save it without one"
                ))
            })?;
            let unpacked = std::io::copy(&mut file.take(LARGEST_PART + 1), &mut std::io::sink());
            let unpacked = unpacked.map_err(|error| refusal(format!("a part is damaged ({error}); save it again")))?;
            let left = self.left.checked_sub(unpacked).filter(|_| unpacked <= LARGEST_PART);
            self.left = left.ok_or_else(|| {
                let why =
                    format!("a part unpacks to more than {LARGEST_PART} bytes, or all to more than {MOST_UNPACKED}");
                refusal(why)
            })?;
        }
        Ok(())
    }

    /// A part's text; none when it is not there.
    pub(crate) fn text(&mut self, part: &str) -> Result<Option<String>, DocumentError> {
        let format = self.format;
        let refusal = |why: String| DocumentError::Wordless { format, why };
        let Some(index) = self.zip.index_for_name(part) else { return Ok(None) };
        let file = self.zip.by_index(index).map_err(|error| {
            refusal(format!(
                "{part} cannot be unpacked ({error}); when the document has a password, save it without one"
            ))
        })?;
        let mut bytes = Vec::new();
        let read = file.take(LARGEST_PART + 1).read_to_end(&mut bytes);
        read.map_err(|error| refusal(format!("{part} is damaged ({error}); save the document again")))?;
        if bytes.len() as u64 > LARGEST_PART {
            return Err(refusal(format!(
                "{part} unpacks to more than {LARGEST_PART} bytes, more than a report can have"
            )));
        }
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            refusal(format!("its parts unpack to more than {MOST_UNPACKED} bytes, more than a report can have"))
        })?;
        let (encoding, mark) = encoding_rs::Encoding::for_bom(&bytes).unwrap_or((encoding_rs::UTF_8, 0));
        let body = bytes.get(mark..).unwrap_or_default();
        let text = encoding.decode_without_bom_handling_and_without_replacement(body);
        let text =
            text.ok_or_else(|| refusal(format!("{part} is not valid {}; save the document again", encoding.name())))?;
        Ok(Some(text.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn all_parts_together_are_bounded() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("part", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![b' '; 30 * 1024 * 1024]).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        let mut container = Container::open(&bytes, "OFD").unwrap();
        for _ in 0..4 {
            assert!(container.text("part").is_ok_and(|text| text.is_some()), "within the bound");
        }
        let error = container.text("part").map_err(|error| error.to_string());
        assert!(error.as_ref().is_err_and(|error| error.contains("parts unpack to more than")), "{error:?}");
    }
}
