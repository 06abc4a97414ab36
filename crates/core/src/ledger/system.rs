//! System entries: acts about no person, published in clear so that everybody can check them.
//!
//! Not here: entries about people (`entry`). A legal hold appears twice: here by its number, so
//! that all can see that there is one, and as an entry for each person whom it covers.

use minicbor::Decoder;

use crate::name::{CaseId, PurposeName};
use crate::time::{Day, Instant};

use super::cbor::MapWriter;
use super::entry::{EntryError, PolicyVersion, check_name, whole};
use super::tree::Hash;

/// The longest system entry, in bytes of CBOR.
pub const SYSTEM_BYTES_MAX: usize = 1_024;

/// A system entry: what, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemEntry {
    /// When, in whole microseconds; anything finer is dropped.
    pub at: Instant,
    /// What.
    pub what: SystemAct,
}

/// What a system entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemAct {
    /// This version of the policy binds from now on.
    PolicyPublished {
        /// The version.
        version: PolicyVersion,
    },
    /// The payloads of one purpose and day are gone, and the day's key with them.
    Pruned {
        /// The purpose whose period ended.
        purpose: PurposeName,
        /// The day of the entries, counted in UTC.
        day: Day,
    },
    /// A key epoch began.
    KeyEpochBegun {
        /// Its number.
        epoch: u64,
    },
    /// A key epoch's key was destroyed: backups from it can't be read any more.
    KeyEpochDestroyed {
        /// Its number.
        epoch: u64,
    },
    /// The number of entries about each person until the end of a day, as a map's root.
    DailyHead {
        /// The day, counted in UTC.
        day: Day,
        /// The root of the sorted map.
        root: Hash,
    },
    /// The vault was restored from a backup.
    Restored {
        /// How many entries the backup held.
        size: u64,
    },
    /// A legal hold was placed.
    HoldPlaced {
        /// Its number.
        case: CaseId,
    },
    /// A legal hold was released.
    HoldReleased {
        /// Its number.
        case: CaseId,
    },
    /// A witness is asked for cosignatures from now on.
    WitnessAdded {
        /// Its name.
        name: String,
    },
    /// A witness is no longer asked.
    WitnessRemoved {
        /// Its name.
        name: String,
    },
    /// The machine's clock said something that can't be, and nothing was done by it. The entry is dated
    /// by the last act.
    ClockDoubted {
        /// What it said, in whole microseconds.
        said: Instant,
    },
    /// Somebody said that the machine's clock is right, although the last act leaves room for doubt. What
    /// follows is dated by the clock again, be it before that act.
    ClockBelieved {
        /// When the last act was, in whole microseconds.
        last: Instant,
    },
}

impl SystemEntry {
    /// The entry's canonical bytes.
    ///
    /// # Errors
    /// [`EntryError::NotAName`] where a text is not a name.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        self.check()?;
        Ok(self.written())
    }

    /// The same entry as its bytes say it: the instant in whole microseconds.
    #[must_use]
    pub fn as_written(self) -> Self {
        Self { at: whole(self.at), ..self }
    }

    /// Reads a system entry, in its canonical form only.
    ///
    /// # Errors
    /// [`EntryError`] says what is wrong with the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > SYSTEM_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        let entry = Parts::read(bytes)?.entry()?;
        entry.check()?;
        if entry.written() == bytes { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }

    fn check(&self) -> Result<(), EntryError> {
        match &self.what {
            SystemAct::Pruned { purpose, .. } => check_name("purpose", purpose.as_str()),
            SystemAct::HoldPlaced { case } | SystemAct::HoldReleased { case } => {
                check_name("case", case.as_str())
            }
            SystemAct::WitnessAdded { name } | SystemAct::WitnessRemoved { name } => {
                check_name("witness", name)
            }
            _ => Ok(()),
        }
    }

    fn written(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.pair(1, |out| out.unsigned(self.what.number()));
        map.pair(2, |out| out.signed(self.at.as_microsecond()));
        match &self.what {
            SystemAct::PolicyPublished { version } => map.pair(3, |out| out.bytes(version.as_bytes())),
            SystemAct::Pruned { purpose, day } => {
                map.pair(4, |out| out.text(purpose.as_str()));
                map.pair(5, |out| out.text(&day.to_string()));
            }
            SystemAct::KeyEpochBegun { epoch: number }
            | SystemAct::KeyEpochDestroyed { epoch: number }
            | SystemAct::Restored { size: number } => map.pair(6, |out| out.unsigned(*number)),
            SystemAct::DailyHead { day, root } => {
                map.pair(3, |out| out.bytes(root.as_bytes()));
                map.pair(5, |out| out.text(&day.to_string()));
            }
            SystemAct::HoldPlaced { case } | SystemAct::HoldReleased { case } => {
                map.pair(4, |out| out.text(case.as_str()));
            }
            SystemAct::WitnessAdded { name } | SystemAct::WitnessRemoved { name } => {
                map.pair(4, |out| out.text(name));
            }
            SystemAct::ClockDoubted { said: other } | SystemAct::ClockBelieved { last: other } => {
                map.pair(7, |out| out.signed(other.as_microsecond()));
            }
        }
        map.into_bytes()
    }
}

