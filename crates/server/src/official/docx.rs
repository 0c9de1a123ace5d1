//! WordprocessingML with the typography of Chinese official documents (GB/T 9704-2012): A4, margins 37, 35, 28 and 26 mm,
//! title 小标宋 二号, text 仿宋 三号 on lines of 28.9 pt, headings 黑体, page numbers between dashes. Fonts that a machine
//! lacks have their usual substitutes named.

use crate::i18n::Lang;
use crate::official::{Cell, Grid, Official, Piece};
use quick_xml::escape::escape;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use tingzhou_platform::xml_words;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

/// Width of the text in twentieths of a point: 210 mm less the margins of 28 and 26 mm.
const WIDTH: u32 = 8_845;

const TYPES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>"#,
    r#"<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>"#,
    r#"<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>"#,
    r#"<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>"#,
    "</Types>"
);

const ROOT: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>"#,
    "</Relationships>"
);

const FONTS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#,
    r#"<w:font w:name="方正小标宋简体"><w:altName w:val="方正小标宋_GBK,宋体,SimSun,Noto Serif CJK SC"/><w:charset w:val="86"/><w:family w:val="roman"/></w:font>"#,
    r#"<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong,Noto Serif CJK SC"/><w:charset w:val="86"/><w:family w:val="roman"/></w:font>"#,
    r#"<w:font w:name="黑体"><w:altName w:val="SimHei,Noto Sans CJK SC"/><w:charset w:val="86"/><w:family w:val="swiss"/></w:font>"#,
    "</w:fonts>"
);

const FOOTER: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:pStyle w:val="Foot"/></w:pPr>"#,
    r#"<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>"#,
    r#"<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#
);

