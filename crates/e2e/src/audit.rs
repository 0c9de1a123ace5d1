//! What every page has to pass: rules of accessibility, no sideways scrolling on a telephone, nothing to complain about.

use crate::browser::Browser;
use crate::program::workspace;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// A telephone and a desk, in CSS pixels.
pub const SIZES: [(u32, u32); 2] = [(390, 844), (1440, 1000)];

/// The checker of accessibility, as the text of its script.
#[derive(Debug)]
pub struct Axe {
    script: String,
    pictures: Option<PathBuf>,
}

/// A page to look at.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// What its pictures are called.
    pub name: &'a str,
    /// Its path and query.
    pub path: &'a str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// A selector of what it must show, so that another page does not pass for it.
    pub shows: &'a str,
}

/// Something wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: String,
    /// Where.
    pub page: String,
}

/// Stops when anything is wrong; the same thing on many pages is said once.
///
/// # Panics
/// When there are findings.
#[track_caller]
pub fn nothing_wrong(findings: &[Finding]) {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings {
        pages.entry(&finding.what).or_default().push(&finding.page);
    }
    let line = |(what, pages): (&&str, &Vec<&str>)| match pages.len() {
        1 => format!("{what}\n    on {}\n", pages[0]),
        many => format!("{what}\n    on {many} pages, first {}\n", pages[0]),
    };
    let said: String = pages.iter().map(line).collect();
    assert!(findings.is_empty(), "{} findings, {} different:\n{said}", findings.len(), pages.len());
}

const RULES: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(found => done(
        found.violations.flatMap(rule => rule.nodes.map(node =>
            `${rule.id} (${rule.impact}) at ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\\n', ' ')}`))
    ), error => done([String(error)]));
";

impl Axe {
    /// Loads the checker.
    ///
    /// # Panics
    /// When it has not been fetched.
    #[must_use]
    pub fn load() -> Self {
        let file = workspace().join("crates/server/assets/node_modules/axe-core/axe.min.js");
        let script = fs::read_to_string(&file)
            .unwrap_or_else(|e| panic!("axe-core is not there ({}: {e}): run ./dev assets", file.display()));
        let pictures = std::env::var_os("TINGZHOU_SHOTS").filter(|f| !f.is_empty()).map(PathBuf::from);
        if let Some(folder) = &pictures {
            fs::create_dir_all(folder).expect("a folder for pictures");
        }
        Self { script, pictures }
    }

    /// Opens a page in both sizes and says everything that is wrong with it.
    ///
    /// # Panics
    /// When the browser fails.
    pub async fn look(&self, browser: &Browser, page: Look<'_>) -> Vec<Finding> {
        let mut wrong = Vec::new();
        // What earlier pages complained about is not this page's.
        let _ = browser.complaints();
        for (width, height) in SIZES {
            browser.resize(width, height);
            browser.open(page.path).await;
            let status = browser.status().await;
            if status != u64::from(page.status) || browser.count(page.shows).await == 0 {
                let what = format!("answers {status} and shows no {}", page.shows);
                wrong.push(Finding { what, page: page.path.to_owned() });
            }
            wrong.extend(self.look_here(browser, page.name).await);
        }
        wrong
    }

    /// Says everything that is wrong with the page shown, in the size it is shown in.
    ///
    /// # Panics
    /// When the browser fails.
    pub async fn look_here(&self, browser: &Browser, name: &str) -> Vec<Finding> {
        browser.holds("the page is whole", "return document.readyState === 'complete'").await;
        let width = browser.run("return window.innerWidth", Vec::new()).await;
        self.keep_picture(browser, &format!("{name}-{width}"));
        let mut wrong = self.overflow(browser).await;
        // What is folded away has to be as good as the rest.
        let unfold = "document.querySelectorAll('details').forEach(folded => { folded.open = true; })";
        browser.run(unfold, Vec::new()).await;
        wrong.extend(self.overflow(browser).await);
        wrong.dedup();
        wrong.extend(self.violations(browser).await);
        // A page that says what was refused comes with its status, which the browser notes.
        let noted = format!("status of {} ", browser.status().await);
        wrong.extend(browser.complaints().into_iter().filter(|c| !c.contains(&noted)));
        let path = browser.path().await;
        let page = format!("{name} ({path}) at {width} px");
        wrong.into_iter().map(|what| Finding { what, page: page.clone() }).collect()
    }

    /// What reaches beyond the right edge of the page shown.
    async fn overflow(&self, browser: &Browser) -> Vec<String> {
        let script = "const wide = document.documentElement.scrollWidth;
            if (wide <= window.innerWidth) return null;
            const beyond = [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > window.innerWidth + 0.5)
                .slice(0, 5)
                .map(e => e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join(''));
            return `is ${wide} px wide: ${beyond.join(', ')}`;";
        let found = browser.run(script, Vec::new()).await;
        found.as_str().map(str::to_owned).into_iter().collect()
    }

    /// Rules of accessibility the page shown breaks, with their places.
    ///
    /// # Panics
    /// When the browser fails.
    pub async fn violations(&self, browser: &Browser) -> Vec<String> {
        browser.run(&self.script, Vec::new()).await;
        let found = browser.client().execute_async(RULES, Vec::new()).await.expect("the checker ends");
        let list = found.as_array().expect("a list");
        list.iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Keeps a picture of the page shown, when pictures are wanted.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn keep_picture(&self, browser: &Browser, name: &str) {
        if let Some(folder) = &self.pictures {
            let picture = STANDARD.decode(browser.picture()).expect("a picture");
            fs::write(folder.join(format!("{name}.png")), picture).expect("a picture is written");
        }
    }
}
