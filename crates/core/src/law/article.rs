//! What an article asks, in one sentence each, for whoever has not read it.
//!
//! Not here: the text of the laws, which alone counts.

use super::rows;

const DATA: &str = include_str!("articles.tsv");

/// An article and what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Asked {
    /// The article as the list files it, `GDPR 13(1)(a)`.
    pub article: &'static str,
    /// What it asks.
    pub sentence: &'static str,
}

/// What the articles of a citation ask: `Art. 6(1), 13(1)(c) GDPR` names two. An article that is not
/// listed is answered by the one around it.
pub fn asks(citation: &str) -> Vec<Asked> {
    let mut found: Vec<Asked> = Vec::new();
    for article in citation.split("; ").flat_map(articles) {
        if let Some(asked) = nearest(&article)
            && !found.contains(&asked)
        {
            found.push(asked);
        }
    }
    found
}

/// The articles of a citation of one law, as the list files them.
fn articles(citation: &str) -> Vec<String> {
    let of = |law: &str, name: &str| {
        let points = citation.strip_suffix(law)?.strip_prefix("Art. ")?;
        Some(points.split(", ").map(|point| format!("{name} {}", first(point))).collect::<Vec<_>>())
    };
    of(" GDPR", "GDPR")
        .or_else(|| of(" Directive 2002/58/EC", "ePrivacy"))
        .or_else(|| of(" ePrivacy Directive", "ePrivacy"))
        .unwrap_or_else(|| vec![citation.to_owned()])
}

/// The first of a range: `26(1)` of `26(1)-(2)`, `15` of `15 to 22`.
fn first(point: &str) -> &str {
    let point = point.split(" to ").next().unwrap_or(point);
    point.split('-').next().unwrap_or(point)
}

/// The article itself, or the nearest one around it.
fn nearest(article: &str) -> Option<Asked> {
    let around = std::iter::successors(Some(article), |point| point.rsplit_once('(').map(|(rest, _)| rest));
    around.into_iter().find_map(|point| {
        rows::of(DATA).find_map(|cells| match cells.as_slice() {
            [article, sentence] if *article == point => Some(Asked { article, sentence }),
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_is_taken_apart() {
        let articles = |citation: &str| asks(citation).iter().map(|asked| asked.article).collect::<Vec<_>>();
        assert_eq!(articles("Art. 6(1), 13(1)(c) GDPR"), ["GDPR 6(1)", "GDPR 13(1)(c)"]);
        assert_eq!(articles("Art. 14(3)(a) GDPR"), ["GDPR 14(3)"]);
        assert_eq!(
            articles("Art. 7(3) GDPR; Art. 5(3) Directive 2002/58/EC"),
            ["GDPR 7(3)", "ePrivacy 5(3)"]
        );
        assert_eq!(articles("Art. 15 to 22 GDPR"), ["GDPR 15"]);
        assert_eq!(articles("11 CCR 7063"), ["11 CCR 7063"]);
        assert_eq!(articles("no law"), Vec::<&str>::new());
    }
}
