//! Small ways to a PDF's objects.

use lopdf::{Document, Object};

/// The object itself where `object` refers to it.
pub(super) fn resolved<'d>(doc: &'d Document, object: &'d Object) -> &'d Object {
    doc.dereference(object).map_or(&Object::Null, |(_, object)| object)
}

/// A name's letters; empty for anything else.
pub(super) fn name(object: &Object) -> String {
    object.as_name().map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default()
}

/// A number of either kind, when it is finite.
pub(super) fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}
