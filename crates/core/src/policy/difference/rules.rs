//! What each field of a policy means to people: whether more of it is worse, whether it is a
//! promise, whether it concerns the company alone.
//!
//! A field that has no rule is compared all the same, as a setting of its own (`walk`). Names are
//! those of the model; a star stands for any name. Not here: how a change is judged (`judge`).

use super::Weight;
use super::value::Shown;

/// How a change of a field is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// Named things: how much it weighs that one comes, and that one goes.
    Items(Weight, Weight),
    /// Wording: it never weighs.
    Wording,
    /// It stands in no notice.
    Internal,
    /// Any change weighs.
    Fact,
    /// A promise, for people's good: it weighs when it goes.
    Promise,
    /// A burden: it weighs when it comes or is another one.
    Burden,
    /// A list of which more weighs.
    Wider,
    /// The same, and an empty list means all.
    WiderOrAll,
    /// A list for people's good, of which less weighs.
    Narrower,
    /// The same, and nothing said means all.
    NarrowerOrAll,
    /// A limit: longer, or none, weighs.
    Limit,
    /// A length for people's good: shorter, or none, weighs.
    Notice,
    /// A number for people's good: lower, or none, weighs.
    Number,
    /// A choice among these, the best for people first; another one, or none, comes last.
    Ranked(&'static [&'static str]),
    /// A condition that confines: it weighs when it goes or is another one.
    Confine,
    /// How long data are kept.
    Retention,
    /// A table that need not be there: what comes with it is looked at one by one; how much it
    /// weighs that it goes.
    Open(Weight),
}

/// A rule: where, how it is judged, the word for what it is about, and what its values are.
pub(super) struct Rule {
    pub(super) at: &'static str,
    pub(super) judge: Judge,
    pub(super) topic: &'static str,
    pub(super) shown: Shown,
}

const fn rule(at: &'static str, judge: Judge, topic: &'static str, shown: Shown) -> Rule {
    Rule { at, judge, topic, shown }
}

use Judge::{
    Burden, Confine, Fact, Internal, Items, Limit, Narrower, NarrowerOrAll, Notice, Number, Open, Promise,
    Ranked, Retention, Wider, WiderOrAll, Wording,
};
use Shown as S;
use Weight::{Internal as Inside, Minor, Significant};

/// The rule for a place, if there is one.
pub(super) fn find(path: &[String]) -> Option<&'static Rule> {
    all().find(|rule| {
        let mut parts = rule.at.split('/');
        let fits = path.iter().all(|name| parts.next().is_some_and(|part| part == "*" || part == name));
        fits && parts.next().is_none()
    })
}

/// Whether a rule says something of what lies within a place.
pub(super) fn looks_inside(path: &[String]) -> bool {
    all().any(|rule| {
        let mut parts = rule.at.split('/');
        let fits = path.iter().all(|name| parts.next().is_some_and(|part| part == "*" || part == name));
        fits && parts.next().is_some()
    })
}

/// Every word for what a change is about.
pub fn topics() -> impl Iterator<Item = &'static str> {
    all().map(|rule| rule.topic).chain([super::walk::SETTING, super::walk::LEADER])
}

/// Every rule, for tests.
#[cfg(test)]
pub(super) fn every() -> impl Iterator<Item = &'static Rule> {
    all()
}

fn all() -> impl Iterator<Item = &'static Rule> {
    [WHO, WHAT, PURPOSES, OTHERS, RIGHTS, DEVICES, PROMISES, COMPANY].into_iter().flatten()
}