/// A paragraph style: name, fonts, size in half points, more of the paragraph, more of the letters.
fn style(id: &str, font: &str, size: u32, paragraph: &str, letters: &str) -> String {
    let fonts = format!(r#"<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>"#);
    format!(
        r#"<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{id}"/><w:pPr>{paragraph}</w:pPr><w:rPr>{fonts}{letters}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>"#
    )
}

fn styles(lang: Lang) -> String {
    // Lines of 28.9 pt; the text begins two characters in.
    let lines = r#"<w:spacing w:before="0" w:after="0" w:line="578" w:lineRule="exact"/>"#;
    let text = format!(r#"{lines}<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>"#);
    let heading =
        format!(r#"<w:keepNext/>{lines}<w:ind w:firstLineChars="200" w:firstLine="640"/><w:outlineLvl w:val="0"/>"#);
    let title = r#"<w:keepNext/><w:spacing w:before="0" w:after="578" w:line="640" w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>"#;
    let all = [
        style("Text", "仿宋_GB2312", 32, &text, ""),
        style("Title", "方正小标宋简体", 44, title, ""),
        style("Heading", "黑体", 32, &heading, ""),
        style(
            "Caption",
            "黑体",
            24,
            r#"<w:keepNext/><w:spacing w:before="160" w:after="60"/><w:jc w:val="center"/>"#,
            "",
        ),
        style("Head", "黑体", 21, r#"<w:jc w:val="center"/>"#, ""),
        style("Cell", "仿宋_GB2312", 21, r#"<w:spacing w:before="0" w:after="0"/><w:jc w:val="left"/>"#, ""),
        style("Number", "仿宋_GB2312", 21, r#"<w:spacing w:before="0" w:after="0"/><w:jc w:val="right"/>"#, ""),
        style("Note", "仿宋_GB2312", 21, r#"<w:spacing w:before="60" w:after="160"/>"#, ""),
        style(
            "Signed",
            "仿宋_GB2312",
            32,
            &format!(r#"<w:keepNext/>{lines}<w:ind w:right="640"/><w:jc w:val="right"/>"#),
            "",
        ),
        style("Foot", "宋体", 28, r#"<w:jc w:val="center"/>"#, ""),
    ];
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="{}" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>{}</w:styles>"#,
        lang.tag(),
        all.concat()
    )
}

/// Words as they stand in XML.
fn plain(words: &str) -> String {
    escape(xml_words(words)).into_owned()
}

struct Body<'a> {
    xml: String,
    /// Addresses of links, in order.
    links: Vec<String>,
    site: Option<&'a str>,
}

impl Body<'_> {
    // Writing to a String cannot fail.
    fn paragraph(&mut self, style: &str, words: &str) {
        let words = plain(words);
        let _ = write!(
            self.xml,
            r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>"#
        );
    }

    fn linked(&mut self, style: &str, links: &[(&str, &str)], site: &str) {
        let _ = write!(self.xml, r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>"#);
        for (i, (words, address)) in links.iter().enumerate() {
            self.links.push(format!("{site}{address}"));
            let (words, id, space) = (plain(words), self.links.len(), if i == 0 { "" } else { " " });
            let _ = write!(
                self.xml,
                r#"<w:r><w:t xml:space="preserve">{space}</w:t></w:r><w:hyperlink r:id="link{id}"><w:r><w:rPr><w:color w:val="0B4F86"/><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{words}</w:t></w:r></w:hyperlink>"#
            );
        }
        self.xml.push_str("</w:p>");
    }

    fn cell(&mut self, width: u32, cell: &Cell) {
        let _ = write!(self.xml, r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>"#);
        let style = if cell.is_number() { "Number" } else { "Cell" };
        match (cell.links().as_slice(), self.site) {
            ([], _) | (_, None) => self.paragraph(style, &cell.words()),
            (links, Some(site)) => self.linked(style, links, site),
        }
        self.xml.push_str("</w:tc>");
    }

    fn table(&mut self, grid: &Grid) {
        self.paragraph("Caption", &grid.name);
        let widths: Vec<u32> = grid.columns.iter().map(|(_, share)| WIDTH * share / 100).collect();
        self.xml.push_str(r#"<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>"#);
        for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            let _ = write!(self.xml, r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"#);
        }
        self.xml.push_str(
            r#"</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>"#,
        );
        for width in &widths {
            let _ = write!(self.xml, r#"<w:gridCol w:w="{width}"/>"#);
        }
        self.xml.push_str(r"</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for ((head, _), width) in grid.columns.iter().zip(&widths) {
            let _ = write!(
                self.xml,
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>"#
            );
            self.paragraph("Head", head);
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr>");
        for row in &grid.rows {
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (cell, width) in row.iter().zip(&widths) {
                self.cell(*width, cell);
            }
            self.xml.push_str("</w:tr>");
        }
        self.xml.push_str("</w:tbl>");
    }
}

fn relations(links: &[String]) -> String {
    let base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="styles" Type="{base}/styles" Target="styles.xml"/><Relationship Id="fonts" Type="{base}/fontTable" Target="fontTable.xml"/><Relationship Id="foot" Type="{base}/footer" Target="footer1.xml"/>"#
    );
    for (i, link) in links.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(
            xml,
            r#"<Relationship Id="link{}" Type="{base}/hyperlink" Target="{}" TargetMode="External"/>"#,
            i + 1,
            plain(link)
        );
    }
    xml.push_str("</Relationships>");
    xml
}

/// The file's bytes.
pub(super) fn write(official: &Official, site: Option<&str>) -> Result<Vec<u8>, ZipError> {
    let mut body = Body { xml: String::with_capacity(64 * 1024), links: Vec::new(), site };
    body.xml.push_str(concat!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
        r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>"#
    ));
    let title: Vec<String> = official.title.iter().map(|line| plain(line)).collect();
    let title = title.join(r#"</w:t><w:br/><w:t xml:space="preserve">"#);
    // Writing to a String cannot fail.
    let _ = write!(
        body.xml,
        r#"<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t xml:space="preserve">{title}</w:t></w:r></w:p>"#
    );
    for piece in &official.pieces {
        match piece {
            Piece::Heading(words) => body.paragraph("Heading", words),
            Piece::Text(words) => body.paragraph("Text", words),
            Piece::Note(words) => body.paragraph("Note", words),
            Piece::Table(grid) => body.table(grid),
        }
    }
    for line in &official.signed {
        body.paragraph("Signed", line);
    }
    body.paragraph("Note", &official.source);
    body.xml.push_str(concat!(
        r#"<w:sectPr><w:footerReference w:type="default" r:id="foot"/><w:pgSz w:w="11906" w:h="16838"/>"#,
        r#"<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1361" w:gutter="0"/></w:sectPr>"#,
        "</w:body></w:document>"
    ));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", ROOT.to_owned()),
        ("word/document.xml", body.xml),
        ("word/_rels/document.xml.rels", relations(&body.links)),
        ("word/styles.xml", styles(official.lang)),
        ("word/fontTable.xml", FONTS.to_owned()),
        ("word/footer1.xml", FOOTER.to_owned()),
    ];
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words_and_no_markup() {
        for (words, expected) in [
            ("甲<乙>&\"丙\"", "甲&lt;乙&gt;&amp;&quot;丙&quot;"),
            ("一\u{0}二\u{b}三\n四\u{ffff}", "一 二 三 四"),
            ("", ""),
        ] {
            assert_eq!(plain(words), expected, "{words:?}");
        }
    }

    #[test]
    fn columns_of_a_table_are_those_of_its_head() {
        let grid = Grid {
            name: "表".into(),
            columns: vec![("项".into(), 70), ("数".into(), 30)],
            rows: vec![vec![Cell::Link("<事>".into(), "/tasks/1".into()), Cell::Count(3)]],
        };
        let mut body = Body { xml: String::new(), links: Vec::new(), site: Some("https://city.example") };
        body.table(&grid);
        assert_eq!(body.xml.matches("<w:gridCol ").count(), 2);
        assert_eq!(body.xml.matches("<w:tc>").count(), 4);
        assert_eq!(body.xml.matches("<w:tblHeader/>").count(), 1);
        assert_eq!(body.links, ["https://city.example/tasks/1"]);
        assert!(body.xml.contains("&lt;事&gt;"));
    }
}
