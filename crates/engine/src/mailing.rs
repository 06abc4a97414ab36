//! Messages that people may refuse: each is looked at as it is sent, and bears a link of the person's own by
//! which, without signing in, they stop the next one (7(3), 21(2); Directive 2002/58/EC, 13(4); RFC 8058).
//!
//! Not here: what a template must hold (`kept_core::admission::mailing`), the page behind the link
//! (`kept-web`), and the sending itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kept_core::admission::Act as Told;
use kept_core::admission::mailing::check_template;
use kept_core::identifier::Identifier;
use kept_core::ledger::{Kind, Outcome};
use kept_core::name::{ControllerName, PurposeName};
use kept_core::policy::model::Channel;
use kept_core::time::Instant;
use kept_vault::entry::Whom as Named;
use kept_vault::{SubjectId, Tx};
use serde::Serialize;

use crate::company::{Act, Company, log_purpose};
use crate::decide::{Ask, Decided, QUESTIONS_MAX, Verb};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::record::Recording;

/// The longest link that is looked at, in bytes.
const LINK_BYTES_MAX: usize = 400;

/// The rule of the entry that somebody followed a link.
pub(crate) const LINK: &str = "link";

/// How long the mark of a link is, in bytes.
const MARK: usize = 16;

/// A message that is about to be sent.
#[derive(Clone)]
pub struct Mailing {
    /// Which message of the policy.
    pub message: String,
    /// The purpose that it serves, for which the application may act.
    pub purpose: PurposeName,
    /// By which channel.
    pub channel: Channel,
    /// The controller that sends it, where the policy has several. `None` means the only one that can be
    /// meant.
    pub controller: Option<ControllerName>,
    /// The template, with the place of each person's link.
    pub template: String,
    /// To whom.
    pub people: Vec<Whom>,
    /// Who sends it, for the ledger's pseudonym.
    pub actor: Option<String>,
}

impl std::fmt::Debug for Mailing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} to {} people", self.message, self.people.len())
    }
}

/// Whether it may be sent to somebody, now. No personal value is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addressed {
    /// Whether it may.
    pub allowed: bool,
    /// What allows it or stands against it, in words.
    pub words: String,
    /// The article behind a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<&'static str>,
    /// What the link of this person ends with: only with the message that it may be sent in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Whether it may be sent, person by person, in the order in which they were named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mailed {
    /// The people.
    pub people: Vec<Addressed>,
    /// The number of the ledger's entry.
    pub entry: u64,
}

/// What a link says.
struct Linked {
    subject: SubjectId,
    channel: Channel,
    purpose: PurposeName,
}

impl Company {
    /// Looks at a message and at each person as it is sent: the template holds the place of the link, and
    /// the person may be written to now. Whoever may is given a link of their own.
    ///
    /// # Errors
    /// [`Failure::NotAdmitted`] for a template without the link, and a message or a channel that the policy
    /// does not have; [`Failure::Refused`] for too many people; a fault of Kept's own store.
    pub fn address(&mut self, mailing: &Mailing, now: Instant) -> Result<Mailed, Failure> {
        let which = (mailing.message.as_str(), mailing.channel);
        let policy = self.policy().clone();
        let checked = check_template(&policy, which, &mailing.template);
        let message = match checked {
            Ok(message) => message,
            Err(refused) => {
                self.not_sent(mailing, &format!("admission.{}", refused.code()), now)?;
                return Err(Failure::NotAdmitted(Box::new(refused)));
            }
        };
        if message.purpose != mailing.purpose {
            let words = format!("the message serves `{}`, and not `{}`", message.purpose, mailing.purpose);
            return Err(Failure::Refused(words));
        }
        if mailing.people.len() > QUESTIONS_MAX {
            return Err(Failure::Refused(format!("at most {QUESTIONS_MAX} people are looked at at once")));
        }
        let about = (Kind::Contacted, &mailing.purpose);
        let controller = self.asked_as(about, mailing.controller.as_ref(), now)?;
        let ask = |whom: &Whom| Ask {
            whom: whom.clone(),
            purpose: mailing.purpose.clone(),
            verb: Verb::Contact(mailing.channel),
            fields: Vec::new(),
            role: None,
            exception: None,
            source: None,
            controller: controller.clone(),
        };
        let asks: Vec<Ask> = mailing.people.iter().map(ask).collect();
        let answers = self.answers(&asks, now)?;
        self.write_links(mailing, answers, now)
    }