/// The notice, controllers and people.
const WHO: &[Rule] = &[
    rule("notice/version", Wording, "version", S::Plain),
    rule("notice/version_month", Wording, "version", S::Plain),
    rule("notice/languages", Narrower, "languages", S::Language),
    rule("notice/prevails", Wording, "prevails", S::Language),
    rule("notice/title", Wording, "title", S::Plain),
    rule("notice/introduction", Wording, "introduction", S::Plain),
    rule("notice/minor_changes", Narrower, "minor-changes", S::Way),
    rule("notice/significant_changes", Narrower, "significant-changes", S::Way),
    rule("notice/changes_before", Notice, "changes-before", S::Span),
    rule("notice/links/*", Items(Minor, Minor), "link", S::Plain),
    rule("notice/links/*/*", Wording, "wording", S::Plain),
    rule("controllers/*", Items(Significant, Significant), "controller", S::Plain),
    rule("controllers/*/name", Fact, "name", S::Plain),
    rule("controllers/*/trade_name", Wording, "name", S::Plain),
    rule("controllers/*/called", Wording, "wording", S::Plain),
    rule("controllers/*/registered", Wording, "registered", S::Plain),
    rule("controllers/*/country", Fact, "country", S::Country),
    rule("controllers/*/post", Promise, "post", S::Plain),
    rule("controllers/*/email", Promise, "email", S::Plain),
    rule("controllers/*/phone", Promise, "phone", S::Plain),
    rule("controllers/*/website", Promise, "website", S::Plain),
    rule("controllers/*/officer", Promise, "officer", S::Plain),
    rule("controllers/*/no_officer", Wording, "no-officer", S::Plain),
    rule("controllers/*/representative", Promise, "representative", S::Plain),
    rule("controllers/*/zone", Wording, "zone", S::Plain),
    rule("controllers/*/authority", Wording, "authority", S::Country),
    rule("controllers/*/affiliates", Burden, "affiliates", S::Plain),
    rule("controllers/*/affiliates_named", Promise, "affiliates-named", S::Plain),
    rule("controllers/*/public_authority", Fact, "public-authority", S::Plain),
    rule("people/*", Items(Minor, Significant), "people", S::Plain),
    rule("people/*/who", Wording, "wording", S::Plain),
    rule("people/*/minimum_age", Number, "minimum-age", S::Plain),
    rule("people/*/age_known_by", Promise, "age-known-by", S::Plain),
    rule("children/offered", Burden, "children-offered", S::Plain),
    rule("children/consent_age", Fact, "consent-age", S::Plain),
    rule("children/guardian_proof", Promise, "guardian", S::Plain),
    rule("children/guardian_confirms", Promise, "guardian", S::Plain),
    rule("children/on_report", Promise, "child-report", S::Plain),
];

/// Data, sources, events, groups.
const WHAT: &[Rule] = &[
    rule("data/*", Items(Significant, Minor), "data", S::Plain),
    rule("data/*/title", Wording, "title", S::Plain),
    rule("data/*/fields/*", Items(Significant, Minor), "fields", S::Field),
    rule("data/*/fields/*/title", Wording, "title", S::Plain),
    rule("data/*/fields/*/kind", Wording, "field-type", S::Plain),
    rule("data/*/fields/*/origin", Fact, "origin", S::Plain),
    rule("data/*/fields/*/from", Wider, "from", S::Plain),
    rule("data/*/fields/*/optional", Promise, "optional", S::Plain),
    rule("data/*/fields/*/shown", Confine, "shown", S::Plain),
    rule("data/*/fields/*/screen", Open(Minor), "screen", S::Plain),
    rule("data/*/fields/*/screen/within", Limit, "screen", S::Span),
    rule("data/*/fields/*/screen/roles", Internal, "screen", S::Role),
    rule("data/*/fields/*/screen/words", Internal, "screen", S::Plain),
    rule("data/*/from", Wider, "from", S::Plain),
    rule("data/*/collected", Wording, "collected", S::Plain),
    rule("data/*/special", Burden, "special-category", S::Plain),
    rule("data/*/about", Wider, "about", S::People),
    rule("data/*/tell", Promise, "tell-people", S::Plain),
    rule("data/*/open", Burden, "open-list", S::Plain),
    rule("sources/*", Items(Significant, Minor), "source", S::Plain),
    rule("sources/*/name", Wording, "name", S::Plain),
    rule("sources/*/gives", Wider, "gives", S::Data),
    rule("sources/*/public", Wording, "public-source", S::Plain),
    rule("sources/*/told", Promise, "source-told", S::Plain),
    rule("sources/*/exempt", Burden, "source-exempt", S::Plain),
    rule("sources/*/consent", Promise, "source-consent", S::Plain),
    rule("sources/*/limits", Promise, "source-limits", S::Plain),
    rule("groups/*", Items(Inside, Inside), "group", S::Plain),
    rule("groups/*/title", Wording, "title", S::Plain),
    rule("groups/*/of", Internal, "group", S::Data),
    rule("events/*", Items(Inside, Inside), "event", S::Plain),
    rule("events/*/nature", Fact, "event-nature", S::Plain),
    rule("events/*/acts", Wider, "acts", S::Plain),
    rule("events/*/title", Wording, "title", S::Plain),
];

