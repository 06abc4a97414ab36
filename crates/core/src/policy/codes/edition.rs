//! Codes about the edition of the language.

use super::codes;

codes! {
    MISSING "edition/missing" Error -
        "Every policy says which edition of the language it is written in, so that a later version of kept never reads it with another meaning. Write `edition = 1` at the top of the first file."
    UNKNOWN "edition/unknown" Error -
        "The policy is written in an edition of the language that this version of kept does not know, so nothing of it is read: the same words could mean something else. Write `edition = 1`, or use a version of kept that knows the other edition."
}
