//! Documents as delivered to text.
//!
//! [`open`] knows the format from the bytes, never from a name. What cannot be read whole is refused with the place and
//! what to do; a replacement character is never let in, and nothing is guessed.

mod container;
mod document;
mod docx;
mod error;
mod html;
mod lines;
mod ofd;
mod open;
mod pdf;
mod photo;
mod scan;
mod sheets;
mod text;
mod xml;

pub use document::{Document, Format, Place, place_of};
pub use error::{DocumentError, LARGEST};
pub use open::open;
pub use photo::{PhotoFacts, photo_facts};
pub use sheets::{Merge, Sheet, open_sheets};
pub use text::{Encoded, Text, decode};
