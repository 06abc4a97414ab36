//! Every statement of the vault, by name. The text of each is a file in `sql/` whose first line
//! is its name; both engines run the same text.

/// One statement: its name, which is its file's, and its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! statements {
    ($($constant:ident = $name:literal),+ $(,)?) => {
        $(pub(crate) const $constant: Statement = Statement {
            name: $name,
            text: include_str!(concat!("sql/", $name, ".sql")),
        };)+

        /// All of them, for the test that prepares each on both engines.
        pub(crate) const ALL: &[Statement] = &[$($constant),+];
    };
}

statements! {
    VAULT_CHECK = "vault_check",
    VAULT_MAKE = "vault_make",
    COUNTER_NEXT = "counter_next",
    COUNTER_READ = "counter_read",
    EPOCH_CURRENT = "epoch_current",
    EPOCH_BEGIN = "epoch_begin",
    EPOCH_END = "epoch_end",
    EPOCH_DESTROY = "epoch_destroy",
    EPOCH_LIST = "epoch_list",
    BUCKET_LIST = "bucket_list",
    DAY_KEY_LIST = "day_key_list",
    DAY_KEY_REWRAP = "day_key_rewrap",
    BUCKET_OPEN = "bucket_open",
    BUCKET_MAKE = "bucket_make",
    BUCKET_KEY = "bucket_key",
    BUCKET_JOIN = "bucket_join",
    BUCKET_REKEY = "bucket_rekey",
    BUCKET_MEMBERS = "bucket_members",
    BUCKET_REWRAP = "bucket_rewrap",
    SUBJECT_MAKE = "subject_make",
    SUBJECT_KEYS = "subject_keys",
    SUBJECT_KEYS_OF = "subject_keys_of",
    SUBJECT_ERASE = "subject_erase",
    SUBJECT_ERASED = "subject_erased",
    SUBJECT_SCRUBBED = "subject_scrubbed",
    SUBJECT_UNSCRUBBED = "subject_unscrubbed",
    IDENTIFIER_FIND = "identifier_find",
    IDENTIFIER_MAKE = "identifier_make",
    IDENTIFIER_LIST = "identifier_list",
    IDENTIFIER_REMOVE = "identifier_remove",
    IDENTIFIER_KNOWN_OF = "identifier_known_of",
    EVENT_NEXT = "event_next",
    EVENT_MAKE = "event_make",
    EVENT_LIST = "event_list",
    EVENT_LAST = "event_last",
    EVENT_LAST_OF = "event_last_of",
    EVENT_LIST_OF = "event_list_of",
    REQUEST_MAKE = "request_make",
    REQUEST_FIND = "request_find",
    REQUEST_LIST = "request_list",
    REQUEST_OPEN = "request_open",
    REQUEST_PAGE = "request_page",
    REQUEST_COUNT = "request_count",
    REQUEST_CHANGE = "request_change",
    WORK_MAKE = "work_make",
    WORK_FIND = "work_find",
    WORK_CASE = "work_case",
    WORK_LEASE = "work_lease",
    WORK_STEP = "work_step",
    WORK_PLAN = "work_plan",
    WORK_REMOVE = "work_remove",
    WORK_RENEW = "work_renew",
    SWEEP_TAKE = "sweep_take",
    SWEEP_HELD = "sweep_held",
    SWEEP_MAKE = "sweep_make",
    SWEEP_RELEASE = "sweep_release",
    SWEEP_RUNNING = "sweep_running",
    SWEEP_FORGET = "sweep_forget",
    STORE_KEY_MAKE = "store_key_make",
    STORE_KEY_PAGE = "store_key_page",
    STORE_KEY_REMOVE = "store_key_remove",
    STORE_KEY_OF_SUBJECT = "store_key_of_subject",
    GROUND_CLEAR = "ground_clear",
    GROUND_MAKE = "ground_make",
    GROUND_LIST = "ground_list",
    GROUND_DUE = "ground_due",
    GROUND_TOUCHED = "ground_touched",
    GROUND_STALE = "ground_stale",
    GROUND_STALE_ANY = "ground_stale_any",
    GROUND_MARK_DUE = "ground_mark_due",
    GROUND_CONTACT = "ground_contact",
    ENTRY_NEXT = "entry_next",
    ENTRY_CHAIN = "entry_chain",
    ENTRY_MAKE = "entry_make",
    ENTRY_LEAF = "entry_leaf",
    ENTRY_LEAVES = "entry_leaves",
    ENTRY_OF_SUBJECT = "entry_of_subject",
    ENTRY_READ = "entry_read",
    ENTRY_PAGE = "entry_page",
    SET_ENTRY_MAKE = "set_entry_make",
    SET_ENTRY_FIND = "set_entry_find",
    SET_MEMBER_MAKE = "set_member_make",
    MEMBER_OF_SUBJECT = "member_of_subject",
    DAY_KEY_FIND = "day_key_find",
    DAY_KEY_MAKE = "day_key_make",
    POLICY_MAKE = "policy_make",
    POLICY_LIST = "policy_list",
    REFUSAL_MAKE = "refusal_make",
    REFUSAL_FIND = "refusal_find",
    APPLICATION_MAKE = "application_make",
    APPLICATION_FIND = "application_find",
    APPLICATION_LIST = "application_list",
    APPLICATION_REVOKE = "application_revoke",
    DUTY_DONE = "duty_done",
    DUTY_LAST = "duty_last",
    DATUM_MAKE = "datum_make",
    DATUM_LIST = "datum_list",
    DATUM_LIST_OF = "datum_list_of",
    DATUM_REMOVE = "datum_remove",
    DATUM_REMOVE_EVENT = "datum_remove_event",
    DATUM_CLEAR = "datum_clear",
    ONCE_FIND = "once_find",
    ONCE_MAKE = "once_make",
    ONCE_FORGET = "once_forget",
    EXCEPTION_MAKE = "exception_make",
    EXCEPTION_FIND = "exception_find",
    EXCEPTION_PAGE = "exception_page",
    EXCEPTION_REMOVE = "exception_remove",
    REFERENCE_MAKE = "reference_make",
    REFERENCE_FIND = "reference_find",
    REFERENCE_REMOVE = "reference_remove",
    REFERENCE_CLEAR = "reference_clear",
    LISTING_MAKE = "listing_make",
    LISTING_FIND = "listing_find",
    LISTING_REMOVE = "listing_remove",
    AUDIT_MAKE = "audit_make",
    AUDIT_CLEAR = "audit_clear",
    AUDIT_VERDICT_MAKE = "audit_verdict_make",
    AUDIT_LIST = "audit_list",
    AUDIT_VERDICTS = "audit_verdicts",
    AUDIT_STATEMENT = "audit_statement",
    SUBJECT_PAGE = "subject_page",
    SUBJECT_COUNT = "subject_count",
    SUBJECT_OPENED = "subject_opened",
    ENTRY_OF_NOBODY = "entry_of_nobody",
    ENTRY_OF_SUBJECT_SINCE = "entry_of_subject_since",
    ENTRY_OLDEST = "entry_oldest",
    REQUEST_ANSWERED = "request_answered",
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_statement_names_itself_in_its_first_line() {
        for statement in ALL {
            let first = statement.text.lines().next().unwrap();
            assert_eq!(first, format!("-- {}", statement.name));
        }
    }
}
