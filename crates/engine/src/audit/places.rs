//! Places: where the stores are, by the policy's own word for each, and what the notice says of
//! places and transfers (Art. 44 to 49).

use kept_core::law::country;
use kept_core::policy::model::Store;
use kept_core::policy::transfer;

use crate::audit::Sight;
use crate::audit::acts::Topic;
use crate::audit::judge::Judged;
use crate::audit::record::ELSEWHERE;
use crate::report::audit::{Breach, Evidence, Missing, Wrong};

const MEND: &str = "move the data, or say in the policy where they are and on what safeguard";

/// The countries of a store, as evidence; none where it does not say.
fn countries(store: &Store, finding: &mut Judged) -> Vec<String> {
    let said: Vec<String> = [&store.server, &store.seat].into_iter().flatten().cloned().collect();
    if said.is_empty() {
        finding.missing.push(Missing::NoPlace { store: store.name.clone() });
    } else {
        finding.evidence.push(Evidence::Place { store: store.name.clone(), countries: said.clone() });
    }
    said
}

fn elsewhere(store: Option<&Store>, finding: &mut Judged) {
    finding.breaches.push(Breach {
        what: Wrong::Elsewhere,
        store: store.map(|store| store.name.clone()),
        table: None,
        rows: 1,
        oldest: None,
        mend: MEND.to_owned(),
    });
}

fn lies_in_one(code: &str, regions: &[String]) -> bool {
    regions.iter().any(|region| country::lies_in(code, region))
}

/// What the notice says of transfers: a store in a country without protection has no safeguard, and
/// a recipient there needs one.
pub(super) fn transfers(sight: &Sight<'_>, finding: &mut Judged) {
    no_stores(sight, finding);
    let on = sight.today;
    for store in sight.policy.stores.values() {
        if countries(store, finding).iter().any(|code| !transfer::is_carried(sight.policy, code, on)) {
            elsewhere(Some(store), finding);
        }
    }
    for to in sight.policy.recipients.values() {
        if transfer::carrier(to, on).is_err() {
            finding.breaches.push(unguarded());
        }
        finding.harmed(sight, &Topic::Recipient(to.id.clone()), ELSEWHERE);
    }
}

fn unguarded() -> Breach {
    let mend = MEND.to_owned();
    Breach { what: Wrong::WithoutSafeguard, store: None, table: None, rows: 1, oldest: None, mend }
}

fn no_stores(sight: &Sight<'_>, finding: &mut Judged) {
    if sight.policy.stores.is_empty() {
        finding.missing.push(Missing::NoStore);
    }
}

/// Where providers are preferred: nothing forbids another place, so it is only shown.
pub(super) fn preferred(sight: &Sight<'_>, finding: &mut Judged) {
    no_stores(sight, finding);
    for store in sight.policy.stores.values() {
        countries(store, finding);
    }
}

/// A place of one kind of data: its stores lie in its regions, or in those of the option chosen.
pub(super) fn place(sight: &Sight<'_>, name: &str, finding: &mut Judged) {
    let Some(place) = sight.policy.places.get(name) else { return };
    let stores = sight.policy.stores.values();
    let mut any = false;
    for store in stores.filter(|store| store.place.as_deref() == Some(name) || store.holds.contains_key(name))
    {
        any = true;
        let chosen = store.holds.get(name).and_then(|option| place.options.get(option));
        let regions = chosen.unwrap_or(&place.only);
        let said = countries(store, finding);
        // An option names where the server is; who runs it may have a seat elsewhere.
        let counts = if chosen.is_some() { store.server.iter().cloned().collect() } else { said };
        if !regions.is_empty() && counts.iter().any(|code| !lies_in_one(code, regions)) {
            elsewhere(Some(store), finding);
        }
    }
    if !any {
        finding.missing.push(Missing::NoStore);
    }
}

/// Nothing leaves these regions.
pub(super) fn never_leave(sight: &Sight<'_>, finding: &mut Judged) {
    let regions = &sight.policy.never.leave;
    no_stores(sight, finding);
    for store in sight.policy.stores.values() {
        if countries(store, finding).iter().any(|code| !lies_in_one(code, regions)) {
            elsewhere(Some(store), finding);
        }
    }
    for to in sight.policy.recipients.values() {
        let away = [&to.country, &to.seat].into_iter().flatten().any(|code| !lies_in_one(code, regions));
        let was_given =
            sight.acts.count(&Topic::Recipient(to.id.clone()), crate::report::audit::Counted::Disclosures);
        if away && was_given > 0 {
            elsewhere(None, finding);
        }
    }
}
