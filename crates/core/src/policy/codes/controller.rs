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
    TRADE_NAME "controller/trade-name" Error "Art. 13(1)(a) GDPR"
        "A trade name is no person in law: nobody can be sued, asked or complained about under it. The notice names the company itself, with its legal form or its number in the register. Write the legal name as `name` and remove `trade-name`."
    CALLED_PROCESSOR "controller/called-processor" Error "Art. 4(7), 4(8) GDPR"
        "The notice calls the one who decides about purposes and means a processor. A processor acts for somebody else, so people would look for a controller that is not there. Use the word for controller and remove `called`."
    ONE_WAY "controller/one-way" Advice "Art. 13(1)(a) GDPR"
        "There is only one way to reach the controller. Good practice is two, one electronic and one by post or telephone, so that people who have no e-mail, or no paper, can use their rights too."
    NO_OFFICER "controller/no-officer" Error "Art. 37(1)(a), 13(1)(b) GDPR"
        "A public authority designates a data protection officer and gives the officer's contact details in the notice. The policy names none. Write `officer` with an address that the officer reads."
    OFFICER_DOUBT "controller/officer-doubt" Warning "Art. 37(1)(b)-(c) GDPR"
        "The policy speaks of special categories, of profiling or of tracking. Who does that on a large scale as a core activity designates a data protection officer, and the policy neither names one nor says why none is needed. Write `officer`, or `no-officer` with the reason."
    OFFICER_UNSAID "controller/officer-unsaid" Advice "Art. 37, 13(1)(b) GDPR"
        "The policy says nothing about a data protection officer. Where one is designated, the notice gives the contact; where none is needed, it is good to have written down why. Write `officer`, or `no-officer` with the reason."
    OFFICER_UNREACHABLE "controller/officer-unreachable" Warning "Art. 13(1)(b) GDPR"
        "The data protection officer is named without an address, a number or a form, so nobody can reach the officer. A name is not required; the contact details are. Write an e-mail address, a telephone number or a postal address."
    REPRESENTATIVE_UNREACHABLE "controller/representative-unreachable" Warning "Art. 13(1)(a), 27(4) GDPR"
        "People and authorities may address the representative in place of the controller. The policy names it without an e-mail address or a postal address with a number. Add one of them to `representative`."
    AFFILIATES "controller/affiliates-unnamed" Warning "Art. 13(1)(a) GDPR"
        "The notice speaks for other companies of the group and does not name them, so people can't tell who answers for their data. Declare each as a controller or a recipient, and write `affiliates-named = true`."
    BAD_NUMBER "controller/bad-number" Error "Art. 13(1)(a) GDPR"
        "The number in the register can't be right: a Dutch KvK number has eight digits; a Belgian company number has ten, the last two of which check the others. Compare it with the register."
    UNKNOWN_ZONE "controller/unknown-zone" Error -
        "The zone is not a name of the IANA time zone database. Abbreviations such as `CET` change their meaning with the season; write a region and a city, `Europe/Paris`."
}

/// Who answers can be reached, and the numbers that name them are real.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for controller in judge.policy.controllers.values() {
        contact(judge, controller);
        place(judge, controller);
        numbers(judge, controller);
        identity(judge, controller);
        officer(judge, controller);
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
    if !country::is_in_eea_on(code, judge.at) && controller.representative.is_none() {
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
            "kvk" if !is_kvk(number) => {
                let message = format!("`{number}` is not a number of the Dutch register");
                judge.say(&BAD_NUMBER, &path, message, "write its eight digits");
            }
            "kbo" | "bce" | "cbe" | "rpr" | "rpm" if !is_kbo(number) => {
                let message =
                    format!("`{number}` is not a Belgian company number: its check digits do not fit");
                judge.say(&BAD_NUMBER, &path, message, "compare it with the register of companies");
            }
            _ => {}
        }
    }
}