    /// Opens those who may be written to, makes their links, and writes down that they are contacted.
    fn write_links(&self, mailing: &Mailing, answers: Vec<Decided>, now: Instant) -> Result<Mailed, Failure> {
        let acted = self.vault.act("address", |tx| {
            self.still_admitted(tx)?;
            let mut subjects: Vec<Option<SubjectId>> = Vec::with_capacity(answers.len());
            for (whom, answer) in mailing.people.iter().zip(&answers) {
                let opened = answer.allowed.then(|| self.opened(tx, &whom.identifiers, now));
                subjects.push(opened.transpose()?);
            }
            let mut entry = self.entry(Kind::Contacted, now)?;
            entry.purpose = Some(mailing.purpose.clone());
            if let Some(actor) = &mailing.actor {
                entry.actor = tx.actor(actor)?;
            }
            let mut known: Vec<SubjectId> = subjects.iter().flatten().copied().collect();
            known.sort_unstable();
            known.dedup();
            let whom = match known.as_slice() {
                [] => Named::Nobody,
                [one] => Named::One(*one),
                several => Named::Many(several),
            };
            entry.outcome = if known.is_empty() { Outcome::Refused } else { Outcome::Done };
            tx.log(whom, entry, &log_purpose())?;
            Ok::<_, Failure>(subjects)
        })?;
        let receipt = acted.receipts.first().ok_or(Failure::Plan)?;
        let addressed = |(answer, subject): (Decided, Option<SubjectId>)| Addressed {
            allowed: answer.allowed,
            words: answer.words.to_owned(),
            article: answer.article,
            link: subject.map(|subject| self.link((subject, mailing.channel, &mailing.purpose))),
        };
        let people = answers.into_iter().zip(acted.value).map(addressed).collect();
        Ok(Mailed { people, entry: receipt.sequence().0 })
    }

    fn opened(&self, tx: &mut Tx, of: &[Identifier], now: Instant) -> Result<SubjectId, Failure> {
        let known = self.one_subject(tx, of)?;
        self.open_subject(tx, known, of, now)
    }

    /// The entry that a message was not sent.
    fn not_sent(&self, mailing: &Mailing, rule: &str, now: Instant) -> Result<(), Failure> {
        let mut entry = self.entry(Kind::Contacted, now)?;
        entry.outcome = Outcome::Refused;
        entry.rule = Some(rule.to_owned());
        entry.purpose =
            self.policy().purposes.contains_key(&mailing.purpose).then(|| mailing.purpose.clone());
        self.act("not_sent", |_| Ok(((), Act { entry: entry.clone(), subject: None }))).map(drop)
    }

    /// A link: the person by Kept's own random number, the channel and the purpose, and the mark that shows
    /// that Kept made it.
    fn link(&self, (subject, channel, purpose): (SubjectId, Channel, &PurposeName)) -> String {
        let place = Channel::ALL.iter().position(|(known, _)| *known == channel).unwrap_or_default();
        let mut says = subject.as_bytes().to_vec();
        says.push(u8::try_from(place).unwrap_or_default());
        says.extend(purpose.as_str().as_bytes());
        let mut link = self.vault.link_mark(&says).to_vec();
        link.extend(says);
        URL_SAFE_NO_PAD.encode(link)
    }

