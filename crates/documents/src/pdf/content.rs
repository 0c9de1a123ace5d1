//! A page's content stream to pieces of text (ISO 32000-1, 9.4).

use super::font::Font;
use super::objects::{name, number, resolved};
use crate::lines::Piece;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Largest content stream once unpacked, in bytes.
const LARGEST_STREAM: usize = 16 * 1024 * 1024;

/// Forms hold forms this deep at most.
const DEEPEST: usize = 8;

/// Most operations of a document, forms counted as often as they are shown.
const MOST_OPERATIONS: usize = 5_000_000;

/// Most bytes of content, forms counted as often as they are shown.
const MOST_CONTENT: usize = 128 * 1024 * 1024;

/// States saved within a page at most.
const MOST_SAVED: usize = 256;

/// `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix([f64; 6]);

impl Matrix {
    pub(super) const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn of(numbers: &[f64]) -> Option<Self> {
        <[f64; 6]>::try_from(numbers).ok().map(Self)
    }

    /// This one first, then `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, next.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    fn shifted(self, x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    fn place(self) -> (f64, f64) {
        let [.., e, f] = self.0;
        (e, f)
    }

    /// By how much a height grows.
    fn scale(self) -> f64 {
        let [_, _, c, d, ..] = self.0;
        c.hypot(d)
    }
}

/// What `q` saves.
#[derive(Clone)]
struct State {
    to_page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    invisible: bool,
}

/// What the pages showed.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) pieces: Vec<Piece>,
    /// Pages and fonts with letters that have no Unicode.
    pub(super) unknown: BTreeSet<(u32, String)>,
    /// Pages that show a picture.
    pub(super) pictures: BTreeSet<u32>,
    /// Pages with words that are there and not shown: what a machine made of a picture.
    pub(super) invisible: BTreeSet<u32>,
    /// Something was too much.
    pub(super) too_much: Option<String>,
}

/// Walks through pages.
pub(super) struct Walker<'d> {
    doc: &'d Document,
    /// Fonts by the address of their dictionary, which stands as long as the document.
    fonts: HashMap<*const Dictionary, Rc<Font>>,
    /// The forms being shown, by the address of their stream, outermost first.
    within: Vec<*const Stream>,
    operations: usize,
    bytes: usize,
    pub(super) shown: Shown,
}

/// Where the text stands: the line's start and the next letter.
#[derive(Clone, Copy)]
struct Cursor {
    line: Matrix,
    next: Matrix,
}

impl Cursor {
    /// To the start of a line this far from the start of the last one.
    fn down(&mut self, x: f64, y: f64) {
        let line = self.line.shifted(x, y);
        *self = Self { line, next: line };
    }
}

impl<'d> Walker<'d> {
    pub(super) fn new(doc: &'d Document) -> Self {
        Self { doc, fonts: HashMap::new(), within: Vec::new(), operations: 0, bytes: 0, shown: Shown::default() }
    }

    /// Reads a page's content. `to_page` turns it upright.
    pub(super) fn page(&mut self, page: u32, content: &[u8], resources: Option<&'d Dictionary>, to_page: Matrix) {
        let state = State {
            to_page,
            font: None,
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            invisible: false,
        };
        self.content(page, content, resources, state);
    }

