//! Files made here, with fonts as Chinese offices' programs write them.

use crate::DocumentError;
use encoding_rs::GBK;
use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;

/// How the font of a file names its letters.
#[derive(Clone, Copy, Debug)]
enum Naming {
    Ucs2,
    Gbk,
    /// Glyph numbers, with a `ToUnicode` that maps each to itself.
    ToUnicode,
    /// Glyph numbers, and nothing else.
    Numbers,
}

fn bytes(text: &str, naming: Naming) -> Vec<u8> {
    match naming {
        Naming::Gbk => GBK.encode(text).0.into_owned(),
        _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

/// What a page shows.
enum Page<'t> {
    /// Lines `left, down, words`, in letters of size 10.
    Lines(&'t [(f32, f32, &'t str)]),
    Raw(String),
    Picture,
}

fn file(pages: &[Page<'_>], naming: Naming) -> Vec<u8> {
    let mut doc = Document::with_version("1.5");
    let tree = doc.new_object_id();
    let encoding = match naming {
        Naming::Ucs2 => "UniGB-UCS2-H",
        Naming::Gbk => "GBK-EUC-H",
        Naming::ToUnicode | Naming::Numbers => "Identity-H",
    };
    let descendant = doc.add_object(
        dictionary! { "Type" => "Font", "Subtype" => "CIDFontType0", "BaseFont" => "SimSun", "DW" => 1000 },
    );
    let mut font = dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "SimSun", "Encoding" => encoding,
        "DescendantFonts" => vec![Object::Reference(descendant)],
    };
    if matches!(naming, Naming::ToUnicode) {
        let cmap =
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange";
        font.set("ToUnicode", doc.add_object(Stream::new(dictionary! {}, cmap.to_vec())));
    }
    let font = doc.add_object(font);
    let image = dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1 };
    let image = doc.add_object(Stream::new(image, vec![0]));
    let form = format!("BT /F 10 Tf 0 400 Td <{}> Tj ET 1 0 0 1 0 -20 cm /X Do", hex("绿化带2公里"));
    let form = doc.add_object(Stream::new(dictionary! { "Type" => "XObject", "Subtype" => "Form" }, form.into_bytes()));
    let resources = doc.add_object(dictionary! {
        "Font" => dictionary! { "F" => font }, "XObject" => dictionary! { "I" => image, "X" => form },
    });
    let kids: Vec<Object> = pages
        .iter()
        .map(|page| {
            let content = match page {
                Page::Lines(lines) => lines.iter().fold(String::new(), |out, (left, down, text)| {
                    let hex: String = bytes(text, naming).iter().map(|byte| format!("{byte:02X}")).collect();
                    format!("{out}BT /F 10 Tf {left} {} Td <{hex}> Tj ET\n", 800.0 - down)
                }),
                Page::Raw(content) => content.clone(),
                Page::Picture => "q 500 0 0 800 0 0 cm /I Do Q".to_owned(),
            };
            let content = doc.add_object(Stream::new(dictionary! {}, content.into_bytes()));
            doc.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content }).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources };
    doc.objects.insert(tree, Object::Dictionary(node));
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    doc.trailer.set("Root", catalog);
    doc.compress();
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}

