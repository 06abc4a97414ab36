//! Codes about places of data, and the regions by which they are named.

use super::codes;
use crate::law::country;
use crate::policy::check::Judge;
use crate::policy::model::{Place, Store};
use crate::policy::transfer;
use crate::time::Day;

codes! {
    SAYS_NOTHING "place/says-nothing" Error -
        "The place neither confines data to regions, nor prefers some, nor offers a choice, so no store can keep it or break it. Write `only`, `prefer` or `options`, or remove it."
    ONLY_AND_ELSEWHERE "place/only-and-elsewhere" Error "Art. 5(1)(a) GDPR"
        "The place says that data are in some regions only, and also what is needed elsewhere or what is preferred. Both can't be: `only` leaves no elsewhere. Keep `only`, or `prefer` with `otherwise`."
    OPTION_OUTSIDE "place/option-outside" Error "Art. 5(1)(a) GDPR"
        "An option offers a region that `only` rules out, so whoever chose it would break the promise. Take the region out of the option, or widen `only`."
    NO_CHOOSER "place/no-chooser" Error "Art. 28(3)(a) GDPR"
        "Options are offered and nobody is said to choose among them. Write `chosen-by = \"customer\"`, or whoever it is."
    NO_OPTIONS "place/no-options" Error -
        "Somebody is said to choose a place and there is nothing to choose from. Write `options = { eu = [\"EU\"], us = [\"US\"] }`, or remove `chosen-by`."
    UNKNOWN_REGION "place/unknown-region" Error -
        "A place is `EU`, `EEA`, or a country by the two capital letters of ISO 3166-1. A promise about another word could not be held against any store, so it is not guessed."
    OUTSIDE "place/outside" Error "Art. 5(1)(a), 44 GDPR"
        "The store falls under a promise about places, and its server is elsewhere. `EU` does not hold Norway, and no region of the Union holds the United Kingdom or Switzerland. Move the store, or correct the promise."
    WRONG_OPTION "place/wrong-option" Error "Art. 5(1)(a) GDPR"
        "The store is said to hold the data of people who chose an option, and the regions of the option do not contain the server. Correct `holds`, or the option."
    OPTION_WITHOUT_TOOL "place/option-without-tool" Warning "Art. 44, 46 GDPR"
        "People may choose a place outside the EEA that no adequacy decision covers as a whole. Their choice is no safeguard. Say under `[transfers]` that a safeguard is needed, `otherwise = [\"safeguard\"]`, and name it at the recipient."
    UNUSED "place/unused" Advice "Art. 5(1)(a) GDPR"
        "No store falls under this promise about places, so nothing keeps it and nothing can check it. Name it as `place` of the stores that are meant, or remove it."
    TWO_PROMISES "place/two-promises" Warning "Art. 5(1)(a) GDPR"
        "The policy promises two things about places: data of this kind stay in a region, and data in general may leave it. Both can be true of different stores; where a store falls under both, the stricter one counts. Make sure that people can tell them apart."
}

/// Promises about places against the stores that fall under them.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    for place in policy.places.values() {
        promise(judge, place);
    }
    for store in policy.stores.values() {
        kept(judge, store);
    }
}

fn promise(judge: &mut Judge<'_>, place: &Place) {
    let path = format!("place.{}", place.id);
    let policy = judge.policy;
    let used = |store: &Store| {
        store.place.as_deref() == Some(place.id.as_str())
            || judge.places.has(&format!("store.{}.holds.{}", store.name, place.id))
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
        let Some(regions) = place.options.get(option) else { continue };
        if let Some(server) =
            server.filter(|server| !regions.is_empty() && !within(regions, server, judge.at))
        {
            let message = format!("`{}` is in `{server}`, which `{option}` does not contain", store.name);
            judge.say(&WRONG_OPTION, &path, message, "correct the option, or its regions");
        }
    }
}

/// Whether data may go to a country without a further safeguard.
fn is_safe(code: &str, day: Day) -> bool {
    country::is_in_eea_on(code, day) || transfer::whole(code, day).is_some()
}

/// Whether a country lies within one of these regions on a day. `EU` does not hold Norway.
pub(crate) fn within(regions: &[String], code: &str, day: Day) -> bool {
    regions.iter().any(|region| match region.as_str() {
        "EU" => country::is_in_union(code, day),
        "EEA" => country::is_in_eea_on(code, day),
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
        assert!(within(&regions("US"), "US", day) && !within(&[], "FR", day));
    }
}
