//! Codes about sources of data other than the person.

use super::codes;

codes! {
    UNKNOWN_DATA "source/unknown-data" Error -
        "The source gives data that the policy does not declare. The list of data is closed: what is not declared may not be taken from anybody. Correct the name, or declare the category."
    TOLD_AND_EXEMPT "source/told-and-exempt" Error "Art. 14(3), 14(5) GDPR"
        "The policy says when people are told of data from this source, and also that they need not be told at all. Only one of the two can be kept. Remove the exemption if they are told, or the promise if they are not."
}
