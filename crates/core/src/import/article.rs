//! Which basis of Art. 6(1) a text names: by its article, in the ways that documents of several
//! languages cite it, or by its name. Not here: what a draft makes of it.

/// The basis that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// None.
    Nothing,
    /// One, as the language calls it.
    One(&'static str),
    /// More than one.
    Several,
}

/// Between `6` and `1`: `Art. 6 Abs. 1`, `artikel 6, lid 1`.
const PARAGRAPH: &[&str] =
    &["abs", "absatz", "al", "alinea", "alinéa", "lid", "nr", "par", "paragraph", "paragraphe", "§"];
/// Between `1` and the letter: `Satz 1 Buchstabe a`, `onder a`, `point (a)`.
const POINT: &[&str] = &[
    "1",
    "buchst",
    "buchstabe",
    "letter",
    "lettre",
    "lit",
    "litera",
    "onder",
    "point",
    "punt",
    "s",
    "satz",
    "sub",
    "subparagraph",
    "uabs",
    "unterabs",
    "unterabsatz",
];
/// Between two letters: `Buchstabe e und f`.
const AND: &[&str] =
    &["and", "buchst", "buchstabe", "en", "et", "lit", "of", "oder", "onder", "or", "ou", "sowie", "und"];
/// After a letter that stands alone: `a DSGVO`.
const REGULATION: &[&str] = &["avg", "ds", "dsgvo", "eu", "gdpr", "rgpd"];

/// The basis that a text cites: `GDPR-6-1-a`, `Art. 6(1)(a)`, `Artikel 6 Absatz 1 Buchstabe a) DSGVO`.
pub(super) fn cited(text: &str) -> Named {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| tokens.get(place));
        // `§ 6 Abs. 1` is of another law.
        if token == "6" && before.is_none_or(|word| word != "§") {
            letters(tokens.get(place + 1..).unwrap_or_default(), &mut found);
        }
    }
    one_of(found)
}

/// The letters that follow an article 6.
fn letters(after: &[String], found: &mut Vec<&'static str>) {
    let mut rest = skip(after, PARAGRAPH);
    match rest.split_first() {
        Some((one, more)) if one == "1" => rest = skip(more, POINT),
        _ => return,
    }
    let Some((first, mut more)) = rest.split_first() else { return };
    let Some(basis) = letter(first) else { return };
    found.push(basis);
    loop {
        let next = skip(more, AND);
        if next.len() == more.len() {
            return;
        }
        let Some((word, then)) = next.split_first() else { return };
        let Some(basis) = letter(word) else { return };
        // `a` may be an article of English.
        let is_alone = then.first().is_none_or(|word| REGULATION.contains(&word.as_str()));
        if word == "a" && !is_alone {
            return;
        }
        found.push(basis);
        more = then;
    }
}

fn skip<'t>(mut tokens: &'t [String], words: &[&str]) -> &'t [String] {
    while let Some((first, rest)) = tokens.split_first()
        && words.contains(&first.as_str())
    {
        tokens = rest;
    }
    tokens
}

fn letter(token: &str) -> Option<&'static str> {
    Some(match token {
        "a" => "consent",
        "b" => "contract",
        "c" => "legal-obligation",
        "d" => "vital-interest",
        "e" => "public-task",
        "f" => "legitimate-interest",
        _ => return None,
    })
}

/// Runs of digits and runs of letters, in small letters; the sign of a section stands for itself.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in text.chars().flat_map(char::to_lowercase) {
        let goes_on = (letter.is_ascii_digit() && last.is_ascii_digit())
            || (letter.is_alphabetic() && last.is_alphabetic());
        match tokens.last_mut() {
            Some(token) if goes_on => token.push(letter),
            _ if letter.is_alphanumeric() || letter == '§' => tokens.push(letter.to_string()),
            _ => {}
        }
        last = letter;
    }
    tokens
}

