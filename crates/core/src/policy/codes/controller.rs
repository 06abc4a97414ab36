//! Codes about controllers.

use super::codes;
use crate::law::authority::Authority;
use crate::law::country;
use crate::policy::check::Judge;
use crate::policy::model::Controller;

codes! {
    NO_CONTACT "controller/no-contact" Error "Art. 13(1)(a) GDPR"
        "A notice gives the contact details of the controller, or people could not use their rights. An e-mail address or a postal address is enough; both are better."
    OFFICER_AND_NONE "controller/officer-and-none" Error "Art. 37 GDPR"
        "The policy names a data protection officer and also says why there is none. People would not know whether there is somebody to write to. Keep `officer` or `no-officer`."
    AFFILIATES_UNSAID "controller/affiliates-unsaid" Error "Art. 13(1)(a) GDPR"
        "The policy says whether affiliates are named, and not that the controller speaks for any. Write `affiliates = \"its subsidiaries\"`, or remove `affiliates-named`."
    NO_NAME "controller/no-name" Error "Art. 13(1)(a) GDPR"
        "A notice names who answers for the data. The short name in the heading is for the policy only; write the legal or trade name as `name`."
    NO_COUNTRY "controller/no-country" Warning "Art. 13(2)(d) GDPR"
        "From the country follow the holidays that move deadlines, the zone in which days are counted, and the authority that people may complain to. Without it none of them is known. Write the two-letter code."
    UNKNOWN_COUNTRY "controller/unknown-country" Error -
        "The country is not a two-letter code of ISO 3166-1. From it follow law, holidays, zone and authority, so it is not guessed. France is `FR`, Belgium `BE`, the Netherlands `NL`."
    NO_AUTHORITY "controller/no-authority" Warning "Art. 13(2)(d) GDPR"
        "A notice tells people that they may complain to a supervisory authority. For this country none is on record: name the country whose authority is competent as `authority`, for instance where the representative is."
    BAD_SIREN "controller/bad-siren" Error "Art. 13(1)(a) GDPR"
        "A SIREN has nine digits, the last of which is a check digit (Luhn). This number fails the check, so it belongs to no company: look for a digit that was mistyped or swapped."
    BAD_VAT "controller/bad-vat" Error "Art. 13(1)(a) GDPR"
        "A VAT number of the Union begins with the country's two letters and goes on as that country writes it. This one does not have that shape. Compare it with the company's invoices."
    BAD_EMAIL "controller/bad-email" Error "Art. 13(1)(a) GDPR"
        "The e-mail address can't be one: it needs one `@` with something on both sides and a dot in the domain. People who write to it would get no answer."
    NO_REPRESENTATIVE "controller/no-representative" Warning "Art. 27 GDPR"
        "A controller outside the Union and the EEA whose processing falls under Art. 3(2) names a representative in the Union. The policy names none. Add `representative`, or note elsewhere why none is needed."
    NO_ZONE "controller/no-zone" Warning -
        "Periods end at midnight in the controller's zone. The policy names no zone, and its country has none or more than one, so days are counted in UTC and may be off by hours. Write `zone` by its IANA name."
    UNKNOWN_ZONE "controller/unknown-zone" Error -
        "The zone is not a name of the IANA time zone database. Abbreviations such as `CET` change their meaning with the season; write a region and a city, `Europe/Paris`."
}

/// Who answers can be reached, and the numbers that name them are real.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for controller in judge.policy.controllers.values() {
        contact(judge, controller);
        place(judge, controller);
        numbers(judge, controller);
    }
}

fn contact(judge: &mut Judge<'_>, controller: &Controller) {
    let path = format!("controller.{}", controller.id);
    if !judge.places.has(&format!("{path}.name")) || controller.name.trim().is_empty() {
        judge.say(
            &NO_NAME,
            &format!("{path}.name"),
            format!("the controller `{}` has no name", controller.id),
            "write `name = \"…\"`",
        );
    }
    if controller.email.is_none() && controller.post.is_none() {
        let message = format!("the controller `{}` can't be reached", controller.id);
        if !judge.places.is_broken(&format!("{path}.email"))
            && !judge.places.is_broken(&format!("{path}.post"))
        {
            judge.say_of(&NO_CONTACT, &path, message, "write `email = \"…\"` or `post = \"…\"`");
        }
    }
    if let Some(email) = controller.email.as_deref().filter(|email| !is_email(email)) {
        judge.say(
            &BAD_EMAIL,
            &format!("{path}.email"),
            format!("`{email}` is not an e-mail address"),
            "write it as `name@example.com`",
        );
    }
}

