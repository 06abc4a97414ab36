//! The page in a browser, judged by axe-core for WCAG 2.2 AA and its own best practice.
//!
//! Needs Chromium and npm, and fetches axe-core (MPL-2.0), which is not stored here:
//! `cargo test -p kept-web --test notice -- --ignored axe`.

use std::path::{Path, PathBuf};
use std::process::Command;

use kept_core::policy::Policy;
use kept_web::notice::{Format, Scope, notice_for};
use serde_json::Value;

use crate::{klivar, whole};

const AXE: &str = "axe-core@4";
const RULES: &str = r#"{runOnly: {type: "tag", values:
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}"#;

/// A folder for what is fetched and rendered, gone at the end.
struct Room(PathBuf);

impl Room {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kept-axe-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The source of axe-core, by npm.
fn axe(room: &Path) -> String {
    let packed = Command::new("npm").args(["pack", AXE, "--silent"]).current_dir(room).output();
    let packed = packed.unwrap_or_else(|error| panic!("npm is needed to fetch axe-core: {error}"));
    let name = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
    let unpacked = Command::new("tar").args(["xzf", &name]).current_dir(room).status().unwrap();
    assert!(unpacked.success(), "npm did not fetch axe-core: {}", String::from_utf8_lossy(&packed.stderr));
    std::fs::read_to_string(room.join("package/axe.min.js")).unwrap()
}

/// What axe finds on a page: the rules that are broken.
fn broken(room: &Path, axe: &str, page: &str) -> Vec<String> {
    let script = axe.replace("</script>", "<\\/script>");
    let judge = format!(
        "<script>{script}</script><script>axe.run(document, {RULES}).then(found => {{\
         const out = document.createElement('pre'); out.id = 'found';\
         out.textContent = JSON.stringify({{passes: found.passes.length, broken: found.violations.map(one =>\
         one.id + ': ' + one.nodes[0].html)}}); document.body.append(out); }});</script></body>"
    );
    let file = room.join("page.html");
    std::fs::write(&file, page.replace("</body>", &judge)).unwrap();
    let url = format!("file://{}", file.display());
    let arguments =
        ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=30000", "--dump-dom", &url];
    let shown = Command::new("chromium").args(arguments).output();
    let shown =
        shown.unwrap_or_else(|error| panic!("Chromium is needed (apt-get install chromium): {error}"));
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let found =
        shown.split("<pre id=\"found\">").nth(1).unwrap_or_else(|| panic!("axe did not run to its end"));
    let found = found.split("</pre>").next().unwrap();
    let found = found.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let found: Value = serde_json::from_str(&found).unwrap();
    assert!(found["passes"].as_u64().unwrap() > 20, "axe looked at too little: {found}");
    found["broken"].as_array().unwrap().iter().map(ToString::to_string).collect()
}

fn pages(policy: &Policy) -> Vec<String> {
    let mut scopes = vec![Scope::Whole];
    scopes.extend(policy.forms.keys().map(|form| Scope::Form(form.clone())));
    scopes.extend(policy.people.keys().map(|kind| Scope::People(kind.clone())));
    let languages = policy.notice.languages.iter();
    let each = languages.flat_map(|language| scopes.iter().map(move |scope| (language, scope)));
    each.map(|(language, scope)| notice_for(policy, language, Format::Html, scope).unwrap()).collect()
}

#[test]
#[ignore = "needs Chromium, npm and the network"]
fn axe_finds_nothing_on_any_page_in_light_and_in_dark() {
    let room = Room::new("all");
    let axe = axe(&room.0);
    for policy in [whole::policy(), klivar::policy()].into_iter().chain(crate::real::all()) {
        for page in pages(&policy) {
            let dark = page.replace("(prefers-color-scheme: dark)", "all");
            for page in [page, dark] {
                assert_eq!(broken(&room.0, &axe, &page), Vec::<String>::new());
            }
        }
    }
}

#[test]
#[ignore = "needs Chromium, npm and the network"]
fn axe_would_find_a_page_without_a_language_and_with_pale_words() {
    let room = Room::new("fault");
    let axe = axe(&room.0);
    let page = crate::said(&klivar::policy(), "en", Format::Html);
    let page = page.replace("<html lang=\"en\">", "<html>").replace("--soft: #4a5563", "--soft: #d0d0d0");
    let found = broken(&room.0, &axe, &page).join("\n");
    assert!(found.contains("html-has-lang") && found.contains("color-contrast"), "{found}");
}
