//! XML one step at a time: names without prefixes, entities resolved, depth bounded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper documents are refused.
const DEEPEST: usize = 256;

/// An element's start.
#[derive(Debug)]
pub(crate) struct Element<'x>(BytesStart<'x>);

impl Element<'_> {
    /// Its name without prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attribute with this name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let own =
            self.0.attributes().with_checks(false).flatten().find(|own| own.key.local_name().into_inner() == name)?;
        own.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
    }
}

/// One step through a document. An empty element is entered and left.
#[derive(Debug)]
pub(crate) enum Step<'x> {
    /// An element begins.
    Open(Element<'x>),
    /// The innermost element ends.
    Close,
    /// Words, entities resolved.
    Text(String),
}

/// Walks through a part and hands every step on.
///
/// # Errors
/// What is wrong with the XML, and at which byte of it; or what `each` refuses.
pub(crate) fn walk<'x, E>(
    text: &'x str,
    mut broken: impl FnMut(String) -> E,
    mut each: impl FnMut(Step<'x>) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position();
        match event {
            Err(error) => return Err(broken(format!("XML error at byte {at} ({error})"))),
            Ok(Event::Start(element)) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(broken(format!("elements nest deeper than {DEEPEST} at byte {at}")));
                }
                each(Step::Open(Element(element)))?;
            }
            Ok(Event::Empty(element)) => {
                each(Step::Open(Element(element)))?;
                each(Step::Close)?;
            }
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                each(Step::Close)?;
            }
            Ok(Event::Text(words)) => each(Step::Text(words.xml10_content().into_owned()))?,
            Ok(Event::CData(words)) => each(Step::Text(words.into_inner().into_owned()))?,
            Ok(Event::GeneralRef(entity)) => {
                let name = entity.into_inner();
                let Some(words) = resolved(&name) else {
                    return Err(broken(format!("unknown entity &{name}; at byte {at}")));
                };
                each(Step::Text(words))?;
            }
            Ok(Event::Eof) if depth == 0 => return Ok(()),
            Ok(Event::Eof) => return Err(broken(format!("the end is missing after byte {at}"))),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
        }
    }
}

/// One of the five entities of XML, or a character by its number.
fn resolved(name: &str) -> Option<String> {
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number).filter(|c| *c != '\0')?
        }
    };
    Some(c.to_string())
}
