//! The four workloads: which operations they are made of, and on which records.

use super::record::{Attributes, PUR, USR, key, mixed, value};

/// Whose work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Customer,
    Controller,
    Processor,
    Regulator,
}

impl Role {
    pub(super) const ALL: [Self; 4] = [Self::Controller, Self::Customer, Self::Processor, Self::Regulator];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Controller => "controller",
            Self::Processor => "processor",
            Self::Regulator => "regulator",
        }
    }
}

/// Which shares the operations have: those of the public code's newest state, or those of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Head,
    Paper,
}

/// One operation, with everything that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// Create the record of a number.
    Insert(u32),
    /// Read a record with all fields.
    Read(String),
    /// Read every record that has this value of an attribute.
    ReadBy(usize, String),
    /// Write all fields of a record anew, as it was created.
    Update(u32),
    /// Overwrite an attribute (`at`) of every record that has a value of another (`by`).
    UpdateBy { by: usize, value: String, at: usize, to: String },
    /// Delete a record.
    Delete(String),
    /// Read so many of the last entries of the log.
    ReadLog(u64),
    /// Look that a deleted record is gone.
    Verify(String),
}

impl Operation {
    /// Its kind, for the table of what was done.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Insert(_) => "insert",
            Self::Read(_) => "read by key",
            Self::ReadBy(PUR, _) => "read by purpose",
            Self::ReadBy(..) => "read by user",
            Self::Update(_) => "update by key",
            Self::UpdateBy { by: PUR, .. } => "update by purpose",
            Self::UpdateBy { .. } => "update by user",
            Self::Delete(_) => "delete by key",
            Self::ReadLog(_) => "read log",
            Self::Verify(_) => "verify deletion",
        }
    }
}

#[derive(Clone, Copy)]
enum Verb {
    Insert,
    Read,
    ByPurpose,
    ByUser,
    Update,
    UpdateByPurpose,
    UpdateByUser,
    Delete,
    Log,
    Verify,
}

/// The shares of a workload, in hundredths.
fn shares(role: Role, profile: Profile) -> &'static [(Verb, u32)] {
    match (role, profile) {
        (Role::Controller, _) => {
            &[(Verb::Insert, 25), (Verb::UpdateByPurpose, 25), (Verb::UpdateByUser, 25), (Verb::Delete, 25)]
        }
        (Role::Customer, Profile::Head) => &[
            (Verb::Read, 20),
            (Verb::ByPurpose, 10),
            (Verb::ByUser, 10),
            (Verb::Update, 20),
            (Verb::UpdateByPurpose, 10),
            (Verb::UpdateByUser, 10),
            (Verb::Delete, 20),
        ],
        (Role::Customer, Profile::Paper) => {
            &[(Verb::Read, 20), (Verb::ByUser, 20), (Verb::Update, 40), (Verb::Delete, 20)]
        }
        (Role::Processor, Profile::Head) => &[(Verb::Read, 20), (Verb::ByPurpose, 40), (Verb::ByUser, 40)],
        (Role::Processor, Profile::Paper) => &[(Verb::Read, 80), (Verb::ByPurpose, 10), (Verb::ByUser, 10)],
        (Role::Regulator, _) => &[(Verb::ByUser, 46), (Verb::Log, 31), (Verb::Verify, 23)],
    }
}

/// The operations of a workload, the same on every run.
pub(super) fn operations(
    (role, profile, attributes): (Role, Profile, Attributes),
    records: u32,
    count: u32,
) -> Vec<Operation> {
    let shares = shares(role, profile);
    let is_zipfian = role == Role::Customer
        || role == Role::Regulator
        || profile == Profile::Paper && role == Role::Processor;
    let mut keys = Keys { zipf: is_zipfian.then(Zipf::new), highest: records, seed: 17 };
    let mut all = Vec::new();
    for number in 0..count {
        let mut drawn = mixed(u64::from(number) + 0x5EED) % 100;
        let verb = shares.iter().find(|(_, share)| {
            let found = drawn < *share;
            drawn = drawn.saturating_sub(*share);
            found
        });
        let Some((verb, _)) = verb else { continue };
        all.push(keys.operation(*verb, attributes));
    }
    all
}

