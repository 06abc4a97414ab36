//! How much of a value is shown to whoever reads it: enough to know which one it is, and too little to use
//! it (5(1)(c), 32); and what of an IP address is kept at all. Not here: who reads.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;

/// How much of a field's values is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Mask {
    /// The first letters and digits, so many.
    First(u8),
    /// The last letters and digits, so many.
    Last(u8),
    /// Nothing of it.
    Nothing,
    /// Of an IP address its network. The rest is not kept either, and goes to nobody (25(1)).
    Network,
}

/// The bits of an IPv4 address that stay: all but its last octet.
const NETWORK_4: u32 = !0xff;

/// The bits of an IPv6 address that stay: all but the last 80.
const NETWORK_6: u128 = !((1 << 80) - 1);

/// What stands for the rest, however long it is.
const REST: &str = "••••";

impl Mask {
    /// The mask of a text of the language: `last 4`, `first 2`, `network`, `nothing`.
    pub fn parse(text: &str) -> Option<Self> {
        let count = |text: &str| text.parse::<u8>().ok().filter(|count| (1..=16).contains(count));
        match text.trim().split_once(' ') {
            Some(("first", rest)) => count(rest.trim()).map(Self::First),
            Some(("last", rest)) => count(rest.trim()).map(Self::Last),
            None => match text.trim() {
                "nothing" => Some(Self::Nothing),
                "network" => Some(Self::Network),
                _ => None,
            },
            Some(_) => None,
        }
    }

    /// What of a value is kept, and handed to a recipient: the whole, but of an address that is cut its network.
    pub fn kept(self, value: &str) -> Cow<'_, str> {
        match self {
            Self::Network => network(value).into(),
            Self::First(_) | Self::Last(_) | Self::Nothing => value.into(),
        }
    }

    /// What is shown of a value: letters and digits alone, and never more than half of them.
    pub fn of(self, value: &str) -> String {
        let signs: Vec<char> = value.chars().filter(|sign| sign.is_alphanumeric()).collect();
        let half = |count: u8| usize::from(count).min(signs.len() / 2);
        match self {
            Self::First(count) => {
                let said: String = signs.iter().take(half(count)).collect();
                if said.is_empty() { REST.to_owned() } else { format!("{said} {REST}") }
            }
            Self::Last(count) => {
                let said: String = signs.iter().skip(signs.len() - half(count)).collect();
                if said.is_empty() { REST.to_owned() } else { format!("{REST} {said}") }
            }
            Self::Nothing => REST.to_owned(),
            Self::Network => network(value),
        }
    }
}

/// The network of an IP address, also where it is written with the length of a prefix; nothing of what is none.
/// An IPv4 address within IPv6 is cut as the IPv4 address that it is.
fn network(value: &str) -> String {
    let address = value.split_once('/').map_or(value, |(address, _)| address).trim();
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => Ipv4Addr::from_bits(address.to_bits() & NETWORK_4).to_string(),
        Ok(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() & NETWORK_6).to_string(),
        Err(_) => REST.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;

    #[test]
    fn a_mask_shows_its_count_and_never_more_than_half() {
        let number = "4111 1111-1111 1234";
        assert_eq!(Mask::parse("last 4").unwrap().of(number), "•••• 1234");
        assert_eq!(Mask::parse("first 2").unwrap().of("BE71 0961 2345"), "BE ••••");
        assert_eq!(Mask::Nothing.of(number), "••••");
        assert_eq!(Mask::Last(4).of("12345"), "•••• 45");
        assert_eq!((Mask::Last(4).of("1"), Mask::First(4).of("")), ("••••".to_owned(), "••••".to_owned()));
    }

    #[test]
    fn of_an_address_the_network_stays_and_of_what_is_none_nothing() {
        let mask = Mask::parse("network").unwrap();
        for (address, network) in [
            ("203.0.113.77", "203.0.113.0"),
            ("203.0.113.77/32", "203.0.113.0"),
            ("2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::"),
            ("2001:db8::1/128", "2001:db8::"),
            ("::ffff:203.0.113.77", "203.0.113.0"),
            ("203.0.113.77:443", "••••"),
            ("ada@example.org", "••••"),
        ] {
            assert_eq!((mask.of(address).as_str(), mask.kept(address).as_ref()), (network, network));
        }
        assert_eq!(Mask::Last(4).kept("4111 1111"), "4111 1111");
    }

    #[test]
    fn what_is_no_mask_is_none() {
        for text in ["", "last", "last four", "last 0", "last 17", "4", "all", "middle 2"] {
            assert_eq!(Mask::parse(text), None, "{text}");
        }
    }
}
