//! Codes about cookies in general: when they are set, how they are refused. Single cookies and
//! classes are judged in `cookie`.

use super::codes;
use crate::policy::check::Judge;
use crate::policy::model::{CookieClass, CookieSettings, Placed, Refuse};
use crate::time::Span;

codes! {
    UNSAID "cookies/unsaid" Error "Art. 5(3) Directive 2002/58/EC"
        "Data come from cookies, it is said, and the policy does not say what cookies there are, what for, and how people agree or refuse. Declare `[cookies]` with classes, or correct where the data come from."
    UNLESS_REFUSED "cookies/unless-refused" Error "Art. 5(3) Directive 2002/58/EC"
        "Cookies that are not strictly necessary are set only after consent. The policy sets them unless somebody refuses. Write `placed = \"after consent\"`, and do so."
    BROWSER_ONLY "cookies/browser-only" Error "Art. 7(3) GDPR; Art. 5(3) Directive 2002/58/EC"
        "Who agreed by a click in the page may withdraw as easily. The settings of a browser are not as easy, and they hold back necessary cookies too. Offer refusal in the page and write `refuse = \"as easily as accept\"`."
    NO_CLASSES "cookies/no-classes" Error "Art. 5(3) Directive 2002/58/EC"
        "The policy speaks of cookies and neither describes a class of them nor points to a page that does. People are told what for and how long before they agree. Add `[cookie-class.*]`, or `link` to the cookie statement."
    ASKED_TOO_SOON "cookies/asked-too-soon" Advice "CNIL recommendation 2020-092"
        "The choice is remembered for less than six months. Who refused is then asked again and again until they give in. Good practice, in France and beyond, is to keep yes and no for six months. Write `choice-kept = \"6 months\"`."
    CHOICE_UNSAID "cookies/choice-unsaid" Advice "CNIL recommendation 2020-092"
        "Cookies are set after consent and the policy does not say how long a choice is remembered. Write `choice-kept = \"6 months\"`, for yes and for no."
}

/// What is said of cookies against the law's floor.
pub(crate) fn check(judge: &mut Judge<'_>) {
    let policy = judge.policy;
    let Some(cookies) = &policy.cookies else {
        return unsaid(judge);
    };
    let asked = |class: &CookieClass| class.consent == Some(true);
    if cookies.placed == Placed::UnlessRefused {
        let message = "cookies are set before anybody agreed";
        judge.say(&UNLESS_REFUSED, "cookies.placed", message, "write `placed = \"after consent\"`");
    }
    if cookies.refuse == Refuse::BrowserSettings {
        let message = "who agreed in the page has to refuse in the browser";
        judge.say(&BROWSER_ONLY, "cookies.refuse", message, "write `refuse = \"as easily as accept\"`");
    }
    if cookies.classes.is_empty() && cookies.cookies.is_empty() && cookies.link.is_none() {
        let message = "no class of cookies is described";
        judge.say_of(&NO_CLASSES, "cookies", message, "add `[cookie-class.…]`, or `link`");
    }
    match cookies.choice_kept {
        Some(kept) if super::keep::days(kept) < super::keep::days(Span::months(6)) => {
            let message = format!("a choice is forgotten after {kept}");
            judge.say(&ASKED_TOO_SOON, "cookies.choice-kept", message, "write `choice-kept = \"6 months\"`");
        }
        None if cookies.classes.values().any(asked) => {
            let message = "nothing says how long a choice is remembered";
            judge.say(&CHOICE_UNSAID, "cookies.choice-kept", message, "write `choice-kept = \"6 months\"`");
        }
        _ => {}
    }
}

/// Data that come from cookies of which nothing is said.
fn unsaid(judge: &mut Judge<'_>) {
    if judge.places.is_broken("cookies") || judge.places.has("cookies") {
        return;
    }
    let policy = judge.policy;
    let cookies = |from: &[String]| from.iter().any(|from| from == "cookies");
    let category = policy.data.values().find(|category| {
        cookies(&category.from) || category.fields.values().any(|field| cookies(&field.from))
    });
    if let Some(category) = category {
        let message = format!("`{}` come from cookies, of which nothing is said", category.name);
        judge.say(
            &UNSAID,
            &format!("data.{}.from", category.name),
            message,
            "declare `[cookies]` and its classes",
        );
    }
}

/// The shortest life among some classes, if any of them has one.
pub(crate) fn shortest<'a>(settings: &'a CookieSettings, classes: &'a [String]) -> Option<Span> {
    let lives = classes.iter().filter_map(|name| settings.classes.get(name)).filter_map(|class| class.life);
    lives.min_by_key(|life| super::keep::days(*life))
}
