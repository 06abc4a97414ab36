//! Codes about cookies and other trackers.

use super::codes;

codes! {
    UNKNOWN_CLASS "cookie/unknown-class" Error "Art. 5(3) ePrivacy Directive"
        "The cookie belongs to a class that the policy does not declare, so it can't be told whether it needs consent. Correct the name, or declare the class as `[cookie-class.name]`."
    UNKNOWN_PURPOSE "cookie/unknown-purpose" Error "Art. 5(1)(b) GDPR"
        "The class serves a purpose that the policy does not declare. Correct the name, or declare the purpose."
    UNKNOWN_RECIPIENT "cookie/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "Somebody is said to set or read the cookie whom the policy does not declare as a recipient. Correct the name, or declare the recipient."
    UNKNOWN_DATA "cookie/unknown-data" Error -
        "The cookie is said to read data that the policy does not declare. Correct the name, or declare the category or field."
    BAD_LIFE "cookie/bad-life" Error "Art. 5(1)(e) GDPR"
        "A life is a length of time, `13 months` or `13 months from first set`, or `session`. It is counted from the first setting and not renewed by later visits. Anything else could not be held against a browser."
    BAD_NAME "cookie/bad-name" Error -
        "The name of a cookie on the device has no spaces, commas, semicolons or `=`, and is not empty (RFC 6265). `*` stands for any letters. Without the right name it can neither be found nor removed."
    CONSENT_AND_EXEMPT "cookie/consent-and-exempt" Error "Art. 5(3) ePrivacy Directive"
        "The class says that its cookies are set only after consent, and also why they need none. One of the two is wrong: remove `exempt`, or write `consent = false`."
}
