//! Codes about files and their TOML.

use super::codes;
use crate::diagnostic::Diagnostic;

codes! {
    SYNTAX "toml/syntax" Error -
        "The file is not TOML at this place. What stands around it was read as far as it could be, so that other errors are shown in the same run. Texts stand in quotes, tables in `[brackets]`, and each key on a line of its own."
    KEY_TWICE "toml/key-twice" Error -
        "A key or a table stands twice in one file. TOML does not say which of them counts, so neither may. Keep one of the two, or give the second another name."
    TABLE_TWICE "toml/table-twice" Error -
        "The files of a folder are read as one document. Tables that only hold other tables may stand in several files; a table that says something itself, and a key, may stand in one only. Both places are shown: move the keys together, or rename one table."
    NOT_UTF8 "toml/not-utf8" Error -
        "A policy file is UTF-8 text. This one has a byte that is not, perhaps because it was saved as Latin-1, Windows-1252 or UTF-16. Save it as UTF-8; nothing of this file was read."
    TOO_LARGE "toml/too-large" Error -
        "A single policy file has 1 MB (1,048,576 bytes) at most. A larger one is probably something else that came into the folder. Move it out, or cut the policy into several files: a folder is read as one policy, up to 16 MB."
    CONTROL "toml/control" Error -
        "The text holds a character that nobody sees and that changes what stands around it: a control character of the terminal, or a mark that turns the direction of writing. It would go into the notice as it is. Take it out; a line break and a tab may stay."
    TOO_DEEP "toml/too-deep" Error -
        "Tables and lists lie within each other deeper than any key of the language. Look for a missing closing bracket or a key with too many dots. What lies deeper was not read."
}

/// What `toml/too-deep` says where the file was given up.
pub(crate) const NOTHING_READ: &str = "nothing of the file is read";

/// Whether a finding says that nothing of a file was read.
pub(crate) fn is_unread(found: &Diagnostic) -> bool {
    [NOT_UTF8.code, TOO_LARGE.code].contains(&found.code)
        || (found.code == TOO_DEEP.code && found.message.ends_with(NOTHING_READ))
}
