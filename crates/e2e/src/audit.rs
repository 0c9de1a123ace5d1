//! What every page has to pass: rules of accessibility, no sideways scrolling on a telephone, nothing to complain about.

use crate::browser::Browser;
use crate::program::workspace;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
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

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// What its pictures are called.
    pub name: &'a str,
    /// Its path and query.
    pub path: &'a str,
    /// Part of what it must say, so that an error page does not pass for it.
    pub says: &'a str,
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
    pub async fn look(&self, browser: &Browser, page: Look<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        // What earlier pages complained about is not this page's.
        let _ = browser.complaints();
        for (width, height) in SIZES {
            browser.resize(width, height);
            browser.open(page.path).await;
            browser.holds("the page is whole", "return document.readyState === 'complete'").await;
            if !browser.text("body").await.contains(page.says) {
                wrong.push(format!("does not say {:?}", page.says));
            }
            let wide = browser.run("return document.documentElement.scrollWidth", Vec::new()).await;
            if wide.as_u64().is_none_or(|wide| wide > u64::from(width)) {
                wrong.push(format!("is {wide} px wide on {width} px: {}", widest(browser, width).await));
            }
            wrong.extend(self.violations(browser).await.into_iter().map(|v| format!("at {width} px: {v}")));
            wrong.extend(browser.complaints().into_iter().map(|c| format!("at {width} px: {c}")));
            self.keep_picture(browser, &format!("{}-{width}", page.name));
        }
        wrong.iter().map(|w| format!("{} ({}): {w}", page.name, page.path)).collect()
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

/// What reaches beyond the right edge.
async fn widest(browser: &Browser, width: u32) -> String {
    let script = "return [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > arguments[0] + 0.5)
        .slice(0, 5)
        .map(e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join(''))
        .join(', ')";
    let found = browser.run(script, vec![Value::from(width)]).await;
    found.as_str().unwrap_or_default().to_owned()
}
