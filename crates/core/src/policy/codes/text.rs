//! Codes about translations.

use super::codes;

codes! {
    UNKNOWN_PATH "text/unknown-path" Warning -
        "A translation is filed under the path of the text that it translates, `purpose.billing.title`. The policy has no text at this path, perhaps because a purpose was renamed. The translation is not used: correct its path or remove it."
    MISSING "text/missing" Warning "Art. 12(1) GDPR"
        "The notice is announced in a language into which not all of its texts are translated. Where a translation is missing, the notice falls back on the language that the policy is written in, which its reader may not understand. Add the texts to `texts/<language>.toml`."
    UNDECLARED "text/undeclared-language" Warning -
        "There is a file of translations into a language in which the notice is not published, so nobody reads it. Add the language to `languages` under `[notice]`, or remove the file."
    STALE "text/stale" Warning "Art. 12(1) GDPR"
        "The translation notes which text it was made from, and that text has changed since. People who read this language are told something else than the others. Translate the text as it is now, and note its mark as `of`; `kept texts` shows the new text and its mark."
    BAD_MARK "text/bad-mark" Error -
        "`of` holds the mark of the text that was translated: the first eight hexadecimal digits of its SHA-256. This is none, so nobody could tell when the translation is out of date. `kept texts` writes the marks; without one, leave `of` out."
    NOT_A_TEXT "text/not-a-text" Error -
        "A file of translations holds texts and tables of texts, and nothing else. Facts, periods and dates are said in each language by kept itself. Put the words between quotes, or remove the key."
}
