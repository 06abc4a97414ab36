//! Codes about what is never done.

use super::codes;

codes! {
    UNKNOWN_REGION "never/unknown-region" Error -
        "What data never leave is `EU`, `EEA`, or a country by the two capital letters of ISO 3166-1. A promise about another word could not be held against any recipient or store."
    MISSPELT "never/misspelt" Error -
        "A name under `[never]` that is not of the language is a promise in words: it is published and nothing enforces it. This one is nearly the name of a promise that is enforced, so it is taken for a slip. Correct it, or choose a name further away."
}