impl SystemAct {
    const fn number(&self) -> u64 {
        match self {
            Self::PolicyPublished { .. } => 1,
            Self::Pruned { .. } => 2,
            Self::KeyEpochBegun { .. } => 3,
            Self::KeyEpochDestroyed { .. } => 4,
            Self::DailyHead { .. } => 5,
            Self::Restored { .. } => 6,
            Self::HoldPlaced { .. } => 7,
            Self::HoldReleased { .. } => 8,
            Self::WitnessAdded { .. } => 9,
            Self::WitnessRemoved { .. } => 10,
            Self::ClockDoubted { .. } => 11,
            Self::ClockBelieved { .. } => 12,
        }
    }

    /// Its word, as pages and JSON show it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::PolicyPublished { .. } => "policy-published",
            Self::Pruned { .. } => "pruned",
            Self::KeyEpochBegun { .. } => "key-epoch-begun",
            Self::KeyEpochDestroyed { .. } => "key-epoch-destroyed",
            Self::DailyHead { .. } => "daily-head",
            Self::Restored { .. } => "restored",
            Self::HoldPlaced { .. } => "hold-placed",
            Self::HoldReleased { .. } => "hold-released",
            Self::WitnessAdded { .. } => "witness-added",
            Self::WitnessRemoved { .. } => "witness-removed",
            Self::ClockDoubted { .. } => "clock-doubted",
            Self::ClockBelieved { .. } => "clock-believed",
        }
    }
}

/// The pairs of the map as they come.
#[derive(Default)]
struct Parts<'a> {
    act: Option<u64>,
    at: Option<i64>,
    hash: Option<&'a [u8]>,
    name: Option<&'a str>,
    day: Option<&'a str>,
    number: Option<u64>,
    other: Option<i64>,
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, EntryError> {
        let mut decoder = Decoder::new(bytes);
        let pairs = decoder.map().ok().flatten().ok_or(EntryError::Shape)?;
        let mut parts = Self::default();
        for _ in 0..pairs {
            let key = decoder.u64().map_err(|_| EntryError::Shape)?;
            parts.pair(key, &mut decoder)?;
        }
        if decoder.position() == bytes.len() { Ok(parts) } else { Err(EntryError::Shape) }
    }

    fn pair(&mut self, key: u64, decoder: &mut Decoder<'a>) -> Result<(), EntryError> {
        let shape = |_| EntryError::Shape;
        match key {
            1 => self.act = Some(decoder.u64().map_err(shape)?),
            2 => self.at = Some(decoder.i64().map_err(shape)?),
            3 => self.hash = Some(decoder.bytes().map_err(shape)?),
            4 => self.name = Some(decoder.str().map_err(shape)?),
            5 => self.day = Some(decoder.str().map_err(shape)?),
            6 => self.number = Some(decoder.u64().map_err(shape)?),
            7 => self.other = Some(decoder.i64().map_err(shape)?),
            _ => return Err(EntryError::Unknown("key")),
        }
        Ok(())
    }

    fn entry(&self) -> Result<SystemEntry, EntryError> {
        let at = self.at.and_then(|at| Instant::from_microsecond(at).ok()).ok_or(EntryError::Shape)?;
        Ok(SystemEntry { at, what: self.what()? })
    }

    fn what(&self) -> Result<SystemAct, EntryError> {
        let shape = EntryError::Shape;
        let name = || self.name.ok_or(shape);
        let number = || self.number.ok_or(shape);
        let day = || self.day.and_then(|day| day.parse().ok()).ok_or(shape);
        let root = || self.hash.and_then(Hash::from_slice).ok_or(shape);
        let other = || self.other.and_then(|at| Instant::from_microsecond(at).ok()).ok_or(shape);
        let version = || self.hash.and_then(PolicyVersion::from_slice).ok_or(shape);
        Ok(match self.act.ok_or(shape)? {
            1 => SystemAct::PolicyPublished { version: version()? },
            2 => SystemAct::Pruned { purpose: name()?.into(), day: day()? },
            3 => SystemAct::KeyEpochBegun { epoch: number()? },
            4 => SystemAct::KeyEpochDestroyed { epoch: number()? },
            5 => SystemAct::DailyHead { day: day()?, root: root()? },
            6 => SystemAct::Restored { size: number()? },
            7 => SystemAct::HoldPlaced { case: name()?.into() },
            8 => SystemAct::HoldReleased { case: name()?.into() },
            9 => SystemAct::WitnessAdded { name: name()?.to_owned() },
            10 => SystemAct::WitnessRemoved { name: name()?.to_owned() },
            11 => SystemAct::ClockDoubted { said: other()? },
            12 => SystemAct::ClockBelieved { last: other()? },
            _ => return Err(EntryError::Unknown("act")),
        })
    }
}
