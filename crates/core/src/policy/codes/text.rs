//! Codes about texts that people read: their wording, and their translations.

use super::codes;
use crate::law::{holds, names};
use crate::policy::check::{Judge, texts};
use crate::policy::model::Text;

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
    BROKEN_OFF "text/broken-off" Error "Art. 12(1) GDPR"
        "The text breaks off: it ends with a word that needs another after it, or opens a bracket that it does not close. Something was lost, and where a basis or a recipient stood, the notice says nothing. Complete the sentence."
    PLACEHOLDER "text/placeholder" Error "Art. 12(1) GDPR"
        "The text is empty or holds a mark that somebody meant to fill in: dots between brackets, `TODO`, `XXX`, or the `FILL IN` of a draft that `kept scan` made. People would read it as it stands. Write what belongs there, or remove the key."
    OUTDATED "text/outdated-name" Error "Art. 12(1), 13(2)(d) GDPR"
        "The text names a body, an address or a law that no longer exists under this name on the day of the check. People who rely on it would go astray. The help says what stands in its place."
    IMPLIED_CONSENT "text/implied-consent" Error "Art. 4(11), 7 GDPR"
        "Consent is a clear affirmative act. Using a site, going on to browse or staying silent is none, so a text that makes it one promises a consent that does not exist. Ask with a box that is not ticked, and remove the sentence."
    OWN_RISK "text/own-risk" Warning "Art. 32 GDPR"
        "The text leaves the risk of processing to the person. The controller answers for security and can't hand that on by a sentence. Say what is done to protect the data instead."
    CHECK_REGULARLY "text/check-regularly" Warning "Art. 13(3), 5(1)(a) GDPR"
        "The text asks people to look for changes by themselves. Who changes a notice tells the people concerned; they need not watch for it. Say by which ways they are told, under `[notice.changes]`."
    DANGLING "text/dangling" Warning "Art. 12(1) GDPR"
        "The text points to a place, `below` or `here`, and a statement of a policy has no fixed neighbours: the notice orders its parts itself. The pointer would lead to nothing. Say the thing itself, or declare the page as a `[link.*]`."
    VAGUE "text/vague" Advice "Art. 12(1) GDPR"
        "The text leaves open what it should settle, with words such as `may`, `might`, `etc.` or `such as`. The guidelines on transparency (WP260) ask for definite words at what a notice has to say. List everything, and say what does happen."
}

/// The wording of every text.
pub(crate) fn check(judge: &mut Judge<'_>) {
    for text in texts::all(judge.policy) {
        if !whole(judge, text) {
            continue;
        }
        outdated(judge, text);
        phrases(judge, text);
    }
}

/// Whether a text is there and complete; what is not is said.
fn whole(judge: &mut Judge<'_>, text: &Text) -> bool {
    let written = text.written.trim();
    if written.is_empty() {
        // A basis or a recipient without words is said by its own family.
        let own = text.path.contains(".basis.") || text.path.starts_with("recipient.");
        if !own && judge.places.has(&text.path) {
            judge.say(&PLACEHOLDER, &text.path, "the text is empty", "write it, or remove the key");
        }
        return false;
    }
    if let Some(mark) = placeholder(written) {
        let message = format!("`{mark}` was meant to be filled in");
        judge.say(&PLACEHOLDER, &text.path, message, "write what belongs there");
        return false;
    }
    if let Some(end) = broken_end(written) {
        let message = format!("the text breaks off at `{end}`");
        judge.say(&BROKEN_OFF, &text.path, message, "complete the sentence");
        return false;
    }
    true
}

fn outdated(judge: &mut Judge<'_>, text: &Text) {
    if text.path.ends_with(".safeguard") {
        return; // a transfer tool is judged with its recipient
    }
    if let Some(name) = names::outdated(&text.written, judge.at) {
        let message = format!("`{}` is out of date", name.name);
        judge.say(&OUTDATED, &text.path, message, format!("today it is: {}", name.instead));
    }
}

fn phrases(judge: &mut Judge<'_>, text: &Text) {
    let lower = text.written.to_lowercase();
    let has = |phrases: &[&str]| phrases.iter().find(|phrase| holds(&lower, phrase)).map(ToString::to_string);
    if let Some(act) = has(IMPLIED_ACTS)
        && has(IMPLIED_WILL).is_some()
    {
        let message = format!("`{act} …` is no consent");
        judge.say(&IMPLIED_CONSENT, &text.path, message, "ask by an act of its own, and remove the sentence");
    }
    if let Some(phrase) = has(OWN_RISKS) {
        let message = format!("`{phrase}` leaves the controller's risk to the person");
        judge.say(&OWN_RISK, &text.path, message, "say how the data are protected");
    }
    if has(REGULARLY).is_some()
        && let Some(verb) = has(LOOKING)
    {
        let message = format!("`{verb} …` leaves it to people to find changes");
        judge.say(&CHECK_REGULARLY, &text.path, message, "say under `[notice.changes]` how they are told");
    }
    if let Some(phrase) = has(POINTERS) {
        let message = format!("`{phrase}` points to nothing here");
        judge.say(&DANGLING, &text.path, message, "say the thing itself, or declare the page as `[link.…]`");
    }
    if is_mandatory(&text.path)
        && let Some(word) = vague_word(&lower)
    {
        let message = format!("`{word}` leaves open what happens");
        judge.say(&VAGUE, &text.path, message, "list everything, and say what does happen");
    }
}

