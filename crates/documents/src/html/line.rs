//! Lines of a page, and which of them the site wrote.

/// What sites write about an article, before a colon.
const LABELS: &[&str] = &[
    "责任编辑",
    "编辑",
    "来源",
    "信息来源",
    "文章来源",
    "发布时间",
    "发布日期",
    "发布机构",
    "当前位置",
    "您的位置",
    "您现在的位置",
    "浏览次数",
    "阅读次数",
    "点击数",
    "索引号",
    "主办单位",
    "承办单位",
    "网站标识码",
    "上一篇",
    "下一篇",
    "相关链接",
    "相关阅读",
    "分享到",
];

/// What sites begin a line with that has no colon.
const STARTS: &[&str] = &["首页 >", "首页>", "版权所有", "网站标识码", "当前位置"];

/// Words of a site's buttons. A line of nothing else is theirs; 关闭煤矿3处 has other words and is the article's.
const BUTTONS: &[&str] = &[
    "打印",
    "关闭",
    "分享",
    "收藏",
    "字体",
    "返回顶部",
    "返回",
    "扫一扫",
    "在手机打开当前页",
    "本页",
    "此页",
    "窗口",
    "页面",
    "微信",
    "微博",
    "相关链接",
    "相关阅读",
    "上一篇",
    "下一篇",
    "纠错",
    "大",
    "中",
    "小",
    "到",
    "我要",
];

/// The longest line of a site, in characters.
const LONGEST_SITE_LINE: usize = 60;

fn is_label(text: &str) -> bool {
    let labelled = |label: &str| text.strip_prefix(label).is_some_and(|rest| rest.starts_with(['：', ':']));
    LABELS.iter().any(|label| labelled(label)) || STARTS.iter().any(|start| text.starts_with(start))
}

fn is_buttons(text: &str) -> bool {
    let mark = |c: char| c.is_whitespace() || "【】[]（）()|｜·+-:：".contains(c);
    let mut rest = text.trim_start_matches(mark);
    while let Some(after) = BUTTONS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after.trim_start_matches(mark);
    }
    rest.is_empty()
}

/// Where a line stands in a table: the row, and the cell, counted through the page; 0 outside.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) cell: usize,
}

/// A line of the page.
#[derive(Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// 1 to 6 for a heading, 0 for a paragraph.
    pub(super) level: u8,
    /// Characters that count, and how many of them are links.
    pub(super) letters: usize,
    pub(super) linked: usize,
    /// Where bold words end that begin the line, a byte of `text`.
    pub(super) lead: usize,
    pub(super) cell: Cell,
}

impl Line {
    /// What it adds to the sentences around it.
    pub(super) fn weight(&self) -> usize {
        let sentence = self.text.contains(['。', '，', '；']);
        if sentence && self.linked * 2 < self.letters { self.letters } else { 0 }
    }

    /// Whether the site wrote it, not the article.
    pub(super) fn is_sites(&self) -> bool {
        let short = self.letters <= LONGEST_SITE_LINE && !self.text.contains('。');
        self.linked * 2 > self.letters || short && (is_label(&self.text) || is_buttons(&self.text))
    }

    /// With the marks the reader of reports knows headings and lead-ins by.
    pub(super) fn marked(&self) -> String {
        let lead = self.text.get(..self.lead).map(str::trim_end).unwrap_or_default();
        match (self.level, lead.is_empty()) {
            (0, true) => self.text.clone(),
            (0, false) => format!("**{lead}**{}", self.text.get(lead.len()..).unwrap_or_default()),
            (level, _) => format!("{} {}", "#".repeat(usize::from(level)), self.text),
        }
    }
}