    fn said_by(&self, link: &str) -> Option<Linked> {
        let bytes = (link.len() <= LINK_BYTES_MAX).then(|| URL_SAFE_NO_PAD.decode(link).ok())??;
        let (mark, says) = bytes.split_at_checked(MARK)?;
        if !self.vault.is_own_link(says, mark) {
            return None;
        }
        let (subject, rest) = says.split_first_chunk::<16>()?;
        let (place, purpose) = rest.split_first()?;
        let (channel, _) = Channel::ALL.get(usize::from(*place))?;
        let purpose = PurposeName::from(std::str::from_utf8(purpose).ok()?);
        Some(Linked { subject: SubjectId::from_bytes(*subject), channel: *channel, purpose })
    }

    /// For which purpose a link stops messages, where Kept made it.
    pub fn link_purpose(&self, link: &str) -> Option<PurposeName> {
        let purpose = self.said_by(link)?.purpose;
        self.policy().purposes.contains_key(&purpose).then_some(purpose)
    }

    /// Stops what a link stops, at once: a consent is withdrawn for the channel, and where messages rest
    /// on an interest it is an objection. Followed again it changes nothing. `None` for a link that Kept
    /// did not make, or whose purpose the policy no longer has.
    ///
    /// # Errors
    /// A fault of Kept's own store, and what [`Company::record`] says.
    pub fn unsubscribe(&mut self, link: &str, now: Instant) -> Result<Option<PurposeName>, Failure> {
        let Some(Linked { subject, channel, purpose }) = self.said_by(link) else { return Ok(None) };
        let Some(declared) = self.policy().purposes.get(&purpose).cloned() else { return Ok(None) };
        let Some(whom) = self.behind(subject, &purpose, now)? else {
            // The person was erased: nothing is sent to them any more.
            return Ok(Some(purpose));
        };
        let mut acts = Vec::new();
        if declared.rests_on_consent() {
            let channels = if declared.is_marketing() { vec![channel] } else { Vec::new() };
            acts.push(Told::WithdrawConsent { purpose: purpose.clone(), channels });
        }
        acts.push(Told::Object { purpose: Some(purpose.clone()) });
        for act in acts {
            if !self.may_be_sent(&whom, (&purpose, channel), now)? {
                break;
            }
            match self.record(&Recording::new(whom.clone(), act), now) {
                Ok(_) | Err(Failure::NotAdmitted(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(Some(purpose))
    }

    fn may_be_sent(
        &mut self,
        whom: &Whom,
        (purpose, channel): (&PurposeName, Channel),
        now: Instant,
    ) -> Result<bool, Failure> {
        let ask = Ask {
            whom: whom.clone(),
            purpose: purpose.clone(),
            verb: Verb::Contact(channel),
            fields: Vec::new(),
            role: None,
            exception: None,
            source: None,
            // Whoever sends them: the link stops them all.
            controller: None,
        };
        let now = self.in_turn(now);
        Ok(self.answers(&[ask], now)?.iter().any(|answer| answer.allowed))
    }

    /// The identifiers of the person behind a link; `None` where nobody is any more.
    fn behind(
        &self,
        subject: SubjectId,
        purpose: &PurposeName,
        now: Instant,
    ) -> Result<Option<Whom>, Failure> {
        let mut entry = self.entry(Kind::Read, now)?;
        entry.purpose = Some(purpose.clone());
        entry.outcome = Outcome::Intended;
        entry.rule = Some(LINK.to_owned());
        let act = |_: &mut Tx| Ok(((), Act { entry: entry.clone(), subject: Some(subject) }));
        let Ok(((), receipt)) = self.act("behind_link", act) else { return Ok(None) };
        let known =
            self.vault.read("behind_link", |tx| tx.identifiers(subject, &receipt).map_err(Failure::from));
        let Ok(known) = known else { return Ok(None) };
        let identifiers = known.into_iter().filter_map(|one| Identifier::new(one.kind, &one.canonical).ok());
        let identifiers: Vec<Identifier> =
            identifiers.filter(|one| self.check_identifiers([std::slice::from_ref(one)]).is_ok()).collect();
        Ok((!identifiers.is_empty()).then_some(Whom { identifiers, picks: Vec::new() }))
    }
}
