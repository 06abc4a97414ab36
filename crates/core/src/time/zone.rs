//! The controller's time zone: days are days there, instants are stored in UTC.

use std::fmt;

use jiff::civil::Date as Day;
use jiff::{Timestamp as Instant, tz::TimeZone};

/// A time zone from the bundled database; the machine's own zone is never read.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of an IANA name such as `Europe/Paris`, if the bundled database has it.
    pub fn named(name: &str) -> Option<Self> {
        jiff::tz::TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// The zone in which a country's private persons live, for countries with one usual zone.
    pub fn of_country(code: &str) -> Option<Self> {
        let name = match code {
            "AT" => "Europe/Vienna",
            "BE" => "Europe/Brussels",
            "BG" => "Europe/Sofia",
            "CH" => "Europe/Zurich",
            "CY" => "Asia/Nicosia",
            "CZ" => "Europe/Prague",
            "DE" => "Europe/Berlin",
            "DK" => "Europe/Copenhagen",
            "EE" => "Europe/Tallinn",
            "ES" => "Europe/Madrid",
            "FI" => "Europe/Helsinki",
            "FR" => "Europe/Paris",
            "GB" => "Europe/London",
            "GR" => "Europe/Athens",
            "HR" => "Europe/Zagreb",
            "HU" => "Europe/Budapest",
            "IE" => "Europe/Dublin",
            "IS" => "Atlantic/Reykjavik",
            "IT" => "Europe/Rome",
            "LI" => "Europe/Vaduz",
            "LT" => "Europe/Vilnius",
            "LU" => "Europe/Luxembourg",
            "LV" => "Europe/Riga",
            "MT" => "Europe/Malta",
            "NL" => "Europe/Amsterdam",
            "NO" => "Europe/Oslo",
            "PL" => "Europe/Warsaw",
            "PT" => "Europe/Lisbon",
            "RO" => "Europe/Bucharest",
            "SE" => "Europe/Stockholm",
            "SI" => "Europe/Ljubljana",
            "SK" => "Europe/Bratislava",
            _ => return None,
        };
        Self::named(name)
    }

    /// The zone's IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day on which an instant falls here.
    pub fn day_of(&self, instant: Instant) -> Day {
        self.0.to_datetime(instant).date()
    }

    /// The first instant of a day here (00:00, or the first moment that exists).
    pub fn start_of(&self, day: Day) -> Instant {
        self.0
            .to_ambiguous_zoned(day.to_datetime(jiff::civil::Time::midnight()))
            .compatible()
            .map_or(if day.year() > 0 { Instant::MAX } else { Instant::MIN }, |zoned| zoned.timestamp())
    }

    /// The instant at which a period with this last day is over: 00:00 of the day after it.
    /// The end of the calendar never comes.
    pub fn end_of(&self, last_day: Day) -> Instant {
        last_day.tomorrow().map_or(Instant::MAX, |day| self.start_of(day))
    }

    /// A wall-clock date and time here, as an instant.
    pub fn instant_of(&self, at: jiff::civil::DateTime) -> Option<Instant> {
        self.0.to_ambiguous_zoned(at).compatible().ok().map(|zoned| zoned.timestamp())
    }

    /// The instant as this zone's clocks show it.
    pub fn civil(&self, instant: Instant) -> jiff::civil::DateTime {
        self.0.to_datetime(instant)
    }
}

impl serde::Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom("expected the name of a time zone"))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_ends_at_local_midnight_after_its_last_day() {
        let paris = Zone::named("Europe/Paris").unwrap();
        assert_eq!(paris.end_of(date(2025, 6, 30)).to_string(), "2025-06-30T22:00:00Z");
        assert_eq!(paris.end_of(date(2025, 12, 31)).to_string(), "2025-12-31T23:00:00Z");
        assert_eq!(paris.end_of(Day::MAX), Instant::MAX);
    }
}
