//! Codes about single cookies and classes of them.

use super::{codes, cookies::shortest, keep::days};
use crate::law::{says_stem, tracker};
use crate::policy::check::Judge;
use crate::policy::model::{Basis, Cookie, CookieClass, CookieSettings};
use crate::time::Span;

codes! {
    UNKNOWN_CLASS "cookie/unknown-class" Error "Art. 5(3) ePrivacy Directive"
        "The cookie belongs to a class that the policy does not declare, so it can't be told whether it needs consent. Correct the name, or declare the class as `[cookie-class.name]`."
    UNKNOWN_PURPOSE "cookie/unknown-purpose" Error "Art. 5(1)(b) GDPR"
        "The class serves a purpose that the policy does not declare. Correct the name, or declare the purpose."
    UNKNOWN_RECIPIENT "cookie/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "Somebody is said to set or read the cookie whom the policy does not declare as a recipient. Correct the name, or declare the recipient."
    UNKNOWN_DATA "cookie/unknown-data" Error -
        "The cookie is said to read data that the policy does not declare. Correct the name, or declare the category or field."
    BAD_LIFE "cookie/bad-life" Error "Art. 5(1)(e) GDPR"
        "A life is a length of time, `13 months` or `13 months from first set`, or `session`. It is counted from the first setting and not renewed by later visits. Anything else could not be held against a browser."
    BAD_NAME "cookie/bad-name" Error -
        "The name of a cookie on the device has no spaces, commas, semicolons or `=`, and is not empty (RFC 6265). `*` stands for any letters. Without the right name it can neither be found nor removed."
    CONSENT_AND_EXEMPT "cookie/consent-and-exempt" Error "Art. 5(3) ePrivacy Directive"
        "The class says that its cookies are set only after consent, and also why they need none. One of the two is wrong: remove `exempt`, or write `consent = false`."
    NO_CLASS "cookie/no-class" Error "Art. 5(3) Directive 2002/58/EC"
        "The cookie belongs to no class, so nobody knows whether it waits for consent, and it may not be set. Name its class in `classes`, or declare one for it."
    NO_BASIS "cookie/class-without-basis" Error "Art. 5(3) Directive 2002/58/EC"
        "Of this class it is neither said that its cookies wait for consent nor why they need not. Write `consent = true`, or `exempt` with the reason: strictly necessary for what the person asked for."
    NOT_EXEMPT "cookie/not-exempt" Error "Art. 5(3) Directive 2002/58/EC"
        "The class is said to need no consent and serves advertising, profiles, social media or a purpose that itself rests on consent. Only what is strictly necessary for a service that the person asked for is exempt. Write `consent = true`."
    OTHER_BASIS "cookie/other-basis" Warning "Art. 5(3) Directive 2002/58/EC; Art. 6(1)(a) GDPR"
        "The class waits for consent and serves a purpose on another basis. Where consent is asked for the cookie, what is read by it rests on that consent too. Correct the purpose's basis, or name the purpose that is meant."
    NO_AIM "cookie/class-without-aim" Error "Art. 5(3) Directive 2002/58/EC"
        "People are told what cookies are for before they agree. The class names neither a reason nor a purpose. Write `why`, or `purpose`."
    NO_LIFE "cookie/no-life" Error "C-673/17 (Planet49); Art. 5(3) Directive 2002/58/EC"
        "Information about cookies includes how long they live, and neither the class nor the cookie says so. Write `life = \"13 months\"`, or `life = \"session\"` at the cookie."
    TWO_LIVES "cookie/two-lives" Warning "Art. 13(2)(a) GDPR; C-673/17 (Planet49)"
        "Two lives are announced for one cookie: those of its classes differ, or its own is longer than theirs. The shorter one counts. Write it at the cookie, so that people read one figure."
    LONG_LIFE "cookie/long-life" Advice "Art. 5(1)(e) GDPR"
        "A cookie that lives longer than two years (thirteen months in France) is hard to justify: it outlives most devices, and with each visit people forget more of what they agreed to. Shorten `life`."
    AUDIENCE_LIFE "cookie/audience-life" Warning "LIL Art. 82; CNIL guidelines of 17 September 2020"
        "In France a cookie that measures an audience is exempt from consent only if it lives thirteen months at most, is not renewed at each visit, and what it collects is kept no longer than twenty-five months. Shorten `life`, or ask for consent."
    THIRD_PARTY "cookie/third-party-unnamed" Warning "C-673/17 (Planet49); Art. 13(1)(e) GDPR"
        "Cookies of this name are set or read by a third party, as it publishes itself, and the policy names no recipient for it. People are told who has access. Write `recipient`."
    USE_WITHOUT_CLASS "cookie/use-without-class" Warning "Art. 5(3) Directive 2002/58/EC"
        "A purpose uses data that come from cookies alone, and no class of cookies serves it, though others name what they serve. People who agreed to those did not agree to this. Add a class with this `purpose`."
}

