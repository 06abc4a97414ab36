//! Codes about statistics without personal data.

use super::codes;

codes! {
    UNKNOWN_RECIPIENT "statistics/unknown-recipient" Error "Art. 13(1)(e) GDPR"
        "The statistics go to somebody whom the policy does not declare as a recipient. Correct the name, or declare the recipient."
    BAD_GROUP "statistics/bad-group" Error -
        "The smallest group that is shown is a whole number from 2 up: a group of one is a person. Ten is a usual choice."
    DROPS_UNREAD "statistics/drops-unread" Error -
        "Something is said to be dropped that was never read, so one of the two lists is wrong. Add it to `reads`, which tells people what is looked at, or take it out of `drops`."
}
