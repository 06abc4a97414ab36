//! Pages that explain codes: what one means, why it matters, a wrong example and the same mended.
//!
//! The examples are kept in `pages/*.txt` in the manner of a difference: `- ` begins a line of the
//! wrong one, `+ ` a line of the mended one, two spaces a line of both. A `# without key` stands
//! for a key that is not there. Not here: printing (`kept`), and the policy over which the tests
//! lay the examples.

use crate::law::article::{self, Asked};
use crate::policy::suggest;

use super::{Code, all};

/// The files of examples.
const FILES: &[&str] = &[
    include_str!("pages/files.txt"),
    include_str!("pages/who.txt"),
    include_str!("pages/data.txt"),
    include_str!("pages/purpose.txt"),
    include_str!("pages/parties.txt"),
    include_str!("pages/rights.txt"),
    include_str!("pages/organisation.txt"),
];

/// More related codes than this say little.
const RELATED_MAX: usize = 5;

/// A page about one code.
#[derive(Clone, Debug)]
pub struct Page {
    /// The code, with its gravity, article and meaning.
    pub code: &'static Code,
    /// What the articles ask.
    pub why: Vec<Asked>,
    /// The example, if one can be shown.
    pub example: Option<Example>,
    /// Codes about the same matter.
    pub related: Vec<&'static str>,
}

/// An example in two forms.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Example {
    /// What raises the code.
    pub wrong: String,
    /// The same, mended.
    pub mended: String,
}

/// The page of a code.
pub fn of(code: &str) -> Option<Page> {
    let code = all().find(|known| known.code == code)?;
    let example = FILES.iter().flat_map(|file| read(file)).find(|(name, _)| *name == code.code);
    Some(Page {
        code,
        why: code.article.map(article::asks).unwrap_or_default(),
        example: example.map(|(_, example)| example).filter(|example| example.wrong != example.mended),
        related: related(code),
    })
}

/// The codes that a misspelt one may have meant: the nearest, else those of its family.
pub fn near(wrong: &str) -> Vec<&'static str> {
    let problem = wrong.rsplit('/').next().unwrap_or_default();
    if let Some(near) =
        suggest::nearest(wrong, all().map(|code| code.code).filter(|code| is_close(code, wrong)))
    {
        return vec![near];
    }
    let mut near: Vec<&str> =
        all().map(|code| code.code).filter(|code| code.ends_with(&format!("/{problem}"))).collect();
    if near.is_empty() {
        let family = wrong.split('/').next().unwrap_or_default();
        near = all().map(|code| code.code).filter(|code| family_of(code) == family).collect();
    }
    near
}

/// The family of a code: the noun before the `/`.
pub fn family_of(code: &str) -> &str {
    code.split('/').next().unwrap_or(code)
}

/// Whether two codes are of like length, so that comparing them is worth it.
fn is_close(code: &str, wrong: &str) -> bool {
    code.len().abs_diff(wrong.len()) <= 3
}

/// Codes that rest on the same article, then those of the same family that rest on its neighbours.
fn related(code: &'static Code) -> Vec<&'static str> {
    let others = || all().filter(|other| other.code != code.code);
    let same = others().filter(|other| code.article.is_some() && other.article == code.article);
    let family = family_of(code.code);
    let (near, far): (Vec<&Code>, Vec<&Code>) = same.partition(|other| family_of(other.code) == family);
    let rest = others().filter(|other| family_of(other.code) == family && other.article != code.article);
    let mut found: Vec<&str> = near.into_iter().chain(far).chain(rest).map(|other| other.code).collect();
    found.truncate(RELATED_MAX);
    found
}

/// The examples of a file, by code.
pub fn read(file: &str) -> Vec<(&str, Example)> {
    let mut found: Vec<(&str, Example)> = Vec::new();
    for line in file.lines() {
        if let Some(code) = line.strip_prefix("# ") {
            found.push((code.trim(), Example { wrong: String::new(), mended: String::new() }));
            continue;
        }
        let Some((_, example)) = found.last_mut() else { continue };
        let Some((mark, rest)) = line.split_at_checked(2) else { continue };
        if mark != "+ " {
            example.wrong.push_str(rest);
            example.wrong.push('\n');
        }
        if mark != "- " {
            example.mended.push_str(rest);
            example.mended.push('\n');
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_code_finds_the_one_that_was_meant() {
        assert_eq!(near("purpose/no-bases"), ["purpose/no-basis"]);
        assert!(near("data/no-basis").contains(&"purpose/no-basis"));
        assert!(near("rights/nonsense").contains(&"rights/late-reply"));
        assert!(near("nonsense").is_empty());
    }

    #[test]
    fn every_article_that_a_code_rests_on_is_paraphrased() {
        for code in all() {
            if let Some(article) = code.article {
                assert!(!article::asks(article).is_empty(), "{}: {article}", code.code);
            }
        }
    }

    #[test]
    fn every_page_is_about_a_code_and_every_code_has_a_page() {
        let pages: Vec<&str> = FILES.iter().flat_map(|file| read(file)).map(|(code, _)| code).collect();
        let unknown: Vec<&&str> =
            pages.iter().filter(|page| !all().any(|code| code.code == **page)).collect();
        assert!(unknown.is_empty(), "pages about no code: {unknown:?}");
        let bare: Vec<&str> = all().map(|code| code.code).filter(|code| !pages.contains(code)).collect();
        assert!(bare.is_empty(), "codes without a page: {bare:?}");
        let twice: Vec<&&str> =
            pages.iter().filter(|page| pages.iter().filter(|other| other == page).count() > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn every_page_that_shows_an_example_names_related_codes() {
        for code in all() {
            let page = of(code.code).unwrap();
            assert!(page.related.len() <= RELATED_MAX && !page.related.contains(&code.code));
        }
    }
}