/// The names of the bases, without spaces, in English, French, Dutch and German.
const NAMES: &[(&str, &[&str])] = &[
    (
        "legitimate-interest",
        &["legitimateinterest", "intérêtlégitime", "intérêtslégitimes", "gerechtvaardigd", "berechtigte"],
    ),
    ("consent", &["consent", "toestemming", "einwilligung", "zustimmung"]),
    (
        "legal-obligation",
        &[
            "legalobligation",
            "obligationlégale",
            "obligationslégales",
            "wettelijkeverplichting",
            "rechtlicheverpflichtung",
            "gesetzlicheverpflichtung",
        ],
    ),
    ("contract", &["contract", "contrat", "overeenkomst", "vertrag"]),
    ("vital-interest", &["vital"]),
    (
        "public-task",
        &["publicinterest", "publictask", "intérêtpublic", "algemeenbelang", "öffentlicheninteresse"],
    ),
];

/// The basis that a text calls by its name, in no citation.
pub(super) fn worded(text: &str) -> Named {
    let plain: String = text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    let said = NAMES.iter().filter(|(_, names)| names.iter().any(|name| plain.contains(name)));
    one_of(said.map(|(basis, _)| *basis).collect())
}

fn one_of(mut found: Vec<&'static str>) -> Named {
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [] => Named::Nothing,
        [one] => Named::One(one),
        _ => Named::Several,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_read_in_every_way_in_which_documents_cite_it() {
        for (text, basis) in [
            ("GDPR-6-1-a", "consent"),
            ("DSGVO-6-1-e", "public-task"),
            ("your consent (Art. 6(1)(a) GDPR)", "consent"),
            ("Artikel 6 Absatz 1 Buchstabe b) DSGVO", "contract"),
            ("(Artikel 6 Absatz 1 Buchstabe c) DSGVO)", "legal-obligation"),
            ("im Sinne von Art. 6 Abs. 1 lit. f EU-DSGVO dar.", "legitimate-interest"),
            ("Art. 6 (1) 1 b) DSGVO: auf Grundlage", "contract"),
            ("Art. 6 Abs. 1 S. 1 lit. f DSGVO", "legitimate-interest"),
            ("article 6, paragraphe 1, point d) du RGPD", "vital-interest"),
            ("art. 6.1.f RGPD", "legitimate-interest"),
            ("artikel 6, lid 1, onder a AVG", "consent"),
            ("see Article 6 (1) a) of the Regulation, and a copy", "consent"),
            ("Art. 9 (2) a) iVm Art. 6 (1) 1 a) DSGVO", "consent"),
            ("Regulation (EU) 2016/679, Article 6(1)(c)", "legal-obligation"),
        ] {
            assert_eq!(cited(text), Named::One(basis), "{text}");
        }
    }

    #[test]
    fn several_letters_are_several_bases_and_other_laws_are_none() {
        let several = "Artikel 6 Absatz 1 Buchstabe a), Artikel 6 Absatz 1 Buchstabe b) sowie Artikel 6 Absatz 1 Buchstabe f) DSGVO";
        for text in [several, "Art. 6 Abs. 1 Buchstabe e und f EU-DSGVO", "6(1)(b) and a GDPR"] {
            assert_eq!(cited(text), Named::Several, "{text}");
        }
        for text in
            ["GDPR-99-1-a", "BDSG-42-5", "DSGVO-6-3-b", "§ 7 Absatz 3 UWG", "§ 6 Abs. 1 a", "16-1-a", ""]
        {
            assert_eq!(cited(text), Named::Nothing, "{text}");
        }
    }

    #[test]
    fn a_basis_may_be_called_by_its_name() {
        assert_eq!(worded("Einwilligung"), Named::One("consent"));
        assert_eq!(worded("onze gerechtvaardigde belangen"), Named::One("legitimate-interest"));
        assert_eq!(worded("our legitimate interests, or your consent"), Named::Several);
        assert_eq!(worded("BGB"), Named::Nothing);
    }
}
