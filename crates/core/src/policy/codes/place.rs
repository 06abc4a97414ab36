//! Codes about promises on places.

use super::codes;

codes! {
    UNKNOWN_REGION "place/unknown-region" Error -
        "A place is `EU`, `EEA`, or a country by the two capital letters of ISO 3166-1. A promise about another word could not be held against any store, so it is not guessed."
    SAYS_NOTHING "place/says-nothing" Error -
        "The place neither confines data to regions, nor prefers some, nor offers a choice, so no store can keep it or break it. Write `only`, `prefer` or `options`, or remove it."
    ONLY_AND_ELSEWHERE "place/only-and-elsewhere" Error "Art. 5(1)(a) GDPR"
        "The place says that data are in some regions only, and also what is needed elsewhere or what is preferred. Both can't be: `only` leaves no elsewhere. Keep `only`, or `prefer` with `otherwise`."
    OPTION_OUTSIDE "place/option-outside" Error "Art. 5(1)(a) GDPR"
        "An option offers a region that `only` rules out, so whoever chose it would break the promise. Take the region out of the option, or widen `only`."
    NO_CHOOSER "place/no-chooser" Error "Art. 28(3)(a) GDPR"
        "Options are offered and nobody is said to choose among them. Write `chosen-by = \"customer\"`, or whoever it is."
    NO_OPTIONS "place/no-options" Error -
        "Somebody is said to choose a place and there is nothing to choose from. Write `options = { eu = [\"EU\"], us = [\"US\"] }`, or remove `chosen-by`."
}
