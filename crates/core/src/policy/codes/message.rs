//! Codes about messages to people.

use super::codes;

codes! {
    NO_PURPOSE "message/no-purpose" Error "Art. 5(1)(b) GDPR"
        "A message uses an address for something, so it names the purpose that it serves. Without one nobody can say on which basis it is sent, and it is not. Name the purpose."
    UNKNOWN_PURPOSE "message/unknown-purpose" Error -
        "The message serves a purpose that the policy does not declare, so nobody can say on which basis it is sent. Correct the name, or declare the purpose."
    UNKNOWN_PEOPLE "message/unknown-people" Error -
        "The message goes to a kind of people that the policy does not declare, so it would reach nobody of that kind. Correct the name, or say under `[people]` who they are."
}
