//! The rows of the made-up shop.

use super::life::{At, Calendar, Life, YEAR, of_account};
use super::names::{BROWSERS, LETTERS, PAGES, SOURCES, Somebody, TOPICS, ip_address};
use super::random::Random;
use super::{ADA, Counts, Overdue, Scale};

/// A value of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    /// NULL.
    Null,
    /// A whole number.
    Number(i64),
    /// Text.
    Text(&'a str),
    /// An instant.
    At(At),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell<'_> {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<At> for Cell<'_> {
    fn from(at: At) -> Self {
        Self::At(at)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Where rows go.
pub(super) trait Sink {
    /// Writes a row of a table, by its place in the schema; the cells are those of all columns.
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> anyhow::Result<()>;
}

/// The numbers under which rows of each table are made.
#[derive(Debug, Default)]
pub(super) struct Numbers(Vec<i64>);

impl Numbers {
    pub(super) fn next(&mut self, table: usize) -> i64 {
        if self.0.len() <= table {
            self.0.resize(table + 1, 0);
        }
        self.0.get_mut(table).map_or(0, |number| {
            *number += 1;
            *number
        })
    }
}

// Places of the tables in `schema::tables`.
const MIGRATIONS: usize = 0;
const PRODUCTS: usize = 1;
const ACCOUNTS: usize = 2;
const ORDERS: usize = 3;
const ORDER_LINES: usize = 4;
const INVOICES: usize = 5;
const INVOICE_LINES: usize = 6;
const MESSAGES: usize = 7;
const USAGE_EVENTS: usize = 8;
const PROSPECTS: usize = 9;

const BOXES: &[(&str, u32)] = &[
    ("Boîte de printemps", 2_450),
    ("Boîte d'été", 2_450),
    ("Boîte d'automne", 2_650),
    ("Boîte d'hiver", 2_190),
    ("Semoir en cuivre", 3_900),
    ("Graines de capucine", 350),
    ("Gants de jardin", 1_290),
    ("Arrosoir émaillé", 4_500),
];

/// The stream of numbers for the shop's people, and for its prospects.
const SHOPPERS: u64 = 21;
const PROSPECTING: u64 = 22;

/// Writes the shop.
pub(super) fn write(sink: &mut dyn Sink, scale: &Scale, calendar: Calendar) -> anyhow::Result<Counts> {
    let mut shop = Shop { sink, scale, calendar, numbers: Numbers::default(), counts: Counts::default() };
    shop.catalogue()?;
    for number in 1..=scale.people {
        shop.account(number)?;
    }
    let prospects = u64::from(scale.people) * u64::from(scale.prospects_percent) / 100;
    for number in 1..=u32::try_from(prospects).unwrap_or(u32::MAX) {
        shop.prospect(number)?;
    }
    Ok(shop.counts)
}

struct Shop<'a> {
    sink: &'a mut dyn Sink,
    scale: &'a Scale,
    calendar: Calendar,
    numbers: Numbers,
    counts: Counts,
}

/// One account while its rows are made.
struct Holder {
    number: u32,
    life: Life,
    who: Somebody,
    created: u32,
    closed: Option<u32>,
    closed_at: Option<At>,
    random: Random,
}

impl Holder {
    fn is_ada(&self) -> bool {
        self.number == 1
    }

    fn is_heavy(&self, scale: &Scale) -> bool {
        self.number == 2 && scale.heavy_rows > 0
    }

    /// Whether what was to be done when the contract ended was done.
    fn is_tidy(&self) -> bool {
        matches!(self.life, Life::Closed | Life::Emptied)
    }

    /// When rows went to the archive, for those that did.
    fn archived_at(&self) -> Option<At> {
        let filed = self.is_tidy() || self.life == Life::NeverEmptied || self.is_ada();
        self.closed_at.filter(|_| filed).map(|at| at.later(1))
    }
}

impl Shop<'_> {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        let name = super::schema::tables(super::Which::Shop).get(table).map_or("", |shape| shape.name);
        *self.counts.rows.entry(name).or_default() += 1;
        self.sink.row(table, cells)
    }

    fn catalogue(&mut self) -> anyhow::Result<()> {
        let mut random = Random::of(SHOPPERS, 0);
        let at = self.calendar.ago(13 * YEAR, &mut random);
        self.row(MIGRATIONS, &[1_i64.into(), at.into()])?;
        for (name, price) in BOXES {
            let id = self.numbers.next(PRODUCTS);
            self.row(PRODUCTS, &[id.into(), (*name).into(), (*price).into()])?;
        }
        Ok(())
    }

    fn account(&mut self, number: u32) -> anyhow::Result<()> {
        let mut holder = self.holder(number);
        self.account_row(&mut holder)?;
        self.orders(&mut holder)?;
        self.messages(&mut holder)?;
        self.usage(&mut holder)
    }

    fn holder(&self, number: u32) -> Holder {
        let mut random = Random::of(SHOPPERS, number);
        let life = of_account(number);
        let who = Somebody::customer(&mut random, number, self.scale);
        let closed = if number == 1 { Some(40) } else { life.closed_days_ago(&mut random) };
        let closed_at = closed.map(|days| self.calendar.ago(days, &mut random));
        let created = match (life, closed) {
            (Life::Silent, _) => random.between(4 * YEAR + 60, 9 * YEAR),
            (_, Some(days)) => days + random.between(200, 3 * YEAR),
            (_, None) => random.between(60, 9 * YEAR),
        };
        Holder { number, life, who, created, closed, closed_at, random }
    }

    fn account_row(&mut self, holder: &mut Holder) -> anyhow::Result<()> {
        let calendar = self.calendar;
        let random = &mut holder.random;
        let created_at = calendar.ago(holder.created, random);
        let last_seen = match (holder.life, holder.closed) {
            (Life::Silent, _) => random.between(3 * YEAR + 30, 4 * YEAR),
            (_, Some(days)) => days + random.between(1, 30),
            (_, None) => random.between(5, holder.created.min(2 * YEAR)),
        };
        let last_seen_at = calendar.ago(last_seen, random);
        let password = format!(
            "$argon2id$v=19$m=19456,t=2,p=1${:016x}${:016x}{:016x}",
            random.next(),
            random.next(),
            random.next()
        );
        let news = News::of(holder, calendar, last_seen);
        let (is_emptied, is_over) =
            (holder.life == Life::Emptied, holder.closed.is_some() && (holder.is_tidy() || holder.is_ada()));
        let who = &holder.who;
        let filled = |text: &'_ str| if is_emptied { String::new() } else { text.to_owned() };
        let (full_name, email) = (filled(&who.full_name), filled(&who.email));
        let street = Some(&who.street).filter(|_| !is_emptied);
        self.row(
            ACCOUNTS,
            &[
                holder.number.into(),
                (&full_name).into(),
                (&email).into(),
                who.company.filter(|_| !is_emptied).into(),
                who.phone.as_ref().filter(|_| !is_emptied).into(),
                if is_over { "" } else { password.as_str() }.into(),
                Some(who.language).filter(|_| !is_over).into(),
                street.into(),
                Some(who.postcode).filter(|_| !is_emptied).into(),
                Some(who.town).filter(|_| !is_emptied).into(),
                news.topics.into(),
                news.given.into(),
                news.stopped.into(),
                created_at.into(),
                holder.closed_at.into(),
                last_seen_at.into(),
                holder.archived_at().into(),
            ],
        )?;
        self.count_account(holder);
        Ok(())
    }

    fn count_account(&mut self, holder: &Holder) {
        match holder.life {
            Life::Silent => self.counts.overdue(Overdue::NewsletterSilent, 1),
            Life::Stopped => self.counts.overdue(Overdue::NewsletterStopped, 1),
            Life::Forgotten => {
                self.counts.overdue(Overdue::ClosedWithPassword, 1);
                self.counts.overdue(Overdue::AccountNotArchived, 1);
            }
            Life::NeverEmptied | Life::Ancient => {
                self.counts.overdue(Overdue::ClosedWithPassword, 1);
                self.counts.overdue(Overdue::ClosedFiveYears, 1);
            }
            Life::Open | Life::Closed | Life::Emptied => {}
        }
    }

    fn orders(&mut self, holder: &mut Holder) -> anyhow::Result<()> {
        let count = if holder.is_ada() { 3 } else { holder.random.between(1, self.scale.orders_max) };
        for _ in 0..count {
            let until = holder.closed.unwrap_or(0) + 1;
            let days = holder.random.between(until, holder.created.max(until));
            let at = self.calendar.ago(days, &mut holder.random);
            let order_id = self.numbers.next(ORDERS);
            let order_number = format!("C{order_id:07}");
            let total = if holder.life == Life::Emptied {
                // The customer file went after five years; the invoice stays.
                holder.random.between(2_000, 9_000)
            } else {
                self.order(holder, order_id, &order_number, at)?
            };
            self.invoice(holder, &order_number, at, total)?;
        }
        Ok(())
    }

    /// Writes an order with its lines and returns what it costs.
    fn order(&mut self, holder: &mut Holder, id: i64, number: &str, at: At) -> anyhow::Result<u32> {
        let random = &mut holder.random;
        let products = u32::try_from(BOXES.len()).unwrap_or(1);
        let lines: Vec<(u32, &str, u32, u32)> = (0..random.between(1, 3))
            .map(|_| {
                let product = random.between(1, products);
                let found = usize::try_from(product - 1).ok().and_then(|place| BOXES.get(place));
                let (label, price) = found.copied().unwrap_or_default();
                (product, label, random.between(1, 2), price)
            })
            .collect();
        let total: u32 = lines.iter().map(|(.., quantity, price)| quantity * price).sum();
        let gift = random.one_in(12).then_some("Bon anniversaire, et bon jardinage !");
        let address = holder.who.address();
        let archived = holder.archived_at();
        self.row(
            ORDERS,
            &[
                id.into(),
                holder.number.into(),
                number.into(),
                at.into(),
                total.into(),
                (&holder.who.full_name).into(),
                (&address).into(),
                gift.into(),
                archived.into(),
            ],
        )?;
        for (product, label, quantity, price) in lines {
            let line = self.numbers.next(ORDER_LINES);
            self.row(
                ORDER_LINES,
                &[line.into(), id.into(), product.into(), label.into(), quantity.into(), price.into()],
            )?;
        }
        match holder.life {
            Life::Forgotten => self.counts.overdue(Overdue::OrderNotArchived, 1),
            Life::NeverEmptied | Life::Ancient => self.counts.overdue(Overdue::OrderFiveYears, 1),
            _ => {}
        }
        Ok(total)
    }

    fn invoice(&mut self, holder: &Holder, order: &str, at: At, total: u32) -> anyhow::Result<()> {
        let id = self.numbers.next(INVOICES);
        let number = format!("F{id:07}");
        let address = holder.who.address();
        let issued_at = at.later(1);
        self.row(
            INVOICES,
            &[
                id.into(),
                holder.number.into(),
                (&number).into(),
                order.into(),
                (&holder.who.full_name).into(),
                (&address).into(),
                total.into(),
                issued_at.into(),
            ],
        )?;
        let line = self.numbers.next(INVOICE_LINES);
        self.row(INVOICE_LINES, &[line.into(), id.into(), "Boîtes et accessoires".into(), total.into()])?;
        if holder.life == Life::Ancient {
            self.counts.overdue(Overdue::InvoiceTenYears, 1);
        }
        Ok(())
    }

    fn messages(&mut self, holder: &mut Holder) -> anyhow::Result<()> {
        if holder.is_ada() {
            for (from, to, days) in [(1, 3, 90), (3, 1, 88), (1, 4, 70), (5, 1, 60)] {
                self.message(&mut holder.random, from, to, days)?;
            }
            return Ok(());
        }
        let writes = matches!(holder.life, Life::Open | Life::Stopped)
            && holder.random.one_in(self.scale.writers_one_in);
        if !writes {
            return Ok(());
        }
        let to = self.other_member(holder);
        let days = if holder.created > 2 * YEAR + 60 && holder.random.one_in(4) {
            self.counts.overdue(Overdue::MessageTwoYears, 1);
            holder.random.between(2 * YEAR + 20, holder.created)
        } else {
            holder.random.between(1, holder.created.min(2 * YEAR - 60))
        };
        self.message(&mut holder.random, holder.number, to, days)
    }

    /// Another member whose account is open; one of the first ones where none is met.
    fn other_member(&self, holder: &mut Holder) -> u32 {
        for _ in 0..8 {
            let number = holder.random.between(3, self.scale.people);
            if number != holder.number && of_account(number) == Life::Open {
                return number;
            }
        }
        if holder.number == 7 { 8 } else { 7 }
    }

    fn message(&mut self, random: &mut Random, from: u32, to: u32, days: u32) -> anyhow::Result<()> {
        let id = self.numbers.next(MESSAGES);
        let (sender, recipient) = (self.holder(from).who.full_name, self.holder(to).who.full_name);
        let (subject, body) = random.pick(LETTERS);
        let at = self.calendar.ago(days, random);
        self.row(
            MESSAGES,
            &[
                id.into(),
                from.into(),
                to.into(),
                (&sender).into(),
                (&recipient).into(),
                subject.into(),
                body.into(),
                at.into(),
            ],
        )
    }

    fn usage(&mut self, holder: &mut Holder) -> anyhow::Result<()> {
        if holder.is_ada() {
            return (0..6).try_for_each(|place| self.usage_event(holder, 45 + place));
        }
        if !matches!(holder.life, Life::Open | Life::Stopped) {
            return Ok(());
        }
        let heavy = if holder.is_heavy(self.scale) { self.scale.heavy_rows } else { 0 };
        for _ in 0..heavy + holder.random.between(1, self.scale.events_max) {
            let days = if holder.created > YEAR + 60 && holder.random.one_in(9) {
                self.counts.overdue(Overdue::UsageOneYear, 1);
                holder.random.between(YEAR + 20, holder.created.min(3 * YEAR))
            } else {
                holder.random.between(1, holder.created.min(YEAR - 60))
            };
            self.usage_event(holder, days)?;
        }
        Ok(())
    }

    fn usage_event(&mut self, holder: &mut Holder, days: u32) -> anyhow::Result<()> {
        let id = self.numbers.next(USAGE_EVENTS);
        let random = &mut holder.random;
        let (page, ip, browser) = (random.pick(PAGES), ip_address(random), random.pick(BROWSERS));
        let at = self.calendar.ago(days, random);
        self.row(
            USAGE_EVENTS,
            &[id.into(), holder.number.into(), page.into(), (&ip).into(), browser.into(), at.into()],
        )
    }

    fn prospect(&mut self, number: u32) -> anyhow::Result<()> {
        let mut random = Random::of(PROSPECTING, number);
        let mut who = Somebody::new(&mut random, &format!(".p{number}"));
        let fate = if number == 1 { 99 } else { random.below(100) };
        if number == 1 {
            who.rename("Ada Martin", ADA);
        }
        // Three in a hundred said no, nine were silent for too long.
        let (clicked, stopped) = match fate {
            0..=2 => (Some(random.between(200, 2 * YEAR)), Some(random.between(20, 150))),
            3..=8 => (Some(random.between(3 * YEAR + 20, 6 * YEAR)), None),
            9..=11 => (None, None),
            _ => (Some(random.between(5, 3 * YEAR - 60)), None),
        };
        let given = match clicked {
            Some(days) => days + random.between(10, 700),
            None => random.between(3 * YEAR + 20, 6 * YEAR),
        };
        match fate {
            0..=2 => self.counts.overdue(Overdue::ProspectStopped, 1),
            3..=11 => self.counts.overdue(Overdue::ProspectSilent, 1),
            _ => {}
        }
        let calendar = self.calendar;
        let mut at = |days: u32| calendar.ago(days, &mut random);
        let (given, stopped, clicked) = (at(given), stopped.map(&mut at), clicked.map(&mut at));
        let source = random.pick(SOURCES);
        let id = self.numbers.next(PROSPECTS);
        self.row(
            PROSPECTS,
            &[
                id.into(),
                (&who.email).into(),
                (&who.full_name).into(),
                who.company.into(),
                source.into(),
                given.into(),
                stopped.into(),
                clicked.into(),
            ],
        )
    }
}

/// The newsletter of an account.
#[derive(Default)]
struct News {
    topics: Option<&'static str>,
    given: Option<At>,
    stopped: Option<At>,
}

impl News {
    fn of(holder: &mut Holder, calendar: Calendar, last_seen: u32) -> Self {
        let is_ada = holder.is_ada();
        let random = &mut holder.random;
        let wants = match holder.life {
            Life::Silent | Life::Stopped => true,
            Life::Open => is_ada || (last_seen < 3 * YEAR - 60 && random.one_in(3)),
            _ => false,
        };
        if !wants {
            return Self::default();
        }
        let given =
            Some(calendar.ago(random.between(last_seen + 1, holder.created.max(last_seen + 1)), random));
        let stopped =
            (holder.life == Life::Stopped).then(|| calendar.ago(random.between(4, last_seen.max(4)), random));
        Self { topics: Some(random.pick(TOPICS)), given, stopped }
    }
}