/// Purposes and messages.
const PURPOSES: &[Rule] = &[
    rule("purposes/*", Items(Significant, Minor), "purpose", S::Plain),
    rule("purposes/*/title", Wording, "title", S::Plain),
    rule("purposes/*/description", Wording, "description", S::Plain),
    rule("purposes/*/controller", Fact, "controller-of", S::Plain),
    rule("purposes/*/answers", Fact, "controller-of", S::Plain),
    rule("purposes/*/people", WiderOrAll, "people-of", S::People),
    rule("purposes/*/data", Wider, "data-of", S::Data),
    rule("purposes/*/basis", Fact, "basis", S::Basis),
    rule("purposes/*/arms", Fact, "arms", S::Arm),
    rule("purposes/*/serves_law", Wording, "serves-law", S::Plain),
    rule("purposes/*/uses_also", Wider, "uses-also", S::Plain),
    rule("purposes/*/only", Confine, "only", S::Plain),
    rule("purposes/*/profiling", Burden, "profiling", S::Plain),
    rule("purposes/*/research", Burden, "research", S::Plain),
    rule("purposes/*/reconfirm", Limit, "reconfirm", S::Span),
    rule("purposes/*/wordings", Internal, "wording", S::Plain),
    rule("purposes/*/unsubscribe", Promise, "unsubscribe", S::Plain),
    rule("purposes/*/marketing", Wider, "marketing", S::Channel),
    rule("purposes/*/retention", Retention, "keep", S::Plain),
    rule("purposes/*/starts", Fact, "starts", S::Event),
    rule("purposes/*/occasion", Fact, "occasion", S::Plain),
    rule("purposes/*/recipients", Wider, "recipients", S::Recipient),
    rule("purposes/*/archive", Open(Minor), "archive", S::Plain),
    rule("purposes/*/archive/reason", Wording, "archive-reason", S::Plain),
    rule("purposes/*/archive/roles", Wider, "archive-roles", S::Role),
    rule("purposes/*/after_withdrawal", Ranked(&["Erase"]), "after-withdrawal", S::Plain),
    rule("purposes/*/erasure", Ranked(&["Ends", "ByBasis"]), "erasure", S::Plain),
    rule("purposes/*/special", Wider, "special", S::Plain),
    rule("purposes/*/required", Burden, "required", S::Plain),
    rule("purposes/*/decides", Burden, "decides", S::Plain),
    rule("purposes/*/frozen", Open(Minor), "frozen", S::Plain),
    rule("purposes/*/frozen/once", Fact, "frozen", S::Event),
    rule("purposes/*/frozen/data", Wider, "frozen", S::Data),
    rule("purposes/*/frozen/law", Wording, "frozen", S::Plain),
    rule("purposes/*/off", Promise, "off", S::Plain),
    rule("messages/*", Items(Minor, Minor), "message", S::Plain),
    rule("messages/*/title", Wording, "title", S::Plain),
    rule("messages/*/class", Fact, "message-class", S::Plain),
    rule("messages/*/purpose", Fact, "purpose-of", S::Purpose),
    rule("messages/*/why", Wording, "wording", S::Plain),
    rule("messages/*/channels", Wider, "marketing", S::Channel),
    rule("messages/*/people", WiderOrAll, "people-of", S::People),
    rule("forms/*", Items(Minor, Minor), "form", S::Plain),
    rule("forms/*/title", Wording, "title", S::Plain),
    rule("forms/*/purpose", Fact, "purpose-of", S::Purpose),
    rule("forms/*/fields", Wider, "form-fields", S::Data),
    rule("forms/*/consents", Wider, "form-consents", S::Purpose),
    rule("forms/*/notice", Promise, "form-notice", S::Plain),
];

