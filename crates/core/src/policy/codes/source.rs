//! Codes about sources of data other than the person.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::DataSource;

codes! {
    UNKNOWN_DATA "source/unknown-data" Error -
        "The source gives data that the policy does not declare. The list of data is closed: what is not declared may not be taken from anybody. Correct the name, or declare the category."
    UNKNOWN_LIMIT "source/unknown-limit" Error -
        "The terms of a source confine its data to a purpose or a recipient that the policy does not declare. Correct the name, or declare it; until then the data are confined to the others that are named."
    TOLD_AND_EXEMPT "source/told-and-exempt" Error "Art. 14(3), 14(5) GDPR"
        "The policy says when people are told of data from this source, and also that they need not be told at all. Only one of the two can be kept. Remove the exemption if they are told, or the promise if they are not."
    NOT_TOLD "source/not-told" Warning "Art. 14(3) GDPR"
        "Data come from this source and the policy does not say when the people are told. They are told within a month, at the first contact, or at the first disclosure, whichever comes first. Write `told`, or `exempt` with the point of Art. 14(5)."
    LATE "source/told-late" Error "Art. 14(3)(a) GDPR"
        "People are told that their data were received at the latest within one month. The policy takes longer. Write `told = \"at the first contact, within 1 month at most\"` or less."
    UNPROVED "source/consent-unproved" Error "Art. 7(1) GDPR"
        "The source obtained a consent for the controller, who must be able to show it: the wording, when it was given, and that it named the controller. The policy asks for less. Write `proof = [\"wording\", \"when\", \"how\"]` and `names = \"us\"`."
    UNLINKED "source/unlinked" Warning "Art. 14(2)(f) GDPR"
        "A source and the data that come from it don't name each other: the source gives data that are not said to come from it, or gives nothing at all. Name it in `from` of the category, `from = [\"source.name\"]`, and the data in `gives`."
}

/// When people are told, and what a consent obtained by another is worth.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for source in judge.policy.sources.values() {
        told(judge, source);
        proof(judge, source);
        linked(judge, source);
    }
}

fn told(judge: &mut Judge<'_>, source: &DataSource) {
    let path = format!("source.{}", source.id);
    match (&source.told, &source.exempt) {
        (None, None) if !judge.places.is_broken(&format!("{path}.exempt")) => {
            let message = format!("nothing says when people are told of data from `{}`", source.id);
            let help = "write `told = \"at the first contact, within 1 month at most\"`";
            judge.say(&NOT_TOLD, &format!("{path}.told"), message, help);
        }
        (Some(told), _) => {
            if let Some(late) = longer_than_a_month(&told.written) {
                let message = format!("people are told within {late}, and the law asks for one month");
                judge.say(&LATE, &format!("{path}.told"), message, "write `within 1 month at most`");
            }
        }
        (None, _) => {}
    }
}

fn proof(judge: &mut Judge<'_>, source: &DataSource) {
    let Some(consent) = &source.consent else { return };
    let has = |word: &str| consent.proof.iter().any(|proof| proof.contains(word));
    let lacks = if !has("wording") {
        "its wording"
    } else if !has("when") && !has("date") {
        "when it was given"
    } else if consent.names.is_none() {
        "that it names the controller"
    } else {
        return;
    };
    let message = format!("the consent that `{}` obtained does not show {lacks}", source.id);
    let path = format!("source.{}.consent", source.id);
    let help = match consent.names {
        Some(_) => format!("write `proof = [\"wording\", \"when\", \"how\"]` at `{path}`"),
        None if has("wording") && (has("when") || has("date")) => {
            format!("write `names = \"us\"` at `{path}`")
        }
        None => format!("write `proof = [\"wording\", \"when\", \"how\"]` and `names = \"us\"` at `{path}`"),
    };
    judge.say(&UNPROVED, &path, message, help);
}

fn linked(judge: &mut Judge<'_>, source: &DataSource) {
    let name = format!("source.{}", source.id);
    let policy = judge.policy;
    if judge.any_broken(policy.data.keys().map(|category| format!("data.{category}.from"))) {
        return;
    }
    let named = |from: &[String]| from.contains(&name);
    for datum in &source.gives {
        let Some(category) = policy.data.get(&datum.category) else { continue };
        let field = datum.field.as_ref().and_then(|field| category.fields.get(field));
        let of_field = field.is_some_and(|field| named(&field.from))
            || (datum.field.is_none() && category.fields.values().any(|field| named(&field.from)));
        if !named(&category.from) && !of_field {
            let message = format!("`{}` gives `{datum}`, which are not said to come from it", source.id);
            let help = format!("add `\"{name}\"` to `data.{}.from`", datum.category);
            judge.say(&UNLINKED, &format!("{name}.gives"), message, help);
        }
    }
    let anywhere = policy
        .data
        .values()
        .any(|category| named(&category.from) || category.fields.values().any(|field| named(&field.from)));
    if source.gives.is_empty() && !anywhere {
        let message = format!("nothing is said to come from `{}`", source.id);
        judge.say_of(&UNLINKED, &name, message, "write `gives = [\"…\"]`, or remove it");
    }
}

/// The first length of time in a text that is longer than one month.
fn longer_than_a_month(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|pair| {
        let [count, unit] = pair else { return None };
        let number: u32 = count.parse().ok().or_else(|| small_number(count))?;
        let long = match unit.trim_end_matches('s') {
            "day" | "jour" | "dag" | "dagen" => number > 31,
            "week" | "semaine" | "weken" => number > 4,
            "month" | "moi" | "maand" | "maanden" => number > 1,
            "year" | "an" | "jaar" => number > 0,
            _ => false,
        };
        long.then(|| format!("{count} {unit}"))
    })
}

fn small_number(word: &str) -> Option<u32> {
    let words = ["one", "two", "three", "four", "five", "six"];
    words.iter().zip(1..).find(|(known, _)| **known == word).map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::longer_than_a_month;

    #[test]
    fn a_length_beyond_a_month_is_seen_in_words() {
        for late in [
            "within 3 months",
            "after two months at most",
            "in 45 days",
            "1 year",
            "6 semaines",
            "binnen 2 maanden",
        ] {
            assert!(longer_than_a_month(late).is_some(), "{late}");
        }
        for fine in
            ["at the first contact, within 1 month at most", "in 30 days", "within one month", "2 weeks", ""]
        {
            assert_eq!(longer_than_a_month(fine), None, "{fine}");
        }
    }
}
