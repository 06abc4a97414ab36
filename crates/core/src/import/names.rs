//! Names that the other languages use: countries, kinds of fields, special categories.

/// Countries: two letters, three letters, the English name.
pub(super) const COUNTRIES: &[(&str, &str, &str)] = &[
    ("AT", "AUT", "Austria"),
    ("AU", "AUS", "Australia"),
    ("BE", "BEL", "Belgium"),
    ("BG", "BGR", "Bulgaria"),
    ("BR", "BRA", "Brazil"),
    ("CA", "CAN", "Canada"),
    ("CH", "CHE", "Switzerland"),
    ("CN", "CHN", "China"),
    ("CY", "CYP", "Cyprus"),
    ("CZ", "CZE", "Czechia"),
    ("CZ", "CZE", "Czech Republic"),
    ("DE", "DEU", "Germany"),
    ("DE", "DEU", "Deutschland"),
    ("DK", "DNK", "Denmark"),
    ("EE", "EST", "Estonia"),
    ("ES", "ESP", "Spain"),
    ("FI", "FIN", "Finland"),
    ("FR", "FRA", "France"),
    ("GB", "GBR", "United Kingdom"),
    ("GB", "GBR", "Great Britain"),
    ("GR", "GRC", "Greece"),
    ("HK", "HKG", "Hong Kong"),
    ("HR", "HRV", "Croatia"),
    ("HU", "HUN", "Hungary"),
    ("IE", "IRL", "Ireland"),
    ("IL", "ISR", "Israel"),
    ("IN", "IND", "India"),
    ("IS", "ISL", "Iceland"),
    ("IT", "ITA", "Italy"),
    ("JP", "JPN", "Japan"),
    ("KR", "KOR", "South Korea"),
    ("LI", "LIE", "Liechtenstein"),
    ("LT", "LTU", "Lithuania"),
    ("LU", "LUX", "Luxembourg"),
    ("LV", "LVA", "Latvia"),
    ("MT", "MLT", "Malta"),
    ("MX", "MEX", "Mexico"),
    ("NL", "NLD", "Netherlands"),
    ("NL", "NLD", "The Netherlands"),
    ("NO", "NOR", "Norway"),
    ("NZ", "NZL", "New Zealand"),
    ("PL", "POL", "Poland"),
    ("PT", "PRT", "Portugal"),
    ("RO", "ROU", "Romania"),
    ("RU", "RUS", "Russia"),
    ("SE", "SWE", "Sweden"),
    ("SG", "SGP", "Singapore"),
    ("SI", "SVN", "Slovenia"),
    ("SK", "SVK", "Slovakia"),
    ("TR", "TUR", "Turkey"),
    ("UA", "UKR", "Ukraine"),
    ("US", "USA", "United States"),
    ("US", "USA", "United States of America"),
    ("ZA", "ZAF", "South Africa"),
];

/// The kind of a field, guessed from its name.
pub(super) fn field_type(name: &str) -> &'static str {
    let plain = name.to_lowercase().replace(['-', '_', '.'], " ");
    let has = |words: &[&str]| words.iter().any(|word| plain.split(' ').any(|part| part == *word));
    let said = |text: &str| plain.contains(text);
    match () {
        () if has(&["email", "e", "mail", "courriel"]) && !has(&["mailing"]) => "email",
        () if has(&["phone", "telephone", "mobile", "fax"]) => "phone",
        () if has(&["ip"]) => "ip-address",
        () if has(&["password"]) => "password",
        () if has(&["username", "login"]) || said("user name") => "account",
        () if has(&["organization", "organisation", "company", "employer"]) => "organisation",
        () if has(&["name", "nom", "naam"]) => "person-name",
        () if has(&["address", "street", "adresse", "adres"]) => "postal-address",
        () if has(&["date", "birth", "dob"]) => "date",
        () if has(&["amount", "price", "salary"]) => "money",
        () => "text",
    }
}

/// The special category (Art. 9) that a category of Fides is, by the words in its key.
pub(super) fn special(key: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("health", "health"),
        ("medical", "health"),
        ("biometric", "biometric"),
        ("genetic", "genetic"),
        ("religio", "religion"),
        ("race", "ethnic-origin"),
        ("ethnic", "ethnic-origin"),
        ("sexual", "sexual-orientation"),
        ("political", "political-opinions"),
        ("union", "trade-union"),
    ];
    WORDS.iter().find(|(part, _)| key.contains(part)).map(|(_, word)| *word)
}