/// Acts that are taken for consent, and the words that take them for it.
const IMPLIED_ACTS: &[&str] = &[
    "by using",
    "by continuing",
    "by browsing",
    "by visiting",
    "by accessing",
    "if you continue",
    "en continuant",
    "en poursuivant",
    "en utilisant",
    "en naviguant",
    "door gebruik",
    "door het gebruik",
    "door verder",
    "door deze website te",
];
const IMPLIED_WILL: &[&str] =
    &["agree", "consent", "accept", "acceptez", "consentez", "akkoord", "stemt", "toestemming", "accepteert"];
const OWN_RISKS: &[&str] =
    &["at your own risk", "at their own risk", "à vos risques", "à vos propres risques", "op eigen risico"];
const LOOKING: &[&str] = &[
    "check",
    "consult",
    "review this",
    "revisit",
    "visit this page",
    "consulter",
    "raadpleg",
    "raad ",
    "bekijk",
];
const REGULARLY: &[&str] =
    &["regularly", "from time to time", "periodically", "frequently", "régulièrement", "regelmatig"];
const POINTERS: &[&str] = &[
    "see below",
    "mentioned below",
    "listed below",
    "described below",
    "details below",
    "set out below",
    "see above",
    "click here",
    "cliquez ici",
    "ci-dessous",
    "ci-dessus",
    "ci-après",
    "klik hier",
    "zie hieronder",
    "hieronder vermeld",
    "hieronder genoemd",
];

/// Words that open what should be closed.
const VAGUE_WORDS: &[&str] = &[
    "might",
    "sometimes",
    "possibly",
    "etc",
    "such as",
    "for example",
    "among others",
    "including but not limited to",
    "including without limitation",
    "notamment",
    "par exemple",
    "entre autres",
    "éventuellement",
    "enz",
    "zoals",
    "bijvoorbeeld",
    "onder meer",
    "onder andere",
    "eventueel",
];

fn vague_word(lower: &str) -> Option<&'static str> {
    VAGUE_WORDS.iter().find(|word| holds(lower, word) && crate::law::says(lower, word)).copied()
}

/// Texts at which the law asks for something definite.
fn is_mandatory(path: &str) -> bool {
    let end = path.rsplit('.').next().unwrap_or_default();
    let purpose = path.starts_with("purpose.")
        && (matches!(end, "description" | "title" | "criterion") || path.contains(".basis."));
    purpose || (path.starts_with("recipient.") && end == "name")
}

/// Words after which a sentence goes on, in the languages of notices.
const UNFINISHED: &[&str] = &[
    "the", "an", "of", "and", "or", "our", "your", "their", "its", "because", "pursuant", "under", "le",
    "les", "un", "une", "des", "du", "de", "et", "ou", "notre", "votre", "leur", "het", "een", "van", "voor",
    "en", "onze", "uw", "met", "par", "avec", "dans",
];

/// The end at which a text breaks off.
fn broken_end(written: &str) -> Option<String> {
    let opened = written.matches('(').count() > written.matches(')').count();
    if opened {
        return Some("(".to_owned());
    }
    let last = written.split_whitespace().next_back()?;
    let many = written.split_whitespace().nth(1).is_some();
    // `&amp;` is an entity that somebody copied, and no broken sentence.
    let entity = last.starts_with('&') && last.ends_with(';');
    let dangling = !entity && last.ends_with([',', ':', ';']) || (many && UNFINISHED.contains(&last));
    dangling.then(|| last.to_owned())
}

/// A mark that somebody meant to fill in.
fn placeholder(written: &str) -> Option<&'static str> {
    ["[…]", "[...]", "(…)", "(...)", "<…>", "<...>", "TODO", "TBD", "XXX", "Lorem ipsum", "()", "[]", "(,"]
        .into_iter()
        .find(|mark| holds(written, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_breaks_off_is_seen_and_a_whole_one_is_not() {
        for broken in ["the interests of our", "on the basis of,", "our analytics tool (", "op grond van het"]
        {
            assert!(broken_end(broken).is_some(), "{broken}");
        }
        for whole in
            ["what your data are for", "when you sign in", "under a contract.", "De Vries en Zn", "or"]
        {
            assert_eq!(broken_end(whole), None, "{whole}");
        }
    }

    #[test]
    fn vague_words_are_whole_words() {
        assert_eq!(vague_word("name, e-mail, etc."), Some("etc"));
        assert_eq!(vague_word("a fetch of data"), None);
    }
}
