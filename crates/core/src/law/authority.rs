//! Supervisory authorities (Art. 51, 77), by country.

/// Dated rows: code, name, website, address, e-mail, telephone.
const DATA: &str = include_str!("authority.tsv");

/// A supervisory authority and how people reach it. What is not known is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Country code.
    pub country: &'static str,
    /// Its name, in its own language.
    pub name: &'static str,
    /// Its website.
    pub website: &'static str,
    /// Its postal address.
    pub address: &'static str,
    /// Its e-mail address; empty where it has a form instead.
    pub email: &'static str,
    /// Its telephone number.
    pub phone: &'static str,
}

/// The authority of a country. Where a country has several, the one of the whole country.
pub fn of(country: &str) -> Option<Authority> {
    DATA.lines().filter(|line| !line.starts_with('#')).filter_map(row).find(|row| row.country == country)
}

fn row(line: &'static str) -> Option<Authority> {
    let mut cells = line.split('\t');
    let mut next = || cells.next();
    Some(Authority {
        country: next()?,
        name: next()?,
        website: next()?,
        address: next()?,
        email: next()?,
        phone: next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn klv_44_the_cnil_is_at_place_de_fontenoy() {
        let cnil = of("FR").unwrap();
        assert!(cnil.name.ends_with("(CNIL)"));
        assert_eq!(cnil.address, "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07");
        assert!(of("XX").is_none());
    }

    #[test]
    fn every_state_of_the_area_has_one() {
        for code in "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO".split(' ') {
            assert!(of(code).is_some_and(|found| found.website.starts_with("https://")), "{code}");
        }
    }
}
