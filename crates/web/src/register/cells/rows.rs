//! What each kind of processing says in its row, beside people, data and recipients.

use std::collections::BTreeMap;

use kept_core::policy::keep::Phase;
use kept_core::policy::model::{
    Archive, Cookie, CookieClass, Disclosure, OwnRecord, Purpose, Retention, Statistics,
};
use kept_core::register::Subject;
use kept_core::time::Span;

use crate::register::cells::Cells;
use crate::register::sheet::Column;
use crate::words::capital;

/// The cells of a row, as they are filled.
type Said = BTreeMap<Column, Vec<String>>;

impl Cells<'_> {
    /// Fills what the kind of processing has to say.
    pub(super) fn subject(&self, subject: &Subject<'_>, cells: &mut Said) {
        match subject {
            Subject::Purpose(purpose) => self.purpose(purpose, cells),
            Subject::Archive(purpose, archive) => self.archive(purpose, archive, cells),
            Subject::Disclosure(disclosure) => self.disclosure(disclosure, cells),
            Subject::Cookies(class, cookies) => self.cookies(*class, cookies, cells),
            Subject::Statistics(statistics) => self.statistics(statistics, cells),
            Subject::Own(record, retention) => self.own(*record, retention, cells),
        }
    }

    fn purpose(&self, purpose: &Purpose, cells: &mut Said) {
        let (words, policy) = (self.words, self.policy);
        cells.insert(Column::Activity, vec![capital(&words.text(policy, &purpose.title))]);
        let what = purpose.description.as_ref().unwrap_or(&purpose.title);
        let mut why = vec![capital(&words.text(policy, what))];
        if let Some(reason) = &purpose.off {
            why.push(words.say("register-shut", &[("reason", words.text(policy, reason).into())]));
        }
        if purpose.is_marketing() {
            let channels: Vec<_> = purpose.marketing.iter().map(|one| words.channel(*one)).collect();
            why.push(words.say("register-marketing", &[("channels", words.and(&channels).into())]));
        }
        if purpose.profiling {
            why.push(words.word("register-profiling"));
        }
        if let Some(decides) = &purpose.decides {
            let decides = words.decides(policy, decides);
            why.push(words.say("register-decides", &[("words", decides.into())]));
        }
        cells.insert(Column::Purpose, why);
        cells.insert(Column::Basis, self.bases(purpose));
        cells.entry(Column::Data).or_default().extend(self.special(purpose));
        cells.insert(Column::Keep, vec![self.retention(&purpose.retention, Some(&purpose.starts))]);
    }

    fn archive(&self, purpose: &Purpose, archive: &Archive, cells: &mut Said) {
        let (words, policy) = (self.words, self.policy);
        let title = words.text(policy, &purpose.title);
        let title = words.say("register-archive", &[("purpose", title.into())]);
        cells.insert(Column::Activity, vec![title]);
        let reason = archive.reason.as_ref().map(|reason| words.text(policy, reason));
        let reason = reason.unwrap_or_else(|| words.word("register-archive-why"));
        cells.insert(Column::Purpose, vec![capital(&reason)]);
        cells.insert(Column::Basis, self.bases(purpose));
        cells.insert(Column::Keep, vec![self.retention(&archived(purpose), None)]);
        if !archive.roles.is_empty() {
            let readers = self.readers(&archive.roles);
            let readers = words.say("register-readers", &[("roles", readers.into())]);
            cells.insert(Column::Measures, vec![capital(&readers)]);
        }
    }

    fn disclosure(&self, disclosure: &Disclosure, cells: &mut Said) {
        let (words, policy) = (self.words, self.policy);
        cells.insert(Column::Activity, vec![capital(&words.text(policy, &disclosure.title))]);
        cells.insert(Column::Basis, disclosure.bases.iter().map(|basis| self.basis(basis)).collect());
        let named = |to: &&String| policy.recipients.keys().all(|name| name.as_str() != to.as_str());
        let others: Vec<_> =
            disclosure.to.iter().filter(named).map(|to| words.of_family("role", to)).collect();
        if !others.is_empty() {
            let recipients = cells.entry(Column::Recipients).or_default();
            recipients.retain(|said| *said != words.word("register-none"));
            recipients.extend(others.iter().map(|to| capital(to)));
        }
        if disclosure.data.is_empty() {
            cells.insert(Column::Data, vec![capital(&words.word("register-demanded"))]);
        }
        if !disclosure.needs.is_empty() {
            let needs: Vec<_> = disclosure.needs.iter().map(|need| words.of_family("need", need)).collect();
            let needs = words.say("register-disclosure-needs", &[("needs", words.and(&needs).into())]);
            cells.insert(Column::Measures, vec![capital(&needs)]);
        }
    }

    fn cookies(&self, class: Option<&CookieClass>, cookies: &[&Cookie], cells: &mut Said) {
        let (words, policy) = (self.words, self.policy);
        let title = class.map(|class| words.text(policy, &class.title));
        let title = match title {
            Some(title) => words.say("register-cookies", &[("class", title.into())]),
            None => words.word("register-cookies-other"),
        };
        cells.insert(Column::Activity, vec![title]);
        let why = class.and_then(|class| class.why.as_ref()).into_iter();
        let why = why.chain(cookies.iter().filter_map(|one| one.why.as_ref()));
        cells.insert(Column::Purpose, why.map(|text| capital(&words.text(policy, text))).collect());
        let exempt = class.and_then(|class| class.exempt.as_ref());
        let basis = match (class.and_then(|class| class.consent), exempt) {
            (_, Some(why)) => words.say("register-cookie-exempt", &[("why", words.text(policy, why).into())]),
            (Some(true), None) => words.word("register-cookie-consent"),
            (Some(false) | None, None) => words.word("register-unsaid"),
        };
        cells.insert(Column::Basis, vec![capital(&basis)]);
        let names = cookies.iter().flat_map(|one| &one.names).cloned().collect::<Vec<_>>();
        if !names.is_empty() {
            let names = words.say("register-cookie-names", &[("names", words.commas(&names).into())]);
            cells.entry(Column::Data).or_default().insert(0, capital(&names));
        }
        let life = class.and_then(|class| class.life);
        let life = life.or_else(|| cookies.iter().filter_map(|one| one.life).max());
        cells.insert(Column::Keep, vec![self.life(life)]);
    }

    fn life(&self, life: Option<Span>) -> String {
        capital(&match life {
            None => self.words.word("register-unsaid"),
            Some(Span::ZERO) => self.words.word("register-cookie-session"),
            Some(span) => self.words.say("register-cookie-life", &[("span", self.words.span(span).into())]),
        })
    }

    fn statistics(&self, statistics: &Statistics, cells: &mut Said) {
        let (words, policy) = (self.words, self.policy);
        let title = words.text(policy, &statistics.title);
        cells.insert(Column::Activity, vec![words.say("register-statistics", &[("title", title.into())])]);
        let statement = statistics.statement.as_ref().map(|text| capital(&words.text(policy, text)));
        let mut said: Vec<String> = statement.into_iter().collect();
        let mut data = Vec::new();
        let counted = statistics.counted();
        let lists = [
            ("register-counts", "counts", &counted, true),
            ("register-reads", "reads", &statistics.reads, false),
            ("register-drops", "drops", &statistics.drops, false),
        ];
        for (key, name, list, is_purpose) in lists {
            if !list.is_empty() {
                let list: Vec<_> = list.iter().map(|one| words.datum(policy, one)).collect();
                let one = capital(&words.say(key, &[(name, words.commas(&list).into())]));
                if is_purpose { said.push(one) } else { data.push(one) }
            }
        }
        if let Some(count) = statistics.smallest_group {
            data.push(capital(&words.say("register-smallest", &[("count", count.into())])));
        }
        cells.insert(Column::Purpose, said);
        cells.insert(Column::Data, data);
    }

    fn own(&self, record: OwnRecord, retention: &Retention, cells: &mut Said) {
        let (title, why) = match record {
            OwnRecord::ConsentProof => ("register-consent-proof", "register-consent-proof-why"),
            OwnRecord::Disclosures => ("register-disclosures", "register-disclosures-why"),
            OwnRecord::IdentityPapers => ("register-identity-papers", "register-identity-papers-why"),
            OwnRecord::Refusals => ("register-refusals", "register-refusals-why"),
            OwnRecord::Requests => ("register-requests", "register-requests-why"),
            OwnRecord::Log => ("register-log", "register-log-why"),
        };
        let words = self.words;
        cells.insert(Column::Activity, vec![words.word(title)]);
        cells.insert(Column::Purpose, vec![capital(&words.word(why))]);
        let law = ("basis", capital(&words.word("basis-short-legal-obligation")).into());
        let article = ("article", words.word("register-article-legal-obligation").into());
        cells.insert(Column::Basis, vec![words.say("register-basis-article", &[law, article])]);
        cells.insert(Column::Data, vec![words.word(title)]);
        cells.insert(Column::Keep, vec![self.retention(retention, None)]);
    }
}

/// The stages of a purpose that are spent in the archive; its whole period where none is.
fn archived(purpose: &Purpose) -> Retention {
    let Retention::Keep(keep) = &purpose.retention else { return purpose.retention.clone() };
    let mut keep = keep.clone();
    if keep.stages.iter().any(|stage| stage.phase == Phase::Archive) {
        keep.stages.retain(|stage| stage.phase == Phase::Archive);
    }
    Retention::Keep(keep)
}