/// Every class and every cookie.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let Some(settings) = &policy.cookies else { return };
    for class in settings.classes.values() {
        consent(judge, class);
        life(judge, settings, class);
    }
    for cookie in settings.cookies.values() {
        single(judge, settings, cookie);
    }
    uses(judge, settings);
}

/// Stems of aims that are never strictly necessary.
const NEVER_EXEMPT: &[&str] = &[
    "advert", "market", "publicit", "reclame", "profil", "target", "retarget", "social", "ciblage", "ciblée",
];

fn consent(judge: &mut Judge<'_>, class: &CookieClass) {
    let path = format!("cookie-class.{}", class.id);
    let purpose = class.purpose.as_ref().and_then(|name| judge.policy.purposes.get(name));
    let free = class.consent == Some(false) || (class.consent.is_none() && class.exempt.is_some());
    let said = [Some(&class.title), class.why.as_ref()].into_iter().flatten();
    let tracks = said.into_iter().any(|text| NEVER_EXEMPT.iter().any(|stem| says_stem(&text.written, stem)));
    let serves = purpose.is_some_and(|purpose| purpose.is_marketing() || purpose.basis.is_consent());
    if class.consent != Some(true) && class.exempt.is_none() {
        let message = format!("nothing says why `{}` may be set", class.id);
        judge.say(
            &NO_BASIS,
            &format!("{path}.consent"),
            message,
            "write `consent = true`, or `exempt = \"…\"`",
        );
    } else if free && (tracks || serves) {
        let message = format!("`{}` is not strictly necessary", class.id);
        judge.say(&NOT_EXEMPT, &format!("{path}.exempt"), message, "write `consent = true`");
    }
    if let Some(purpose) = purpose.filter(|one| class.consent == Some(true) && one.basis != Basis::Missing) {
        if !purpose.basis.is_consent() && purpose.arms.is_empty() {
            let message = format!("`{}` waits for consent, and `{}` rests on none", class.id, purpose.name);
            judge.say(
                &OTHER_BASIS,
                &format!("{path}.purpose"),
                message,
                "correct the basis, or name another purpose",
            );
        }
    }
    if class.why.is_none() && class.purpose.is_none() {
        let message = format!("nothing says what `{}` are for", class.id);
        judge.say(&NO_AIM, &format!("{path}.why"), message, "write `why = \"…\"`");
    }
}

