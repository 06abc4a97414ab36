//! Countries by their two letters, and which of them form the European Economic Area on a day.

use crate::time::Day;

/// ISO 3166-1 alpha-2, as assigned on 1 January 2026.
const KNOWN: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// The Union's members, then its outermost regions and Åland by their own codes.
const UNION: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK \
    AX GF GP MF MQ RE YT";

/// Whether this is the code of a country.
pub fn is_known(code: &str) -> bool {
    code.len() == 2 && KNOWN.split(' ').any(|known| known == code)
}

/// The first day on which the United Kingdom was a third country: its withdrawal agreement, and
/// then Art. 782 of the agreement on trade and cooperation, had held it in the area until then.
const BRITISH_EXIT: Day = Day::constant(2021, 7, 1);

/// Whether this country is in the European Economic Area, as the list was read.
pub fn is_in_eea(code: &str) -> bool {
    is_in_eea_on(code, super::READ_ON)
}

/// Whether this country is in the European Economic Area on a day: sending data there is then no
/// transfer (Art. 44).
pub fn is_in_eea_on(code: &str, day: Day) -> bool {
    is_in_union(code, day) || matches!(code, "IS" | "LI" | "NO")
}

/// Whether this country is in the Union on a day.
pub fn is_in_union(code: &str, day: Day) -> bool {
    UNION.split_whitespace().any(|member| member == code) || (code == "GB" && day < BRITISH_EXIT)
}

/// Whether a country lies in a region that a policy names: `EU`, `EEA`, or a country by its code.
pub fn lies_in(code: &str, region: &str) -> bool {
    match region {
        "EEA" => is_in_eea(code),
        "EU" => is_in_eea(code) && !["IS", "LI", "NO"].contains(&code),
        country => country == code,
    }
}

/// What was probably meant by a code that is none.
pub fn hint(code: &str) -> String {
    let upper = code.to_uppercase();
    let meant = match upper.as_str() {
        "UK" => "GB",
        "EL" => "GR",
        "EU" => return "name one country; for several write a recipient each".to_owned(),
        "FRANCE" => "FR",
        "BELGIUM" | "BELGIQUE" | "BELGIË" => "BE",
        "NETHERLANDS" | "NEDERLAND" => "NL",
        "GERMANY" | "DEUTSCHLAND" => "DE",
        "USA" => "US",
        other if is_known(other) => other,
        _ => return "use the two capital letters of ISO 3166-1: `FR`, `BE`, `NL`".to_owned(),
    };
    format!("did you mean `{meant}`?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_union_has_twenty_seven_states_and_the_area_three_more() {
        let today = crate::law::READ_ON;
        assert!(UNION.split_whitespace().all(is_known));
        let regions = ["AX", "GF", "GP", "MF", "MQ", "RE", "YT"];
        assert_eq!(UNION.split_whitespace().filter(|code| !regions.contains(code)).count(), 27);
        assert!(is_in_eea("NO") && !is_in_union("NO", today));
        assert!(!is_in_eea("GB") && !is_in_eea("CH") && !is_in_eea("US"));
    }

    #[test]
    fn the_united_kingdom_left_after_the_bridge_of_its_agreement() {
        use jiff::civil::date;
        assert!(is_in_eea_on("GB", date(2019, 1, 1)) && is_in_eea_on("GB", date(2021, 6, 30)));
        assert!(!is_in_eea_on("GB", date(2021, 7, 1)));
    }

    #[test]
    fn usual_slips_are_understood() {
        assert!(!is_known("UK") && !is_known("fr") && !is_known("FRA"));
        assert_eq!(hint("uk"), "did you mean `GB`?");
        assert_eq!(hint("fr"), "did you mean `FR`?");
    }
}
