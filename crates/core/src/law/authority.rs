//! Supervisory authorities and their addresses, as a dated data file (Art. 51, 77).
//!
//! Not here: which authority a controller answers to, which is its policy's to say.

const TABLE: &str = include_str!("authority.tsv");

/// A supervisory authority to which people may complain (Art. 77).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Two-letter country code.
    pub country: &'static str,
    /// Its name in its own language.
    pub name: &'static str,
    /// Its website.
    pub website: Option<&'static str>,
    /// Its postal address; `None` where none is surely known.
    pub address: Option<&'static str>,
    /// Its e-mail address; `None` where it has a form instead.
    pub email: Option<&'static str>,
    /// Its telephone number.
    pub phone: Option<&'static str>,
}

impl Authority {
    /// The authority of a country, by its two-letter code.
    pub fn of_country(code: &str) -> Option<Self> {
        TABLE.lines().filter_map(Self::read).find(|authority| authority.country == code)
    }

    fn read(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let country = cells.next().filter(|code| code.len() == 2)?;
        let name = cells.next()?;
        let mut known = || cells.next().filter(|cell| *cell != "-");
        Some(Self { country, name, website: known(), address: known(), email: known(), phone: known() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_french_authority_is_the_cnil_at_its_present_address() {
        let cnil = Authority::of_country("FR").unwrap();
        assert!(cnil.name.contains("CNIL"));
        assert_eq!(cnil.address, Some("3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07"));
        assert_eq!(cnil.email, None);
    }

    #[test]
    fn every_line_of_the_table_is_whole() {
        let authorities: Vec<_> = TABLE.lines().filter_map(Authority::read).collect();
        assert_eq!(authorities.len() + 2, TABLE.lines().count());
        assert!(authorities.iter().all(|one| one.website.is_some_and(|site| site.starts_with("https://"))));
    }

    #[test]
    fn an_unknown_country_has_none() {
        assert_eq!(Authority::of_country("XX"), None);
        assert_eq!(Authority::of_country("co"), None);
    }
}