fn life(judge: &mut Judge<'_>, settings: &CookieSettings, class: &CookieClass) {
    let path = format!("cookie-class.{}.life", class.id);
    let mut members =
        settings.cookies.values().filter(|cookie| cookie.classes.contains(&class.id)).peekable();
    let Some(life) = class.life else {
        if members.peek().is_none() {
            let message = format!("nothing says how long cookies of `{}` live", class.id);
            judge.say(&NO_LIFE, &path, message, "write `life = \"13 months\"`");
        }
        return;
    };
    let french = judge.country() == Some("FR");
    let audience = class.exempt.as_ref().is_some_and(|exempt| {
        ["audience", "statisti", "measure", "mesure", "analyti"]
            .iter()
            .any(|stem| says_stem(&exempt.written, stem))
    });
    let data_long =
        class.purpose.as_ref().and_then(|name| judge.policy.purposes.get(name)).is_some_and(|purpose| {
            purpose
                .keep()
                .and_then(super::keep::length)
                .is_some_and(|length| days(length) > days(Span::months(25)))
        });
    if french && audience && (days(life) > days(Span::months(13)) || data_long) {
        let message = format!("`{}` measures an audience for longer than the CNIL exempts", class.id);
        judge.say(&AUDIENCE_LIFE, &path, message, "write `13 months` at most, or `consent = true`");
    } else if days(life) > days(Span::months(if french { 13 } else { 24 })) {
        let message = format!("cookies of `{}` live for {life}", class.id);
        judge.say(&LONG_LIFE, &path, message, "shorten it");
    }
}

fn single(judge: &mut Judge<'_>, settings: &CookieSettings, cookie: &Cookie) {
    let path = format!("cookie.{}", cookie.id);
    if cookie.classes.is_empty() && !judge.places.is_broken(&format!("{path}.classes")) {
        let message = format!("`{}` belongs to no class", cookie.id);
        judge.say(&NO_CLASS, &format!("{path}.classes"), message, "write `classes = [\"…\"]`");
        return;
    }
    let lives: Vec<Span> =
        cookie.classes.iter().filter_map(|name| settings.classes.get(name)?.life).collect();
    let shortest = shortest(settings, &cookie.classes);
    let differ = lives.iter().any(|life| Some(*life) != shortest);
    match (cookie.life, shortest) {
        (None, None) => {
            let message = format!("nothing says how long `{}` lives", cookie.id);
            judge.say(
                &NO_LIFE,
                &format!("{path}.life"),
                message,
                "write `life = \"13 months\"`, or `session`",
            );
        }
        (None, Some(shortest)) if differ => {
            let message =
                format!("the classes of `{}` announce different lives; {shortest} counts", cookie.id);
            judge.say(
                &TWO_LIVES,
                &format!("{path}.classes"),
                message,
                format!("write `life = \"{shortest}\"`"),
            );
        }
        (Some(own), Some(shortest)) if days(shortest) < days(own) => {
            let message = format!("`{}` lives longer than its class allows; {shortest} counts", cookie.id);
            judge.say(&TWO_LIVES, &format!("{path}.life"), message, format!("write `life = \"{shortest}\"`"));
        }
        _ => {}
    }
    let owner = cookie.names.iter().find_map(|name| tracker::owner(name));
    let written = judge.places.has(&format!("{path}.recipient"));
    if let (Some(owner), None, false) = (owner, &cookie.recipient, written) {
        let message = format!("`{}` is known to be a cookie of {owner}", cookie.id);
        judge.say(&THIRD_PARTY, &format!("{path}.recipient"), message, "write `recipient = \"…\"`");
    }
}

/// Purposes that live on cookies and that no class serves.
fn uses(judge: &mut Judge<'_>, settings: &CookieSettings) {
    let policy = judge.policy;
    let served = |name: &crate::name::PurposeName| {
        settings.classes.values().any(|class| class.purpose.as_ref() == Some(name))
    };
    if !settings.classes.values().any(|class| class.purpose.is_some()) {
        return;
    }
    for purpose in policy.purposes.values().filter(|purpose| !served(&purpose.name)) {
        let alone = |from: &[String]| from == ["cookies"];
        let mut categories = purpose.data.iter().filter_map(|datum| policy.data.get(&datum.category));
        if let Some(category) = categories.find(|category| alone(&category.from)) {
            let message =
                format!("`{}` uses `{}`, and no class of cookies serves it", purpose.name, category.name);
            judge.say(&USE_WITHOUT_CLASS, &purpose.path("data"), message, "add a class with this `purpose`");
        }
    }
}