    fn content(&mut self, page: u32, content: &[u8], resources: Option<&'d Dictionary>, start: State) {
        self.bytes = self.bytes.saturating_add(content.len());
        if self.bytes > MOST_CONTENT {
            self.too_much(format!("its pages up to {page} unpack to more than {MOST_CONTENT} bytes"));
        }
        if self.shown.too_much.is_some() {
            return;
        }
        let mut state = start;
        let mut saved: Vec<State> = Vec::new();
        let mut cursor = Cursor { line: Matrix::ONE, next: Matrix::ONE };
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else {
                self.too_much(format!("page {page} has a content stream that is damaged"));
                return;
            };
            self.operations += 1;
            if self.operations > MOST_OPERATIONS {
                self.too_much(format!("page {page} takes more steps to draw than a report's pages do"));
                return;
            }
            match operation.operator.as_str() {
                "q" if saved.len() < MOST_SAVED => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => {
                    if let Some(matrix) = Matrix::of(&numbers(&operation.operands)) {
                        state.to_page = matrix.then(state.to_page);
                    }
                }
                "Do" => self.object(page, &operation, resources, &state),
                "BI" | "EI" => {
                    self.shown.pictures.insert(page);
                }
                _ => self.text(page, &operation, resources, &mut state, &mut cursor),
            }
        }
    }

    fn too_much(&mut self, what: String) {
        self.shown.too_much.get_or_insert(what);
    }

    fn object(&mut self, page: u32, operation: &Operation, resources: Option<&'d Dictionary>, state: &State) {
        let Some(object) = operation.operands.first().and_then(|own| self.resource(resources, b"XObject", own)) else {
            return;
        };
        let Ok(stream) = object.as_stream() else { return };
        match stream.dict.get(b"Subtype").map(|own| name(resolved(self.doc, own))).as_deref() {
            Ok("Image") => {
                self.shown.pictures.insert(page);
            }
            // A form that shows itself, by way of others too, would have no end.
            Ok("Form") if self.within.len() < DEEPEST && !self.within.contains(&std::ptr::from_ref(stream)) => {
                let Ok(content) = stream.get_plain_content_with_limit(LARGEST_STREAM) else { return };
                let matrix = stream.dict.get(b"Matrix").ok().and_then(|own| resolved(self.doc, own).as_array().ok());
                let matrix = matrix.and_then(|own| Matrix::of(&numbers(own))).unwrap_or(Matrix::ONE);
                let own = stream.dict.get(b"Resources").ok().and_then(|own| resolved(self.doc, own).as_dict().ok());
                let mut state = state.clone();
                state.to_page = matrix.then(state.to_page);
                self.within.push(std::ptr::from_ref(stream));
                self.content(page, &content, own.or(resources), state);
                self.within.pop();
            }
            _ => {}
        }
    }

    fn resource(&self, resources: Option<&'d Dictionary>, kind: &[u8], key: &Object) -> Option<&'d Object> {
        let doc = self.doc;
        let of_kind = resolved(doc, resources?.get(kind).ok()?).as_dict().ok()?;
        Some(resolved(doc, of_kind.get(key.as_name().ok()?).ok()?))
    }

    fn font(&mut self, resources: Option<&'d Dictionary>, key: &Object) -> Option<Rc<Font>> {
        let doc = self.doc;
        let fonts = resolved(doc, resources?.get(b"Font").ok()?).as_dict().ok()?;
        let font = resolved(doc, fonts.get(key.as_name().ok()?).ok()?).as_dict().ok()?;
        let read = self.fonts.entry(std::ptr::from_ref(font)).or_insert_with(|| Rc::new(Font::read(doc, font)));
        Some(Rc::clone(read))
    }

    fn text(
        &mut self,
        page: u32,
        operation: &Operation,
        resources: Option<&'d Dictionary>,
        state: &mut State,
        cursor: &mut Cursor,
    ) {
        let operands = &operation.operands;
        let given = numbers(operands);
        let first = given.first().copied();
        match operation.operator.as_str() {
            "BT" => *cursor = Cursor { line: Matrix::ONE, next: Matrix::ONE },
            "Tf" => {
                state.font = operands.first().and_then(|key| self.font(resources, key));
                state.size = given.last().copied().unwrap_or(state.size);
            }
            "Tc" => state.letter_space = first.unwrap_or(0.0),
            "Tw" => state.word_space = first.unwrap_or(0.0),
            "Tz" => state.stretch = first.unwrap_or(100.0) / 100.0,
            "TL" => state.leading = first.unwrap_or(0.0),
            "Ts" => state.rise = first.unwrap_or(0.0),
            // Neither filled nor stroked: what a machine read from a picture is laid over it so.
            "Tr" => state.invisible = first == Some(3.0),
            "Td" | "TD" => {
                if let [x, y] = given.as_slice() {
                    if operation.operator == "TD" {
                        state.leading = -y;
                    }
                    cursor.down(*x, *y);
                }
            }
            "T*" => cursor.down(0.0, -state.leading),
            "Tm" => {
                if let Some(matrix) = Matrix::of(&given) {
                    *cursor = Cursor { line: matrix, next: matrix };
                }
            }
            "Tj" | "TJ" => self.strings(page, operands, state, cursor),
            "'" => {
                cursor.down(0.0, -state.leading);
                self.strings(page, operands, state, cursor);
            }
            "\"" => {
                if let [word, letter, ..] = given.as_slice() {
                    (state.word_space, state.letter_space) = (*word, *letter);
                }
                cursor.down(0.0, -state.leading);
                self.strings(page, operands.get(2..).unwrap_or_default(), state, cursor);
            }
            _ => {}
        }
    }

    /// Shows strings, and moves by the numbers between them.
    fn strings(&mut self, page: u32, operands: &[Object], state: &State, cursor: &mut Cursor) {
        let list = match operands {
            [Object::Array(list)] => list.as_slice(),
            other => other,
        };
        for object in list {
            match object {
                Object::String(bytes, _) => self.string(page, bytes, state, cursor),
                other => {
                    let by = number(other).unwrap_or(0.0) / 1_000.0 * state.size * state.stretch;
                    cursor.next = cursor.next.shifted(-by, 0.0);
                }
            }
        }
    }

    fn string(&mut self, page: u32, bytes: &[u8], state: &State, cursor: &mut Cursor) {
        let Some(font) = &state.font else { return };
        let shown = cursor.next.then(state.to_page);
        let (left, base) = shown.shifted(0.0, state.rise).place();
        let mut text = String::new();
        let mut by = 0.0;
        for letter in font.letters(bytes) {
            match letter.text {
                Some(letters) => text.push_str(&letters),
                None if state.invisible => {}
                None => {
                    self.shown.unknown.insert((page, font.name.clone()));
                }
            }
            let word = if letter.space { state.word_space } else { 0.0 };
            by += (letter.width * state.size + state.letter_space + word) * state.stretch;
        }
        cursor.next = cursor.next.shifted(by, 0.0);
        let (right, _) = cursor.next.then(state.to_page).place();
        if state.invisible {
            if !text.trim().is_empty() {
                self.shown.invisible.insert(page);
            }
            return;
        }
        let size = (state.size * shown.scale()).abs();
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        self.shown.pieces.push(Piece { page, left, right, base: -base, size, text });
    }
}

fn numbers(operands: &[Object]) -> Vec<f64> {
    operands.iter().filter_map(number).collect()
}