fn told(pages: &[Page<'_>], naming: Naming) -> Result<String, DocumentError> {
    crate::open(&file(pages, naming)).map(|document| document.text.trim_end().to_owned())
}

#[test]
fn letters() {
    let lines = Page::Lines(&[(20.0, 0.0, "改造老旧小区8个，新"), (0.0, 20.0, "增车位1100个。")]);
    for naming in [Naming::Ucs2, Naming::Gbk, Naming::ToUnicode] {
        let text = told(std::slice::from_ref(&lines), naming);
        assert_eq!(text.as_deref(), Ok("改造老旧小区8个，新增车位1100个。"), "{naming:?}");
    }
}

fn hex(text: &str) -> String {
    bytes(text, Naming::Ucs2).iter().map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn a_form_that_shows_itself_is_shown_once() {
    let text = told(&[Page::Raw("/X Do".to_owned())], Naming::Ucs2);
    assert_eq!(text.as_deref(), Ok("绿化带2公里"));
}

#[test]
fn operators() {
    let check = |content: String, expected: &str| {
        assert_eq!(told(&[Page::Raw(content.clone())], Naming::Ucs2).as_deref(), Ok(expected), "{content}");
    };
    let (one, two) = (hex("建成五所学校"), hex("新增学位"));
    check(format!("BT /F 10 Tf 1 0 0 1 20 700 Tm 20 TL <{one}> Tj T* <{two}> Tj ET"), "建成五所学校新增学位");
    check(format!("BT /F 10 Tf 12 TL 0 700 Td <{one}> ' 0 0 <{two}> \" ET"), "建成五所学校新增学位");
    check(format!("BT /F 1 Tf 10 0 0 10 0 700 Tm [<{one}> -20 <{two}>] TJ ET"), "建成五所学校新增学位");
    check(format!("q 0.5 0 0 0.5 0 0 cm BT /F 20 Tf 0 700 Td <{one}> Tj ET Q"), "建成五所学校");
}

#[test]
fn refusals() {
    let line = || Page::Lines(&[(0.0, 0.0, "改造小区8个。")]);
    let check = |pages: &[Page<'_>], naming, part: &str| {
        let error = told(pages, naming).map_err(|error| error.to_string());
        assert!(error.as_ref().is_err_and(|error| error.contains(part)), "{error:?} should name {part}");
    };
    check(&[Page::Picture, Page::Picture], Naming::Ucs2, "page 1-2 is a picture");
    check(&[line(), Page::Picture, line(), Page::Picture, line()], Naming::Ucs2, "page 2, 4 is a picture");
    assert!(told(&[Page::Picture, line()], Naming::Ucs2).is_ok(), "a cover may be a picture");
    // A page number makes no words of a picture.
    let numbered = |n: u32| Page::Raw(format!("/I Do BT /F 10 Tf 100 20 Td <{}> Tj ET", hex(&n.to_string())));
    check(&[numbered(1), numbered(2), numbered(3)], Naming::Ucs2, "page 1-3 is a picture");
    check(&[Page::Raw("BT /F 10 Tf 3 Tr <6539> Tj ET /I Do".to_owned()), Page::Picture], Naming::Ucs2, "a scan");
    check(&[line()], Naming::Numbers, "page 1 has letters the file does not name (font SimSun)");
    check(
        &[Page::Lines(&[(0.0, 0.0, "改\u{FFFD}")])],
        Naming::Ucs2,
        "page 1, paragraph 1 holds the replacement character U+FFFD",
    );
    check(&[Page::Raw(String::new())], Naming::Ucs2, "empty");
    let whole = file(&[line()], Naming::Ucs2);
    let error = crate::open(&whole[..whole.len() / 3]).map_err(|error| error.to_string());
    assert!(error.as_ref().is_err_and(|error| error.contains("PDF")), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A text set in lines of 20 letters, with an indent and page numbers, is itself again.
    #[test]
    fn paragraphs_survive(paragraphs in proptest::collection::vec("[改造老旧小区新增车位]{1,60}[0-9]{1,4}个。", 1..8)) {
        let mut pages: Vec<Vec<(f32, f32, String)>> = vec![Vec::new()];
        for paragraph in &paragraphs {
            let letters: Vec<char> = "　　".chars().chain(paragraph.chars()).collect();
            for (place, line) in letters.chunks(20).enumerate() {
                if pages.last().is_some_and(|page| page.len() == 10) {
                    pages.push(Vec::new());
                }
                let indent = if place == 0 { 20.0 } else { 0.0 };
                let page = pages.last_mut().unwrap();
                let down = 20.0 * page.len() as f32;
                page.push((indent, down, line.iter().filter(|c| **c != '　').collect()));
            }
        }
        for (number, page) in pages.iter_mut().enumerate() {
            page.push((90.0, 760.0, format!("— {} —", number + 1)));
        }
        let lines: Vec<Vec<(f32, f32, &str)>> =
            pages.iter().map(|page| page.iter().map(|(l, d, t)| (*l, *d, t.as_str())).collect()).collect();
        let pages: Vec<Page<'_>> = lines.iter().map(|page| Page::Lines(page)).collect();
        // Digits are half as wide, so a line may end early: what was a paragraph stays within lines, in order.
        let text = told(&pages, Naming::Ucs2).unwrap();
        prop_assert_eq!(text.replace('\n', ""), paragraphs.concat());
    }

    #[test]
    fn anything_is_read_or_refused(content in "((BT|ET|q|Q|T\\*|/F 10 Tf|1 0 0 1 5 9 Tm|<6539>|\\(a\\)|Tj|TJ|\\[|\\]|cm|Do|/I|/X|'|-5|3|Tr) ){0,40}") {
        // Reaching the end is the law: no panic.
        let _ = told(&[Page::Raw(content)], Naming::Ucs2);
    }
}
