//! Codes about data that are held for others.

use super::codes;

codes! {
    BASIS "custody/basis" Error "Art. 28(3)(a) GDPR"
        "Data held as a processor rest on the customer's instructions. The customer has the legal basis, and a processor that names one of its own becomes a controller (Art. 28(10)). Remove `basis`; if the data serve a purpose of your own, declare that as a `[purpose]`."
    UNKNOWN_DATA "custody/unknown-data" Error -
        "Data of a category that the policy does not declare are said to be held for others. Correct the name, or declare the category; `data` may be left out where the customer decides what there is."
    UNKNOWN_RECIPIENT "custody/unknown-recipient" Error "Art. 28(2) GDPR"
        "A sub-processor is named that the policy does not declare as a recipient, so nobody can say who it is and where. Correct the name, or declare it."
}