/// Recipients, joint control, disclosures, custody, places.
const OTHERS: &[Rule] = &[
    rule("recipients/*", Items(Significant, Minor), "recipient", S::Plain),
    rule("recipients/*/name", Wording, "name", S::Plain),
    rule("recipients/*/role", Fact, "role", S::Plain),
    rule("recipients/*/country", Fact, "country", S::Country),
    rule("recipients/*/seat", Fact, "seat", S::Country),
    rule("recipients/*/purposes", Wider, "purposes-of", S::Purpose),
    rule("recipients/*/data", WiderOrAll, "data-for", S::Data),
    rule("recipients/*/safeguard", Promise, "safeguard", S::Plain),
    rule("recipients/*/copy", Promise, "copy", S::Plain),
    rule("recipients/*/transfer_consent", Confine, "only-if", S::Purpose),
    rule("recipients/*/contract", Promise, "contract", S::Plain),
    rule("recipients/*/due_diligence", Internal, "due-diligence", S::Plain),
    rule("recipients/*/instructions", Promise, "instructions", S::Plain),
    rule("recipients/*/settings", Promise, "settings", S::Plain),
    rule("recipients/*/necessity", Wording, "necessity", S::Plain),
    rule("recipients/*/only_if", Confine, "only-if", S::Plain),
    rule("recipients/*/controller", Internal, "recipient", S::Plain),
    rule("recipients/*/linked_to", Confine, "only-if", S::Plain),
    rule("recipients/*/certified_members", Confine, "only-if", S::Plain),
    rule("recipients/*/members", Internal, "recipient", S::Plain),
    rule("joint/*", Items(Significant, Significant), "joint", S::Plain),
    rule("joint/*/with", Fact, "joint-with", S::Plain),
    rule("joint/*/essence", Promise, "essence", S::Plain),
    rule("joint/*/purposes", Wider, "purposes-of", S::Purpose),
    rule("disclosures/*", Items(Significant, Minor), "disclosure", S::Plain),
    rule("disclosures/*/title", Wording, "title", S::Plain),
    rule("disclosures/*/to", Wider, "disclosed-to", S::Plain),
    rule("disclosures/*/data", WiderOrAll, "data-for", S::Data),
    rule("disclosures/*/bases", Wider, "basis", S::Basis),
    rule("disclosures/*/needs", Narrower, "needs", S::Plain),
    rule("disclosures/*/tell", Promise, "told-before", S::Plain),
    rule("disclosures/*/tell/before", Notice, "told-before", S::Span),
    rule("disclosures/*/tell/unless", Burden, "told-unless", S::Plain),
    rule("disclosures/*/tell/then", Promise, "told-then", S::Plain),
    rule("disclosures/*/secrecy", Burden, "kept-from-people", S::Plain),
    rule("disclosures/*/secrecy/roles", Wider, "secrets-read-by", S::Plain),
    rule("disclosures/*/secrecy/law", Burden, "kept-from-people", S::Plain),
    rule("custody/*", Items(Minor, Minor), "custody", S::Plain),
    rule("custody/*/title", Wording, "title", S::Plain),
    rule("custody/*/customer", Wording, "customer", S::Plain),
    rule("custody/*/under", Wording, "under", S::Plain),
    rule("custody/*/data", Wider, "data-of", S::Data),
    rule("custody/*/tasks", Wider, "tasks", S::Plain),
    rule("custody/*/retention", Retention, "keep", S::Plain),
    rule("custody/*/then", Promise, "custody-then", S::Plain),
    rule("custody/*/requests", Promise, "custody-requests", S::Plain),
    rule("custody/*/protection", Promise, "protection", S::Plain),
    rule("custody/*/recipients", Wider, "recipients", S::Recipient),
    rule("transfers", Promise, "transfers", S::Plain),
    rule("transfers/statement", Wording, "wording", S::Plain),
    rule("transfers/prefer", Narrower, "prefer", S::Country),
    rule("transfers/otherwise", Narrower, "otherwise", S::Plain),
    rule("transfers/copy", Promise, "copy", S::Plain),
    rule("transfers/applies", Narrower, "applies", S::Plain),
    rule("places/*", Items(Minor, Significant), "place", S::Plain),
    rule("places/*/title", Wording, "title", S::Plain),
    rule("places/*/only", WiderOrAll, "only-places", S::Country),
    rule("places/*/prefer", Narrower, "prefer", S::Country),
    rule("places/*/otherwise", Narrower, "otherwise", S::Plain),
    rule("places/*/options", Fact, "options", S::Plain),
    rule("places/*/chosen_by", Promise, "chosen-by", S::Plain),
];

