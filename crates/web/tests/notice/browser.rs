//! Pages in headless Chromium, each in a frame of its own, judged by axe-core and by their width.
//!
//! Needs Chromium and npm, and fetches axe-core (MPL-2.0), which is not stored here. Not here: which
//! pages are judged.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

const AXE: &str = "axe-core@4";
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// How many pages one browser looks at.
const BATCH: usize = 24;

/// How a page is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Light,
    Dark,
    Phone,
    Paper,
}

impl Seen {
    pub(crate) const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Phone, Self::Paper];

    fn width(self) -> u32 {
        match self {
            Self::Phone => 360,
            Self::Light | Self::Dark | Self::Paper => 1200,
        }
    }

    /// The page with its style sheet as this way of seeing it asks for.
    fn dressed(self, page: &str) -> String {
        match self {
            Self::Light | Self::Phone => page.to_owned(),
            Self::Dark => page.replace("(prefers-color-scheme: dark)", "all"),
            Self::Paper => page.replace("@media print", "@media all"),
        }
    }
}

/// A folder for what is fetched and rendered, gone at the end.
pub(crate) struct Browser {
    room: PathBuf,
    axe: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.room));
    }
}

impl Browser {
    /// A browser with axe-core, by npm.
    pub(crate) fn new(name: &str) -> Self {
        let room = std::env::temp_dir().join(format!("kept-axe-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&room).unwrap();
        let packed = Command::new("npm").args(["pack", AXE, "--silent"]).current_dir(&room).output();
        let packed = packed.unwrap_or_else(|error| panic!("npm is needed to fetch axe-core: {error}"));
        let name = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
        let unpacked = Command::new("tar").args(["xzf", &name]).current_dir(&room).status().unwrap();
        assert!(unpacked.success(), "no axe-core: {}", String::from_utf8_lossy(&packed.stderr));
        let axe = std::fs::read_to_string(room.join("package/axe.min.js")).unwrap();
        Self { room, axe }
    }

    /// What is wrong with pages, each with its name and how it was seen: broken rules, and a page
    /// that is wider than its window.
    pub(crate) fn wrong(&self, pages: &[(String, Seen, String)]) -> Vec<String> {
        pages.chunks(BATCH).flat_map(|batch| self.batch(batch)).collect()
    }

    fn batch(&self, pages: &[(String, Seen, String)]) -> Vec<String> {
        let of = |(name, seen, page): &(String, Seen, String)| json!({"name": format!("{name}, {seen:?}"), "width": seen.width(), "page": seen.dressed(page)});
        let pages: Vec<Value> = pages.iter().map(of).collect();
        let inside = |value: Value| value.to_string().replace("</", "<\\/");
        let driver = format!(
            "<!DOCTYPE html><meta charset=utf-8><body><script>const AXE = {}, TAGS = {}, PAGES = {};{DRIVER}</script>",
            inside(json!(self.axe)),
            json!(TAGS),
            inside(Value::Array(pages.clone())),
        );
        let file = self.room.join("driver.html");
        std::fs::write(&file, driver).unwrap();
        let url = format!("file://{}", file.display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--window-size=1300,900",
            "--virtual-time-budget=100000000",
            "--dump-dom",
            &url,
        ];
        let shown = Command::new("chromium").args(arguments).output();
        let shown =
            shown.unwrap_or_else(|error| panic!("Chromium is needed (apt-get install chromium): {error}"));
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let found = shown.split("<pre id=\"found\">").nth(1).unwrap_or_else(|| panic!("axe did not end"));
        let found = found.split("</pre>").next().unwrap();
        let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let found: Vec<Value> = serde_json::from_str(&found).unwrap();
        assert_eq!(found.len(), pages.len(), "a page was not looked at");
        let looked = |one: &Value| one["passes"].as_u64().unwrap() > 20;
        assert!(found.iter().all(looked), "axe looked at too little: {found:?}");
        let wrong = found.iter().flat_map(|one| one["wrong"].as_array().unwrap());
        wrong.map(|one| one.as_str().unwrap().to_owned()).collect()
    }
}

/// Shows one page after the other in a frame and writes down what is wrong.
const DRIVER: &str = r#"
(async () => {
  const all = [];
  for (const {name, width, page} of PAGES) {
    const frame = document.createElement('iframe');
    frame.style = `width: ${width}px; height: 800px; border: 0`;
    const loaded = new Promise(done => frame.onload = done);
    frame.srcdoc = page;
    document.body.append(frame);
    await loaded;
    const inner = frame.contentWindow, root = inner.document.documentElement;
    inner.eval(AXE);
    const found = await inner.axe.run(inner.document, {runOnly: {type: 'tag', values: TAGS}});
    const wrong = found.violations.map(one =>
      `${name}: ${one.id} (${one.nodes.length} times): ${one.nodes[0].html.slice(0, 300)}`);
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...inner.document.querySelectorAll('body *')]
        .filter(one => one.getBoundingClientRect().right > root.clientWidth && !one.closest('.wide'));
      wrong.push(`${name}: ${root.scrollWidth} px wide: ${wide[0] ? wide[0].outerHTML.slice(0, 200) : ''}`);
    }
    all.push({passes: found.passes.length, wrong});
    frame.remove();
  }
  const out = document.createElement('pre');
  out.id = 'found';
  out.textContent = JSON.stringify(all);
  document.body.replaceChildren(out);
})();
"#;