fn place(judge: &mut Judge<'_>, controller: &Controller) {
    let path = format!("controller.{}", controller.id);
    let Some(code) = controller.country.as_deref() else {
        judge.say(
            &NO_COUNTRY,
            &format!("{path}.country"),
            format!("the controller `{}` names no country", controller.id),
            "write `country = \"FR\"`",
        );
        return;
    };
    if !country::is_known(code) {
        let message = format!("`{code}` is not a country code");
        judge.say(&UNKNOWN_COUNTRY, &format!("{path}.country"), message, country::hint(code));
        return;
    }
    let authority = controller.authority.as_deref().unwrap_or(code);
    if Authority::of_country(authority).is_none() {
        let message = format!("no supervisory authority is known for `{authority}`");
        judge.say(
            &NO_AUTHORITY,
            &format!("{path}.authority"),
            message,
            "write `authority = \"…\"`, the country whose authority is competent",
        );
    }
    if !country::is_in_eea(code) && controller.representative.is_none() {
        let message = format!(
            "the controller `{}` is outside the Union and names no representative in it",
            controller.id
        );
        judge.say_of(&NO_REPRESENTATIVE, &path, message, "write `representative = \"…\"`");
    }
}

fn numbers(judge: &mut Judge<'_>, controller: &Controller) {
    for (register, number) in &controller.registered {
        let path = format!("controller.{}.registered.{register}", controller.id);
        match register.to_lowercase().as_str() {
            "siren" if !is_siren(number) => {
                let message = format!("`{number}` is not a SIREN: its check digit does not fit");
                judge.say(&BAD_SIREN, &path, message, "compare it with the company's register entry");
            }
            "vat" if !is_vat(number) => {
                let message = format!("`{number}` does not have the shape of a VAT number of the Union");
                judge.say(
                    &BAD_VAT,
                    &path,
                    message,
                    "write country letters and number together, `FR40303265045`",
                );
            }
            _ => {}
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let dotted = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
    plain && !local.is_empty() && dotted && !domain.contains('@')
}

/// Nine digits whose Luhn sum is a multiple of ten; gaps between digits do not count.
fn is_siren(text: &str) -> bool {
    let digits: Vec<u32> = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .filter_map(|letter| letter.to_digit(10))
        .collect();
    let letters = text.chars().filter(|letter| !letter.is_whitespace()).count();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    digits.len() == 9 && letters == 9 && sum.is_multiple_of(10)
}

/// Two letters of a country in the Union (or `EL`, `XI`) and 8 to 12 letters and digits as that
/// country writes them; gaps and dots do not count.
fn is_vat(text: &str) -> bool {
    let plain: String =
        text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | '-')).collect();
    let Some((land, rest)) = plain.split_at_checked(2) else { return false };
    let all_digits = rest.bytes().all(|byte| byte.is_ascii_digit());
    let letters = rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let length = rest.len();
    match land {
        "BE" => length == 10 && all_digits && rest.starts_with(['0', '1']),
        "DE" | "EE" | "EL" | "PT" => length == 9 && all_digits,
        "DK" | "FI" | "HU" | "LU" | "MT" | "SI" => length == 8 && all_digits,
        "IT" | "HR" | "LV" => length == 11 && all_digits,
        "SE" => length == 12 && all_digits && rest.ends_with("01"),
        "PL" | "SK" => length == 10 && all_digits,
        "FR" => length == 11 && letters && rest.get(2..).is_some_and(is_siren),
        "NL" => length == 12 && letters && rest.get(9..10) == Some("B"),
        "AT" => length == 9 && rest.starts_with('U'),
        "CZ" => (8..=10).contains(&length) && all_digits,
        "BG" => (9..=10).contains(&length) && all_digits,
        "LT" => (length == 9 || length == 12) && all_digits,
        "RO" => (2..=10).contains(&length) && all_digits,
        "CY" | "ES" => length == 9 && letters,
        "IE" => (8..=9).contains(&length) && letters,
        "XI" => matches!(length, 5 | 9 | 12) && letters,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn klv_01_a_siren_with_a_wrong_check_digit_is_found() {
        assert!(is_siren("909093148"));
        assert!(is_siren("909 093 148"));
        for wrong in ["909093149", "909093184", "90909314", "9090931480", "90909314x", ""] {
            assert!(!is_siren(wrong), "{wrong}");
        }
    }

    #[test]
    fn vat_numbers_have_the_shape_of_their_country() {
        for right in [
            "FR40303265045",
            "BE0203201340",
            "NL004495445B01",
            "DE129273398",
            "ATU12345678",
            "SE556036079301",
        ] {
            assert!(is_vat(right), "{right}");
        }
        for wrong in ["FR40303265046", "BE203201340", "NL004495445X01", "US123456789", "DE12927339", "", "é1"]
        {
            assert!(!is_vat(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_address_needs_one_at_and_a_dotted_domain() {
        assert!(is_email("avotreecoute@klivar.com"));
        for wrong in ["klivar.com", "@klivar.com", "a@b", "a b@c.fr", "a@b@c.fr", "a@.fr"] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
