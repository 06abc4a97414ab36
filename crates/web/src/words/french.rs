//! French: contractions of `à` and `de` with an article, and spaces before high punctuation.
//!
//! Not here: French sentences (`words/fr.ftl`).

use fluent_bundle::FluentValue;

const NARROW: char = '\u{202F}';

/// `à` or `de` before a noun phrase: `à la fin`, `au contrat`, `du contrat`, `d’une commande`.
pub(crate) fn contracted<'a>(preposition: &str, values: &[FluentValue<'a>]) -> FluentValue<'a> {
    let [FluentValue::String(phrase)] = values else { return FluentValue::Error };
    let (masculine, plural) = if preposition == "de" { ("du", "des") } else { ("au", "aux") };
    let said = if let Some(rest) = phrase.strip_prefix("le ") {
        format!("{masculine} {rest}")
    } else if let Some(rest) = phrase.strip_prefix("les ") {
        format!("{plural} {rest}")
    } else if let Some(rest) = phrase.strip_prefix("1 ").filter(|_| preposition == "de") {
        format!("d’un {rest}")
    } else if preposition == "de" && phrase.starts_with(is_vowel) {
        format!("d’{phrase}")
    } else {
        format!("{preposition} {phrase}")
    };
    said.into()
}

fn is_vowel(letter: char) -> bool {
    "aeiouyâàéèêëîïôûùœAEIOUYÂÀÉÈÊËÎÏÔÛÙŒ".contains(letter)
}

/// With narrow no-break spaces before `; : ? !` and within guillemets, where a space stands.
pub(crate) fn set(said: &str) -> String {
    let mut out = String::with_capacity(said.len());
    let mut letters = said.chars().peekable();
    let mut opened = false;
    while let Some(letter) = letters.next() {
        let before_high = letters.peek().is_some_and(|next| ";:?!»%".contains(*next));
        let is_space = matches!(letter, ' ' | '\u{A0}');
        out.push(if is_space && (opened || before_high) { NARROW } else { letter });
        opened = letter == '«';
    }
    elided(out)
}

/// With the elisions that a policy's words need after ours: `s’il`, `qu’il`, `qu’une`.
fn elided(said: String) -> String {
    let mut said = said;
    for (before, after) in
        [(" si il", " s’il"), (" que il", " qu’il"), (" que elle", " qu’elle"), (" que un", " qu’un")]
    {
        if said.contains(before) {
            said = said.replace(before, after);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(preposition: &str, phrase: &'static str) -> String {
        match contracted(preposition, &[FluentValue::from(phrase)]) {
            FluentValue::String(text) => text.into_owned(),
            _ => String::new(),
        }
    }

    #[test]
    fn articles_contract_with_prepositions() {
        assert_eq!(said("de", "le dernier contact"), "du dernier contact");
        assert_eq!(said("de", "la fin du contrat"), "de la fin du contrat");
        assert_eq!(said("de", "les travaux"), "des travaux");
        assert_eq!(said("de", "une commande"), "d’une commande");
        assert_eq!(said("de", "votre demande"), "de votre demande");
        assert_eq!(said("de", "1 an"), "d’un an");
        assert_eq!(said("de", "1 mois"), "d’un mois");
        assert_eq!(said("de", "11 mois"), "de 11 mois");
        assert_eq!(said("à", "le dernier contact"), "au dernier contact");
        assert_eq!(said("à", "l’événement"), "à l’événement");
    }

    #[test]
    fn high_punctuation_has_a_narrow_space_and_addresses_are_left_alone() {
        assert_eq!(set("Quoi ? « Non » : 10 %"), "Quoi\u{202F}? «\u{202F}Non\u{202F}»\u{202F}: 10\u{202F}%");
        assert_eq!(set("que si il y a lieu, que une adresse"), "que s’il y a lieu, qu’une adresse");
        assert_eq!(set("https://example.org/?a=b 12:30"), "https://example.org/?a=b 12:30");
    }
}
