//! Codes about places of data, and the regions by which they are named.

use super::codes;
use crate::law::{adequacy, country};
use crate::policy::check::Judge;
use crate::policy::model::{Place, Store};
use crate::time::Day;

codes! {
    UNKNOWN_REGION "place/unknown-region" Error -
        "The region is neither a country's two-letter code nor `EU`, `EEA` or `adequate`. Where data may be follows from it, so it is not guessed."
    OUTSIDE "place/outside" Error "Art. 5(1)(a), 44 GDPR"
        "The store falls under a promise about places, and its server is elsewhere. `EU` does not hold Norway, and no region of the Union holds the United Kingdom or Switzerland. Move the store, or correct the promise."
    WRONG_OPTION "place/wrong-option" Error "Art. 5(1)(a) GDPR"
        "The store is said to hold the data of people who chose an option, and the option does not exist or its regions do not contain the server. Correct `holds`, or the option."
    OPTION_WITHOUT_TOOL "place/option-without-tool" Warning "Art. 44, 46 GDPR"
        "People may choose a place outside the EEA that no adequacy decision covers as a whole. Their choice is no safeguard. Say under `[transfers]` that a safeguard is needed, `otherwise = [\"safeguard\"]`, and name it at the recipient."
    UNUSED "place/unused" Advice "Art. 5(1)(a) GDPR"
        "No store falls under this promise about places, so nothing keeps it and nothing can check it. Name it as `place` of the stores that are meant, or remove it."
    TWO_PROMISES "place/two-promises" Advice "Art. 5(1)(a) GDPR"
        "The policy promises two things about places: data of this kind stay in a region, and data in general may leave it. Both can be true of different stores; where a store falls under both, the stricter one counts. Make sure that people can tell them apart."
}

/// Promises about places against the stores that fall under them.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for place in policy.places.values() {
        let path = format!("place.{}", place.id);
        regions(judge, &format!("{path}.only"), &place.only);
        regions(judge, &format!("{path}.prefer"), &place.prefer);
        for (option, named) in &place.options {
            regions(judge, &format!("{path}.options.{option}"), named);
        }
        promise(judge, place);
    }
    if let Some(transfers) = &policy.transfers {
        regions(judge, "transfers.prefer", &transfers.prefer);
    }
    regions(judge, "never.leave", &policy.never.leave);
    for store in policy.stores.values() {
        kept(judge, store);
    }
}

fn regions(judge: &mut Judge<'_>, path: &str, named: &[String]) {
    for region in named.iter().filter(|region| !is_region(region)) {
        let message = format!("`{region}` is not a region");
        judge.say(&UNKNOWN_REGION, path, message, "write `EU`, `EEA`, `adequate`, or a country such as `FR`");
    }
}

fn promise(judge: &mut Judge<'_>, place: &Place) {
    let path = format!("place.{}", place.id);
    let policy = judge.policy;
    let used = |store: &Store| {
        store.place.as_deref() == Some(place.id.as_str()) || store.holds.contains_key(&place.id)
    };
    if !policy.stores.is_empty() && !policy.stores.values().any(used) {
        let message = format!("no store falls under `{}`", place.id);
        judge.say_of(&UNUSED, &path, message, format!("write `place = \"{}\"` at a store", place.id));
    }
    let transfers = policy.transfers.as_ref();
    if !place.only.is_empty() && transfers.is_some_and(|transfers| !transfers.otherwise.is_empty()) {
        let message = format!("`{}` stays in {}, and other data may leave", place.id, place.only.join(", "));
        judge.say(
            &TWO_PROMISES,
            &format!("{path}.only"),
            message,
            "say clearly which data each promise is about",
        );
    }
    let asked = |needs: &[String]| needs.iter().any(|need| need == "safeguard");
    let safe = transfers.is_some_and(|transfers| asked(&transfers.otherwise)) || asked(&place.otherwise);
    let far = |region: &String| country::is_known(region) && !is_safe(region, judge.at);
    let option = place.options.iter().find(|(_, regions)| regions.iter().any(far));
    if let (Some((option, _)), false) = (option, safe) {
        let message =
            format!("the option `{option}` of `{}` is outside the EEA, and no safeguard is asked", place.id);
        let help = "write `otherwise = [\"safeguard\"]` under `[transfers]`";
        judge.say(&OPTION_WITHOUT_TOOL, &format!("{path}.options"), message, help);
    }
}

/// A store under its promises.
fn kept(judge: &mut Judge<'_>, store: &Store) {
    let policy = judge.policy;
    let server = store.server.as_deref().filter(|code| country::is_known(code));
    let place = store.place.as_ref().and_then(|name| policy.places.get(name));
    if let (Some(place), Some(server)) = (place, server)
        && !place.only.is_empty()
        && !within(&place.only, server, judge.at)
    {
        let message =
            format!("`{}` is in `{server}`, and stays in {}, it is said", store.name, place.only.join(", "));
        judge.say(
            &OUTSIDE,
            &format!("store.{}.server", store.name),
            message,
            "move it, or correct the promise",
        );
    }
    for (place, option) in &store.holds {
        let Some(place) = policy.places.get(place) else { continue };
        let path = format!("store.{}.holds", store.name);
        match place.options.get(option) {
            None => {
                let message = format!("`{}` offers no option `{option}`", place.id);
                let known = place.options.keys().map(String::as_str);
                let help =
                    crate::policy::suggest::help(option, known).unwrap_or_else(|| "declare it".to_owned());
                judge.say(&WRONG_OPTION, &path, message, help);
            }
            Some(regions) => {
                if let Some(server) = server.filter(|server| !within(regions, server, judge.at)) {
                    let message =
                        format!("`{}` is in `{server}`, which `{option}` does not contain", store.name);
                    judge.say(&WRONG_OPTION, &path, message, "correct the option, or its regions");
                }
            }
        }
    }
}

fn is_region(region: &str) -> bool {
    matches!(region, "EU" | "EEA" | "adequate") || country::is_known(region)
}

/// Whether data may go to a country without a further safeguard.
fn is_safe(code: &str, day: Day) -> bool {
    country::is_in_eea_on(code, day) || adequacy::on(code, day).is_some_and(|decision| !decision.is_limited())
}

/// Whether a country lies within one of these regions on a day. `EU` does not hold Norway.
pub(crate) fn within(regions: &[String], code: &str, day: Day) -> bool {
    regions.iter().any(|region| match region.as_str() {
        "EU" => country::is_in_union(code, day),
        "EEA" => country::is_in_eea_on(code, day),
        "adequate" => is_safe(code, day),
        other => other == code,
    })
}

#[cfg(test)]
mod tests {
    use super::within;
    use jiff::civil::date;

    #[test]
    fn a_literal_union_does_not_hold_norway() {
        let day = date(2026, 1, 1);
        let regions = |region: &str| vec![region.to_owned()];
        assert!(within(&regions("EU"), "FR", day) && !within(&regions("EU"), "NO", day));
        assert!(within(&regions("EEA"), "NO", day) && !within(&regions("EEA"), "CH", day));
        assert!(within(&regions("adequate"), "CH", day) && !within(&regions("adequate"), "US", day));
        assert!(within(&regions("US"), "US", day) && !within(&[], "FR", day));
    }
}
