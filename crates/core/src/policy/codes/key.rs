//! Codes about keys and their types.

use super::codes;

codes! {
    UNKNOWN "key/unknown" Error -
        "The language has no key of this name at this place. A misspelt key would silently promise nothing, so an unknown one is an error. The reference of the policy language lists the keys of every section."
    BAD_NAME "key/bad-name" Error -
        "Names of purposes, categories, people and the rest become ids of statements, so they are short and plain: letters, digits, `-` and `_`, at most 64 bytes. What people read goes into `title`."
    WRONG_TYPE "key/wrong-type" Error -
        "The key holds another type of value than the language asks for here, a number in place of a text, or a text in place of a table. The example beside the message shows the form that is read."
    UNKNOWN_WORD "key/unknown-word" Error -
        "This key knows a closed list of words and the value is none of them. A word that is nearly right would change what is promised, so nothing is guessed. The help names the nearest word or all of them."
    BAD_VALUE "key/bad-value" Error -
        "The value has the right type but can't be read as what the key asks for: a date that is not in the calendar, or a length of time without a unit. Dates are written 2024-01-01, lengths `3 years` or `1 year 6 months`."
}