/// People's rights.
const RIGHTS: &[Rule] = &[
    rule("rights/reply", Limit, "reply", S::Span),
    rule("rights/inquiries", Limit, "inquiries", S::Span),
    rule("rights/never_extended", Promise, "never-extended", S::Plain),
    rule("rights/never_a_fee", Promise, "never-a-fee", S::Plain),
    rule("rights/extra_copy", Burden, "extra-copy", S::Plain),
    rule("rights/identity", Burden, "identity", S::Plain),
    rule("rights/channels", Narrower, "channels", S::Plain),
    rule("rights/erasure_ends", Narrower, "erasure-ends", S::Data),
    rule("rights/named", NarrowerOrAll, "named-rights", S::Plain),
    rule("rights/withdrawal", Promise, "withdrawal", S::Plain),
    rule("rights/no_retaliation", Promise, "no-retaliation", S::Plain),
    rule("rights/complaint/inside_first", Ranked(&["Unsaid", "Asked"]), "inside-first", S::Plain),
    rule("rights/complaint/authority", Wording, "authority", S::Plain),
    rule("rights/by_right/*", Open(Significant), "right", S::Plain),
    rule("rights/by_right/*/text", Promise, "wording", S::Plain),
    rule("rights/by_right/*/reply", Limit, "reply", S::Span),
    rule("rights/by_right/*/reply_data", WiderOrAll, "reply-data", S::Data),
    rule("rights/by_right/*/backups", Limit, "backups", S::Span),
    rule("rights/by_right/*/only", Burden, "right-only", S::Plain),
    rule("rights/by_right/*/article", Wording, "article", S::Plain),
    rule("rights/by_right/*/covers", Narrower, "covers", S::Plain),
    rule("rights/by_right/*/yourself", Promise, "yourself", S::Plain),
    rule("rights/by_right/*/look_back", Notice, "look-back", S::Span),
    rule("rights/regimes/*", Items(Minor, Significant), "regime", S::Plain),
    rule("rights/regimes/*/people", Wording, "wording", S::Plain),
    rule("rights/regimes/*/region", Fact, "region", S::Country),
    rule("rights/regimes/*/reply", Limit, "reply", S::Span),
    rule("rights/regimes/*/confirm", Limit, "confirm", S::Span),
    rule("rights/regimes/*/confirm_working", Wording, "confirm", S::Plain),
    rule("rights/regimes/*/look_back", Notice, "look-back", S::Span),
    rule("rights/regimes/*/rights", Narrower, "named-rights", S::Plain),
    rule("rights/regimes/*/methods", Narrower, "channels", S::Plain),
    rule("rights/regimes/*/sells", Burden, "sells", S::Plain),
    rule("rights/regimes/*/sensitive", Burden, "sensitive", S::Plain),
    rule("rights/regimes/*/verification", Wording, "verification", S::Plain),
    rule("rights/regimes/*/refuses", Internal, "named-rights", S::Plain),
    rule("rights/regimes/*/text", Wording, "wording", S::Plain),
    rule("rights/agent", Open(Significant), "agent", S::Plain),
    rule("rights/agent/*", Wording, "agent", S::Plain),
];

/// Cookies and statistics.
const DEVICES: &[Rule] = &[
    rule("cookies", Open(Significant), "cookie-rules", S::Plain),
    rule("cookies/statement", Wording, "wording", S::Plain),
    rule("cookies/link", Wording, "link", S::Plain),
    rule("cookies/placed", Ranked(&["AfterConsent"]), "placed", S::Plain),
    rule("cookies/refuse", Ranked(&["AsEasily"]), "refuse", S::Plain),
    rule("cookies/choice_kept", Wording, "choice-kept", S::Span),
    rule("cookies/classes/*", Items(Significant, Minor), "cookie-class", S::Plain),
    rule("cookies/classes/*/title", Wording, "title", S::Plain),
    rule("cookies/classes/*/why", Wording, "wording", S::Plain),
    rule("cookies/classes/*/consent", Promise, "cookie-consent", S::Plain),
    rule("cookies/classes/*/exempt", Burden, "cookie-exempt", S::Plain),
    rule("cookies/classes/*/life", Limit, "life", S::Span),
    rule("cookies/classes/*/purpose", Fact, "purpose-of", S::Purpose),
    rule("cookies/cookies/*", Items(Significant, Minor), "cookie", S::Plain),
    rule("cookies/cookies/*/names", Wording, "name", S::Plain),
    rule("cookies/cookies/*/classes", Fact, "cookie-classes", S::Plain),
    rule("cookies/cookies/*/life", Limit, "life", S::Span),
    rule("cookies/cookies/*/why", Wording, "wording", S::Plain),
    rule("cookies/cookies/*/recipient", Burden, "cookie-recipient", S::Recipient),
    rule("cookies/cookies/*/reads", Wider, "reads", S::Data),
    rule("statistics/*", Items(Minor, Minor), "statistics", S::Plain),
    rule("statistics/*/title", Wording, "title", S::Plain),
    rule("statistics/*/counts", Wider, "counts", S::Plain),
    rule("statistics/*/reads", Wider, "reads", S::Plain),
    rule("statistics/*/drops", Narrower, "drops", S::Plain),
    rule("statistics/*/smallest_group", Number, "smallest-group", S::Plain),
    rule("statistics/*/recipients", Wider, "recipients", S::Recipient),
    rule("statistics/*/tool", Wording, "tool", S::Plain),
    rule("statistics/*/statement", Wording, "wording", S::Plain),
    rule("statistics/*/drawn", Open(Minor), "counts", S::Plain),
    rule("statistics/*/drawn/purpose", Fact, "purpose-of", S::Purpose),
    rule("statistics/*/drawn/by", Wider, "counts", S::Data),
    rule("statistics/*/drawn/sums", Wider, "counts", S::Data),
    rule("statistics/*/drawn/records", Wider, "counts", S::Data),
    rule("statistics/*/drawn/coarser", Open(Minor), "smallest-group", S::Plain),
    rule("statistics/*/drawn/coarser/*", Fact, "smallest-group", S::Plain),
    rule("statistics/*/drawn/distinct", Open(Minor), "smallest-group", S::Plain),
    rule("statistics/*/drawn/distinct/*", Number, "smallest-group", S::Plain),
];

