//! Cookies and other trackers, and statistics without personal data.

use kept_core::notice::{CookieFact, Fact, Said};
use kept_core::policy::model::{Cookie, CookieClass, Placed, Refuse, Statistics};
use kept_core::time::Span;

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Inline, Line, Table, TableRow};
use crate::words::{capital, within};

/// The section on cookies: the policy's words, the classes, the cookies, the rules.
pub(super) fn blocks(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    let (mut before, mut classes, mut cookies, mut after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in said {
        let Fact::Cookies(fact) = &one.fact else { continue };
        match fact {
            CookieFact::Statement(_) => before.push(Block::Paragraph(composer.line(one))),
            CookieFact::Class(class) => classes.push(class_row(composer, one, class)),
            CookieFact::Cookie(cookie, life) => cookies.push(cookie_row(composer, one, cookie, *life)),
            CookieFact::Link(to) => after.push(link(composer, one, to)),
            _ => after.push(composer.line(one)),
        }
    }
    let mut blocks = before;
    let kinds = ["column-class", "column-why", "column-consent", "column-life"];
    blocks.extend(table(composer, "cookies-classes", &kinds, classes));
    let each = ["column-cookie", "column-why", "column-set-by", "column-life"];
    blocks.extend(table(composer, "cookies-list", &each, cookies));
    if !after.is_empty() {
        blocks.push(Block::List(after));
    }
    blocks
}

fn table(composer: &Composer<'_>, caption: &str, head: &[&str], rows: Vec<TableRow>) -> Option<Block> {
    let words = composer.words;
    (!rows.is_empty()).then(|| {
        let head = head.iter().map(|key| words.word(key)).collect();
        Block::Table(Table { caption: words.word(caption), head, rows })
    })
}

fn class_row(composer: &Composer<'_>, said: &Said<'_>, class: &CookieClass) -> TableRow {
    let (words, policy) = (composer.words, composer.policy);
    let why = match (&class.why, &class.purpose) {
        (Some(why), _) => composer.clause(why),
        (None, Some(purpose)) => words.purpose(policy, purpose),
        (None, None) => words.word("not-stated"),
    };
    let consent = match (class.consent, &class.exempt) {
        (Some(true), _) => words.word("consent-needed"),
        (_, Some(why)) => composer.with("consent-exempt", "why", why),
        (Some(false), None) => words.word("consent-not-needed"),
        (None, None) => words.word("not-stated"),
    };
    row(said, &[words.text(policy, &class.title), why, consent, life(composer, class.life)])
}

fn cookie_row(composer: &Composer<'_>, said: &Said<'_>, cookie: &Cookie, shortest: Option<Span>) -> TableRow {
    let (words, policy) = (composer.words, composer.policy);
    let classes = policy
        .cookies
        .iter()
        .flat_map(|all| cookie.classes.iter().filter_map(|class| all.classes.get(class)));
    let classes: Vec<_> = classes.map(|class| within(&words.text(policy, &class.title))).collect();
    let classes = capital(&words.and(&classes));
    let mut why = match &cookie.why {
        Some(why) if classes.is_empty() => composer.clause(why),
        Some(why) => {
            words.say("cookie-for", &[("class", classes.into()), ("why", composer.clause(why).into())])
        }
        None if classes.is_empty() => words.word("not-stated"),
        None => classes,
    };
    if !cookie.reads.is_empty() {
        let data = composer.data_listed(&cookie.reads);
        let reads = words.say("cookie-reads", &[("data", data.into())]);
        why = format!("{}. {reads}", why.trim_end_matches('.'));
    }
    let by = cookie.recipient.as_ref().and_then(|id| policy.recipients.get(id));
    let by = by.map_or_else(|| words.word("cookie-own"), |one| words.text(policy, &one.name));
    let mut made = row(said, &[String::new(), why, by, life(composer, shortest)]);
    if let Some(name) = made.cells.first_mut() {
        *name = vec![Inline::text(cookie.names.join(", "))];
    }
    made
}

fn row(said: &Said<'_>, cells: &[String]) -> TableRow {
    let cells = cells.iter().map(|text| vec![Inline::text(capital(text))]).collect();
    TableRow { statement: Some(said.statement.id.clone()), cells }
}

fn life(composer: &Composer<'_>, life: Option<Span>) -> String {
    let words = composer.words;
    match life {
        None => words.word("not-stated"),
        Some(Span::ZERO) => words.word("life-session"),
        Some(span) => words.say("life", &[("span", words.months(span).into())]),
    }
}

fn link(composer: &Composer<'_>, said: &Said<'_>, to: &str) -> Line {
    let spans = vec![Inline::text(composer.words.word("cookies-link")), Inline::text(" "), Inline::web(to)];
    Line { statement: Some(said.statement.id.clone()), spans }
}

/// A rule about cookies, as running text.
pub(super) fn text(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<String> {
    let words = composer.words;
    let Fact::Cookies(fact) = fact else { return None };
    Some(match fact {
        CookieFact::Statement(text) => words.text(composer.policy, text),
        CookieFact::Placed(Placed::AfterConsent) => words.word("cookies-placed-after"),
        CookieFact::Placed(Placed::UnlessRefused) => words.word("cookies-placed-unless"),
        CookieFact::Refuse(Refuse::AsEasily) => words.word("cookies-refuse-easily"),
        CookieFact::Refuse(Refuse::BrowserSettings) => words.word("cookies-refuse-browser"),
        CookieFact::ChoiceKept(span) => words.say("cookies-choice", &[("span", words.span(*span).into())]),
        CookieFact::Class(_) | CookieFact::Cookie(..) | CookieFact::Link(_) => return None,
    })
}

/// The section on statistics: each under its own heading.
pub(super) fn statistics(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    let parts = said.iter().filter_map(|one| {
        let Fact::Statistics(statistics) = &one.fact else { return None };
        Some(Block::Part {
            statement: Some(one.statement.id.clone()),
            title: capital(&composer.words.text(composer.policy, &statistics.title)),
            blocks: counted(composer, statistics),
        })
    });
    parts.collect()
}

fn counted(composer: &Composer<'_>, statistics: &Statistics) -> Vec<Block> {
    let (words, policy) = (composer.words, composer.policy);
    let mut said: Vec<_> = statistics.statement.iter().map(|text| composer.sentence(text)).collect();
    let counts = statistics.counted();
    for (key, items) in [
        ("statistics-counts", &counts),
        ("statistics-reads", &statistics.reads),
        ("statistics-drops", &statistics.drops),
    ] {
        if !items.is_empty() {
            let items: Vec<_> = items.iter().map(|item| words.datum(policy, item)).collect();
            said.push(words.say(key, &[("items", words.and(&items).into())]));
        }
    }
    if let Some(count) = statistics.smallest_group {
        said.push(words.say("statistics-smallest", &[("count", count.into())]));
    }
    let who = statistics.recipients.iter().filter_map(|id| policy.recipients.get(id));
    let who: Vec<_> = who.map(|one| words.name_within(policy, &one.name)).collect();
    if !who.is_empty() {
        said.push(words.say("statistics-recipients", &[("who", words.and(&who).into())]));
    }
    if let Some(tool) = &statistics.tool {
        said.push(composer.with("statistics-tool", "tool", tool));
    }
    vec![Block::List(said.into_iter().map(Line::plain).collect())]
}
