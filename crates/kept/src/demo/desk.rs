//! The rows of the made-up support desk.
//!
//! Two in five customers wrote to it, from the same address written in other letters.

use super::life::{At, Calendar, Life, YEAR, of_account};
use super::names::{NOTES, QUESTIONS, Somebody, ip_address};
use super::random::Random;
use super::shop::{Cell, Numbers, Sink};
use super::{Counts, Overdue, Scale};

// Places of the tables in `schema::tables`.
const AGENTS: usize = 0;
const CONTACTS: usize = 1;
const TICKETS: usize = 2;
const TICKET_NOTES: usize = 3;
const ACCESS_LOG: usize = 4;
const PRIVACY_REQUESTS: usize = 5;

const TEAM: &[(&str, &str)] = &[
    ("Rosalie Verdier", "rosalie@feuillevent.example"),
    ("Théo Campagne", "theo@feuillevent.example"),
    ("Wil Grasman", "wil@feuillevent.example"),
    ("Nora Bellechasse", "nora@feuillevent.example"),
];

/// The streams of numbers for the shop's people, whose names and addresses are the same here, and
/// for what they did at the desk.
const SHOPPERS: u64 = 21;
const WRITERS: u64 = 31;

/// Writes the desk.
pub(super) fn write(sink: &mut dyn Sink, scale: &Scale, calendar: Calendar) -> anyhow::Result<Counts> {
    let mut desk = Desk { sink, scale, calendar, numbers: Numbers::default(), counts: Counts::default() };
    desk.team()?;
    // Ada is the first contact, so that others' tickets may mention her.
    for number in 1..=scale.people {
        if wrote(number) {
            desk.contact(number)?;
        }
    }
    Ok(desk.counts)
}

/// Whether a customer wrote to the desk; those whose accounts closed long ago have left no trace.
fn wrote(number: u32) -> bool {
    let gone = matches!(of_account(number), Life::Emptied | Life::NeverEmptied | Life::Ancient);
    number <= 2 || (number % 5 < 2 && !gone)
}

struct Desk<'a> {
    sink: &'a mut dyn Sink,
    scale: &'a Scale,
    calendar: Calendar,
    numbers: Numbers,
    counts: Counts,
}

/// A contact while its rows are made; days count back from today.
struct Writer {
    id: i64,
    number: u32,
    first: u32,
    last: u32,
    is_overdue: bool,
    random: Random,
}