/// Where keys come from.
struct Keys {
    zipf: Option<Zipf>,
    /// One above the highest number that was created.
    highest: u32,
    seed: u64,
}

impl Keys {
    fn next(&mut self) -> u32 {
        self.seed = self.seed.wrapping_add(0x1_0000_0001);
        mixed(self.seed)
    }

    fn drawn(&mut self) -> u32 {
        loop {
            let drawn = self.next();
            let Some(zipf) = &self.zipf else { return drawn % self.highest.max(1) };
            let number = zipf.scrambled(f64::from(drawn) / f64::from(u32::MAX), u64::from(self.highest) + 1);
            if number < self.highest {
                return number;
            }
        }
    }

    fn operation(&mut self, verb: Verb, attributes: Attributes) -> Operation {
        if matches!(verb, Verb::Insert) {
            self.highest += 1;
            return Operation::Insert(self.highest - 1);
        }
        let number = self.drawn();
        let of = |place| value(number, place, attributes);
        let at = 1 + (self.next() % 8) as usize;
        match verb {
            Verb::Insert | Verb::Read => Operation::Read(key(number)),
            Verb::ByPurpose => Operation::ReadBy(PUR, of(PUR)),
            Verb::ByUser => Operation::ReadBy(USR, of(USR)),
            Verb::Update => Operation::Update(number),
            Verb::UpdateByPurpose => Operation::UpdateBy { by: PUR, value: of(PUR), at, to: of(at) },
            Verb::UpdateByUser => Operation::UpdateBy { by: USR, value: of(USR), at, to: of(at) },
            Verb::Delete => Operation::Delete(key(number)),
            Verb::Log => Operation::ReadLog(1 + u64::from(self.next() % 1_000)),
            Verb::Verify => Operation::Verify(key(number)),
        }
    }
}

/// The scrambled Zipf distribution over a fixed universe (Gray et al., 1994; FNV-1a over the bytes).
struct Zipf {
    alpha: f64,
    eta: f64,
}

const THETA: f64 = 0.99;
const UNIVERSE: f64 = 1e10;
const ZETA: f64 = 26.469_028_201_783_02;

impl Zipf {
    fn new() -> Self {
        let zeta_two = 1.0 + 0.5_f64.powf(THETA);
        let eta = (1.0 - (2.0 / UNIVERSE).powf(1.0 - THETA)) / (1.0 - zeta_two / ZETA);
        Self { alpha: 1.0 / (1.0 - THETA), eta }
    }

    fn scrambled(&self, drawn: f64, end: u64) -> u32 {
        let scaled = drawn * ZETA;
        let rank = if scaled < 1.0 {
            0.0
        } else if scaled < 1.0 + 0.5_f64.powf(THETA) {
            1.0
        } else {
            (UNIVERSE * (self.eta * drawn - self.eta + 1.0).powf(self.alpha)).floor()
        };
        let mut hash = 0xCBF2_9CE4_8422_2325_u64;
        for byte in (rank as u64).to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211);
        }
        let positive = hash.cast_signed().unsigned_abs();
        u32::try_from(positive % end.max(1)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workload_has_its_shares_and_repeats_itself() {
        let of = |role| operations((role, Profile::Head, Attributes::Faithful), 10_000, 4_000);
        let customer = of(Role::Customer);
        assert_eq!(customer, of(Role::Customer));
        let share = |word: &str| customer.iter().filter(|one| one.word() == word).count();
        for (word, expected) in [("read by key", 800), ("update by purpose", 400), ("delete by key", 800)] {
            assert!(share(word).abs_diff(expected) < 120, "{word}: {}", share(word));
        }
        let inserted: Vec<_> =
            of(Role::Controller).into_iter().filter(|one| one.word() == "insert").take(2).collect();
        assert_eq!(inserted, [Operation::Insert(10_000), Operation::Insert(10_001)]);
    }

    #[test]
    fn a_few_records_are_drawn_far_more_often_than_others() {
        let mut keys = Keys { zipf: Some(Zipf::new()), highest: 10_000, seed: 1 };
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..20_000 {
            *counts.entry(keys.drawn()).or_insert(0) += 1;
        }
        let most = counts.values().copied().max().unwrap();
        assert!(most > 400 && counts.len() > 1_000, "{most} of one, {} drawn at all", counts.len());
    }
}