/// Who it is and what it is called.
fn identity(judge: &mut Judge<'_>, controller: &Controller) {
    let path = format!("controller.{}", controller.id);
    if controller.trade_name {
        let message = format!("`{}` is only a trade name", controller.name);
        judge.say(
            &TRADE_NAME,
            &format!("{path}.trade-name"),
            message,
            "write the legal name and remove this",
        );
    }
    if let Some(called) = controller.called.as_deref().filter(|called| is_processor_word(called)) {
        let message = format!("the controller `{}` is called `{called}`", controller.id);
        judge.say(&CALLED_PROCESSOR, &format!("{path}.called"), message, "call it the controller");
    }
    if controller.affiliates.is_some() && !controller.affiliates_named {
        let message = format!("`{}` speaks for other companies and names none of them", controller.id);
        let help = "declare each of them, and write `affiliates-named = true`";
        judge.say(&AFFILIATES, &format!("{path}.affiliates"), message, help);
    }
    let spoken = controller.post.is_some() || controller.phone.is_some();
    let reachable = controller.email.is_some() || controller.post.is_some();
    if reachable && (controller.email.is_none() || !spoken) {
        let message = format!("there is one way only to reach `{}`", controller.id);
        let help = if spoken { "add `email`" } else { "add `post` or `phone`" };
        judge.say_of(&ONE_WAY, &path, message, help);
    }
    if let Some(representative) = &controller.representative
        && !is_reachable(representative)
    {
        let message = format!("`{representative}` can't be reached");
        let help = "add an e-mail address, or street and number";
        judge.say(&REPRESENTATIVE_UNREACHABLE, &format!("{path}.representative"), message, help);
    }
}

fn officer(judge: &mut Judge<'_>, controller: &Controller) {
    let path = format!("controller.{}.officer", controller.id);
    if let Some(officer) = &controller.officer {
        if !is_reachable(officer) {
            let message = format!("`{officer}` can't be reached");
            judge.say(&OFFICER_UNREACHABLE, &path, message, "write `officer = \"dpo@example.com\"`");
        }
        return;
    }
    let leads = judge.policy.controller().is_some_and(|first| first.id == controller.id);
    if controller.public_authority {
        let message = format!("`{}` is a public authority without a data protection officer", controller.id);
        judge.say(&NO_OFFICER, &path, message, "write `officer = \"dpo@example.com\"`");
    } else if leads && controller.no_officer.is_none() {
        let help = "write `officer`, or `no-officer` with the reason";
        if is_risky(judge) {
            let message = "a data protection officer may be needed, and none is named";
            judge.say(&OFFICER_DOUBT, &path, message, help);
        } else {
            judge.say(&OFFICER_UNSAID, &path, "nothing is said about a data protection officer", help);
        }
    }
}

/// Whether the policy does what Art. 37(1)(b) and (c) ask an officer for, if it is large.
fn is_risky(judge: &Judge<'_>) -> bool {
    judge.policy.data.values().any(|category| category.special.is_some())
        || judge.policy.purposes.values().any(|purpose| purpose.profiling)
}

/// An address that has a number in it, or an e-mail address.
fn is_reachable(text: &str) -> bool {
    text.contains('@') || text.contains("://") || text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_processor_word(word: &str) -> bool {
    matches!(
        word.trim().to_lowercase().as_str(),
        "processor" | "verwerker" | "sous-traitant" | "auftragsverarbeiter" | "data processor"
    )
}

fn is_kvk(text: &str) -> bool {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '.').collect();
    plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit())
}

/// Ten digits, the last two of which are 97 less the others' remainder by 97.
fn is_kbo(text: &str) -> bool {
    let plain = text.trim().trim_start_matches("BE");
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let foreign = plain.chars().any(|letter| !letter.is_ascii_digit() && !matches!(letter, '.' | ' ' | '-'));
    let (Ok(number), true) = (digits.parse::<u64>(), digits.len() == 10 && !foreign) else { return false };
    97 - (number / 100) % 97 == number % 100
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
    fn belgian_and_dutch_numbers_are_checked() {
        assert!(is_kbo("0203.201.340") && is_kbo("BE 0203.201.340") && !is_kbo("0203.201.341"));
        assert!(!is_kbo("203.201.340") && !is_kbo(""));
        assert!(is_kvk("3408 5961") && !is_kvk("3408596") && !is_kvk("34O85961"));
    }

    #[test]
    fn an_address_needs_one_at_and_a_dotted_domain() {
        assert!(is_email("avotreecoute@klivar.com"));
        for wrong in ["klivar.com", "@klivar.com", "a@b", "a b@c.fr", "a@b@c.fr", "a@.fr"] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
