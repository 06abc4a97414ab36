//! Codes about stores.

use super::codes;
use crate::law::country;
use crate::policy::check::Judge;
use crate::policy::model::{Engine, Store};
use crate::policy::transfer;

codes! {
    INCOMPLETE "store/incomplete" Error -
        "A store says what runs it and where it is, or it can't be opened. Write `engine` and `url`; a password belongs into an environment variable, `url = { env = \"PLATFORM_URL\" }`."
    UNKNOWN_PLACE "store/unknown-place" Error -
        "The store is put under a promise about places that the policy does not make. Correct the name, or declare it as `[place.name]`; until then nothing says where these data may be."
    UNKNOWN_OPTION "store/unknown-option" Error -
        "The store is said to hold data of an option that the place does not offer. Correct the name, or add the option to the place."
    PASSWORD "store/password" Warning "Art. 32 GDPR"
        "The URL of the store holds a password, in a file that is meant to be read, shared and versioned. Put the URL into an environment variable and write `url = { env = \"…\" }`; then change the password."
    DELIMITER "store/delimiter" Error -
        "`delimiter` says which one ASCII sign stands between two fields of CSV. It can't be a quote or a line's end. Write `delimiter = \";\"`, or leave it out: then it is the sign that the first line of a file has most of."
    OTHER_ENGINE "store/other-engine" Error -
        "The store says something that only another kind of store has: `delimiter` is for `engine = \"csv\"`, `secret` and `plain` are for `engine = \"http\"`. Take it out, or correct the engine."
    NO_TABLES "store/no-tables" Warning "Art. 30(1) GDPR"
        "The store maps no table, so requests, sweeps and the audit see nothing of it. Map the tables with personal data as `[store.name.table.table]`, or remove the store."
    UNKNOWN_COUNTRY "store/unknown-country" Error -
        "The country of the server is not a two-letter code of ISO 3166-1. Whether holding data there is a transfer follows from it, so it is not guessed."
    THIRD_COUNTRY "store/third-country" Warning "Art. 44 GDPR"
        "The server of the store is outside the EEA, in a country that no adequacy decision covers as a whole. Holding data there is a transfer unless the controller is there itself: declare who runs the server as a recipient with a safeguard."
    NOTHING_HIDDEN "store/nothing-hidden" Error "Art. 18 GDPR"
        "`row-security` has the database hide rows that are marked as restricted, and no table of the store says which column marks them. Write `restricted = { column = \"is_restricted\" }` at the tables that are meant, or remove `row-security`."
    NO_ROW_SECURITY "store/no-row-security" Error "Art. 18 GDPR"
        "Only PostgreSQL hides rows from a role by a policy of its own. Elsewhere other programs must look at the column that marks restricted rows, or at a view that leaves them out. Remove `row-security`."
    NOTHING_PERSONAL "store/both-personal" Error -
        "A table is mapped with personal data and also listed as having none. One of the two is wrong: remove the mapping, or the name from `not-personal`."
}

/// What can be judged about a store without opening it.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for store in judge.policy.stores.values() {
        let path = format!("store.{}", store.name);
        if let crate::policy::model::Url::Written(url) = &store.url
            && has_password(url)
        {
            let help = "write `url = { env = \"…\" }` and change the password";
            judge.say(
                &PASSWORD,
                &format!("{path}.url"),
                format!("the URL of `{}` holds a password", store.name),
                help,
            );
        }
        if store.tables.is_empty() {
            let message = format!("the store `{}` maps no table", store.name);
            judge.say_of(&NO_TABLES, &path, message, format!("add `[{path}.table.…]`, or remove the store"));
        }
        if let Some(code) = store.server.as_deref().filter(|code| !country::is_known(code)) {
            let message = format!("`{code}` is not a country code");
            judge.say(&UNKNOWN_COUNTRY, &format!("{path}.server"), message, country::hint(code));
        }
        third_country(judge, store);
        row_security(judge, store, &path);
        for table in store.tables.values().filter(|table| store.not_personal.contains(&table.sql_name)) {
            let message = format!("`{}` is mapped and also listed as not personal", table.name);
            judge.say(&NOTHING_PERSONAL, &format!("{path}.not-personal"), message, "remove one of the two");
        }
    }
}

/// Rows can be hidden by PostgreSQL alone, and only those of tables that mark them.
fn row_security(judge: &mut Judge<'_>, store: &Store, path: &str) {
    if store.row_security.is_none() {
        return;
    }
    let path = format!("{path}.row-security");
    if store.engine != Engine::Postgres {
        let message = format!("`{}` is no PostgreSQL database, so it can't hide rows", store.name);
        judge.say(&NO_ROW_SECURITY, &path, message, "remove it");
    } else if store.tables.values().all(|table| table.restricted.is_none()) {
        let message = format!("no table of `{}` says which column marks restricted rows", store.name);
        judge.say(&NOTHING_HIDDEN, &path, message, "write `restricted = { column = \"…\" }` at a table");
    }
}

/// A server outside the EEA, the controller's own country and the countries that are adequate.
fn third_country(judge: &mut Judge<'_>, store: &Store) {
    let Some(code) = store.server.as_deref().filter(|code| country::is_known(code)) else { return };
    if !transfer::is_carried(judge.policy, code, judge.at) {
        let message = format!("the server of `{}` is in `{code}`, outside the EEA", store.name);
        let help = "declare who runs it as a recipient with `country` and `safeguard`";
        judge.say(&THIRD_COUNTRY, &format!("store.{}.server", store.name), message, help);
    }
}

/// `scheme://user:password@host`, or a `password=` among the settings.
fn has_password(url: &str) -> bool {
    let authority = url.split_once("://").and_then(|(_, rest)| rest.split('/').next());
    let user = authority.and_then(|authority| authority.rsplit_once('@')).map(|(user, _)| user);
    user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
        || url.contains("password=")
}

#[cfg(test)]
mod tests {
    use super::has_password;

    #[test]
    fn a_password_in_a_url_is_seen() {
        assert!(has_password("postgres://kept:secret@db/crm"));
        assert!(has_password("host=db password=secret"));
        for quiet in
            ["postgres://kept@db/crm", "postgres:///crm", "data/crm.sqlite", "postgres://kept:@db/crm"]
        {
            assert!(!has_password(quiet), "{quiet}");
        }
    }
}