impl Desk<'_> {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        let name = super::schema::tables(super::Which::Desk).get(table).map_or("", |shape| shape.name);
        *self.counts.rows.entry(name).or_default() += 1;
        self.sink.row(table, cells)
    }

    fn team(&mut self) -> anyhow::Result<()> {
        let mut random = Random::of(WRITERS, 0);
        for (name, email) in TEAM {
            let id = self.numbers.next(AGENTS);
            let hired = self.calendar.ago(random.between(2 * YEAR, 8 * YEAR), &mut random);
            self.row(AGENTS, &[id.into(), (*name).into(), (*email).into(), hired.into(), Cell::Null])?;
        }
        Ok(())
    }

    fn contact(&mut self, number: u32) -> anyhow::Result<()> {
        let mut writer = self.writer(number);
        self.contact_row(&mut writer)?;
        self.tickets(&mut writer)?;
        self.log(&mut writer)?;
        self.requests(&mut writer)
    }

    fn writer(&mut self, number: u32) -> Writer {
        let mut random = Random::of(WRITERS, number);
        let is_overdue = number > 10 && random.below(100) < 7;
        let last = match number {
            1 => 50,
            _ if is_overdue => random.between(3 * YEAR + 20, 7 * YEAR),
            _ => random.between(1, 3 * YEAR - 60),
        };
        let first = if number == 1 { 300 } else { last + random.between(0, 500) };
        Writer { id: self.numbers.next(CONTACTS), number, first, last, is_overdue, random }
    }

    fn contact_row(&mut self, writer: &mut Writer) -> anyhow::Result<()> {
        let who = Somebody::customer(&mut Random::of(SHOPPERS, writer.number), writer.number, self.scale);
        let email = if writer.number == 1 {
            "Ada.Martin@Example.org".to_owned()
        } else {
            respelt(&who.email, writer.number)
        };
        let created = self.opening(writer, writer.first);
        let updated = self.calendar.ago(writer.last, &mut writer.random);
        if writer.is_overdue {
            self.counts.overdue(Overdue::ContactThreeYears, 1);
        }
        self.row(
            CONTACTS,
            &[
                writer.id.into(),
                (&email).into(),
                (&who.full_name).into(),
                who.phone.as_ref().into(),
                created.into(),
                updated.max(created).into(),
            ],
        )
    }

    /// An instant early in the day, before anything else of that day.
    fn opening(&self, writer: &mut Writer, days: u32) -> At {
        let at = self.calendar.ago(days, &mut writer.random);
        At(at.0 - i64::from(writer.random.between(60, 3_600)) - 6 * 3_600)
    }

    fn tickets(&mut self, writer: &mut Writer) -> anyhow::Result<()> {
        let count = if writer.number == 1 { 2 } else { writer.random.between(1, 3) };
        for place in 0..count {
            // The last one brings the last exchange.
            let updated = if place + 1 == count {
                writer.last
            } else {
                writer.random.between(writer.last, writer.first)
            };
            let opened = writer.random.between(updated, writer.first);
            self.ticket(writer, opened, updated)?;
        }
        Ok(())
    }

    fn ticket(&mut self, writer: &mut Writer, opened: u32, updated: u32) -> anyhow::Result<()> {
        let id = self.numbers.next(TICKETS);
        let opened_at = self.opening(writer, opened);
        let updated_at = self.calendar.ago(updated, &mut writer.random);
        let random = &mut writer.random;
        let is_open = updated < 20 && random.one_in(2);
        let (subject, body) = random.pick(QUESTIONS);
        let agent = random.between(1, 4);
        let reference = format!("T{id:06}");
        self.row(
            TICKETS,
            &[
                id.into(),
                writer.id.into(),
                agent.into(),
                (&reference).into(),
                subject.into(),
                body.into(),
                if is_open { "open" } else { "closed" }.into(),
                opened_at.into(),
                updated_at.into(),
                (!is_open).then_some(updated_at).into(),
            ],
        )?;
        self.notes(writer, id, agent, updated_at)
    }

    fn notes(&mut self, writer: &mut Writer, ticket: i64, agent: u32, at: At) -> anyhow::Result<()> {
        let count = if writer.number == 1 { 2 } else { writer.random.between(0, 2) };
        for _ in 0..count {
            let body = writer.random.pick(NOTES);
            self.note(ticket, agent, None, body, at)?;
        }
        // Of the others, one ticket tells that Ada is who recommended the shop.
        if writer.id == 2 {
            self.note(ticket, agent, Some(1), "Recommandée par une autre cliente, voir sa fiche.", at)?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        ticket: i64,
        agent: u32,
        mentions: Option<i64>,
        body: &str,
        at: At,
    ) -> anyhow::Result<()> {
        let id = self.numbers.next(TICKET_NOTES);
        self.row(
            TICKET_NOTES,
            &[id.into(), ticket.into(), agent.into(), mentions.into(), body.into(), at.into()],
        )
    }

    fn log(&mut self, writer: &mut Writer) -> anyhow::Result<()> {
        let count = if writer.number == 1 { 2 } else { writer.random.between(0, 2) };
        for _ in 0..count {
            let days = writer.random.between(writer.last, writer.first);
            let is_over = days > YEAR + 10;
            if is_over {
                // Most of what is over went in time.
                if !writer.random.one_in(4) {
                    continue;
                }
                self.counts.overdue(Overdue::DeskLogOneYear, 1);
            } else if days > YEAR - 60 {
                continue;
            }
            let id = self.numbers.next(ACCESS_LOG);
            let (agent, ip) = (writer.random.between(1, 4), ip_address(&mut writer.random));
            let action = writer.random.pick(&["opened the file", "changed the address", "sent an answer"]);
            let at = self.calendar.ago(days, &mut writer.random);
            self.row(
                ACCESS_LOG,
                &[id.into(), writer.id.into(), agent.into(), action.into(), (&ip).into(), at.into()],
            )?;
        }
        Ok(())
    }

    fn requests(&mut self, writer: &mut Writer) -> anyhow::Result<()> {
        let asks = writer.number > 10 && writer.random.one_in(20);
        if !asks {
            return Ok(());
        }
        let passed = self.calendar.days_of_year();
        // On New Year's Day nobody has asked yet this year.
        let years_ago = writer.random.below(6).max(u32::from(passed == 0));
        let received = if years_ago == 0 {
            self.calendar.ago(writer.random.between(1, passed), &mut writer.random)
        } else {
            self.calendar.in_year(years_ago, &mut writer.random)
        };
        // Of the requests of the last two years, two in three are in the archive.
        let is_filed = matches!(years_ago, 1 | 2) && !writer.random.one_in(3);
        match years_ago {
            1 | 2 if !is_filed => self.counts.overdue(Overdue::RequestNotArchived, 1),
            3.. => self.counts.overdue(Overdue::RequestOver, 1),
            _ => {}
        }
        let id = self.numbers.next(PRIVACY_REQUESTS);
        let kind = writer.random.pick(&["access", "rectification", "objection"]);
        let answered = received.later(writer.random.between(2, 25));
        let archived = is_filed.then(|| self.calendar.new_year(years_ago - 1));
        self.row(
            PRIVACY_REQUESTS,
            &[
                id.into(),
                writer.id.into(),
                kind.into(),
                "Bonjour, je souhaite exercer mes droits sur mes données.".into(),
                received.into(),
                (years_ago > 0).then_some(answered).into(),
                archived.into(),
            ],
        )
    }
}

/// The address as people write it by hand: most as it is, some in capitals.
fn respelt(email: &str, number: u32) -> String {
    match number % 4 {
        0 => email.to_uppercase(),
        1 => {
            let mut letters = email.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        _ => email.to_owned(),
    }
}
