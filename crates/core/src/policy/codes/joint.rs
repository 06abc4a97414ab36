//! Codes about joint control.

use super::codes;

codes! {
    UNKNOWN_PURPOSE "joint/unknown-purpose" Error -
        "The arrangement is about a purpose that the policy does not declare. Correct the name, or declare the purpose; until then nobody can tell what is decided together."
    NO_PARTNER "joint/no-partner" Error "Art. 26(1) GDPR"
        "Joint control needs somebody with whom the purposes are decided, and the arrangement names nobody. Write `with = \"…\"`, by name or by kind."
}