/// The strictest first.
const NEVER_TO: &[&str] = &["AnyoneButAuthorities", "Controllers", "ControllersButAuthorities"];

/// What is never done, decisions, own records.
const PROMISES: &[Rule] = &[
    rule("never/sell", Promise, "never-sell", S::Plain),
    rule("never/disclose_to", Ranked(NEVER_TO), "never-disclose", S::Plain),
    rule("never/track", Promise, "never-track", S::Plain),
    rule("never/profile", Promise, "never-profile", S::Plain),
    rule("never/decide_automatically", Promise, "never-decide", S::Plain),
    rule("never/leave", Narrower, "never-leave", S::Country),
    rule("never/others/*", Promise, "never-other", S::Plain),
    rule("decisions/no_automated", Promise, "no-automated", S::Plain),
    rule("decisions/only_for_contract", Promise, "only-for-contract", S::Plain),
    rule("decisions/no_profiling", Promise, "no-profiling", S::Plain),
    rule("own/*", Retention, "own", S::Plain),
];

/// What concerns the company.
const COMPANY: &[Rule] = &[
    rule("roles/*", Items(Inside, Inside), "staff-role", S::Plain),
    rule("roles/*/title", Internal, "title", S::Plain),
    rule("roles/*/purposes", Internal, "purposes-of", S::Purpose),
    rule("roles/*/needs", Internal, "needs", S::Plain),
    rule("duties/*", Items(Minor, Significant), "duty", S::Plain),
    rule("duties/*/what", Wording, "wording", S::Plain),
    rule("duties/*/owner", Internal, "owner", S::Plain),
    rule("duties/*/every", Limit, "every", S::Span),
    rule("duties/*/due", Internal, "due", S::Plain),
    rule("duties/*/before", Internal, "before", S::Plain),
    rule("duties/*/evidence", Internal, "evidence", S::Plain),
    rule("duties/*/security", Promise, "security", S::Plain),
    rule("stores/*", Items(Inside, Inside), "store", S::Plain),
    rule("stores/*/server", Fact, "server", S::Country),
    rule("stores/*/seat", Fact, "seat", S::Country),
    rule("stores/*/place", Fact, "place", S::Plain),
    rule("stores/*/engine", Internal, "map", S::Plain),
    rule("stores/*/url", Internal, "map", S::Plain),
    rule("stores/*/zone", Internal, "map", S::Plain),
    rule("stores/*/holds", Internal, "map", S::Plain),
    rule("stores/*/tables", Internal, "map", S::Plain),
    rule("stores/*/not_personal", Internal, "map", S::Plain),
    rule("webhooks/*", Items(Inside, Inside), "map", S::Plain),
    rule("webhooks/*/url", Internal, "map", S::Plain),
    rule("webhooks/*/secret", Internal, "map", S::Plain),
    rule("webhooks/*/ca", Internal, "map", S::Plain),
    rule("webhooks/*/allows_plain", Internal, "map", S::Plain),
    rule("webhooks/*/identifier", Internal, "map", S::Plain),
    rule("webhooks/*/tells", Internal, "map", S::Plain),
    rule("texts/*", Wording, "translation", S::Plain),
];
