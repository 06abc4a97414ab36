//! Names that the other languages use: countries, kinds of fields, special categories.

/// Countries: two letters, three letters, their names in English, French, Dutch and German.
pub(super) const COUNTRIES: &[(&str, &str, &str)] = &[
    (
        "AE",
        "ARE",
        "United Arab Emirates|Émirats arabes unis|Verenigde Arabische Emiraten|Vereinigte Arabische Emirate",
    ),
    ("AR", "ARG", "Argentina|Argentine|Argentinië|Argentinien"),
    ("AT", "AUT", "Austria|Autriche|Oostenrijk|Österreich"),
    ("AU", "AUS", "Australia|Australie|Australië|Australien"),
    ("BE", "BEL", "Belgium|Belgique|België|Belgien"),
    ("BG", "BGR", "Bulgaria|Bulgarie|Bulgarije|Bulgarien"),
    ("BR", "BRA", "Brazil|Brésil|Brazilië|Brasilien"),
    ("CA", "CAN", "Canada|Kanada"),
    ("CH", "CHE", "Switzerland|Suisse|Zwitserland|Schweiz"),
    ("CN", "CHN", "China|Chine"),
    ("CY", "CYP", "Cyprus|Chypre|Zypern"),
    ("CZ", "CZE", "Czechia|Czech Republic|Tchéquie|République tchèque|Tsjechië|Tschechien"),
    ("DE", "DEU", "Germany|Allemagne|Duitsland|Deutschland"),
    ("DK", "DNK", "Denmark|Danemark|Denemarken|Dänemark"),
    ("EE", "EST", "Estonia|Estonie|Estland"),
    ("ES", "ESP", "Spain|Espagne|Spanje|Spanien"),
    ("FI", "FIN", "Finland|Finlande|Finnland"),
    ("FR", "FRA", "France|Frankrijk|Frankreich"),
    (
        "GB",
        "GBR",
        "United Kingdom|Great Britain|Royaume-Uni|Verenigd Koninkrijk|Vereinigtes Königreich|Großbritannien",
    ),
    ("GR", "GRC", "Greece|Grèce|Griekenland|Griechenland"),
    ("HK", "HKG", "Hong Kong|Hongkong"),
    ("HR", "HRV", "Croatia|Croatie|Kroatië|Kroatien"),
    ("HU", "HUN", "Hungary|Hongrie|Hongarije|Ungarn"),
    ("ID", "IDN", "Indonesia|Indonésie|Indonesië|Indonesien"),
    ("IE", "IRL", "Ireland|Irlande|Ierland|Irland"),
    ("IL", "ISR", "Israel|Israël"),
    ("IN", "IND", "India|Inde|Indien"),
    ("IS", "ISL", "Iceland|Islande|IJsland|Island"),
    ("IT", "ITA", "Italy|Italie|Italië|Italien"),
    ("JP", "JPN", "Japan|Japon"),
    ("KR", "KOR", "South Korea|Republic of Korea|Corée du Sud|Zuid-Korea|Südkorea"),
    ("LI", "LIE", "Liechtenstein"),
    ("LT", "LTU", "Lithuania|Lituanie|Litouwen|Litauen"),
    ("LU", "LUX", "Luxembourg|Luxemburg"),
    ("LV", "LVA", "Latvia|Lettonie|Letland|Lettland"),
    ("MA", "MAR", "Morocco|Maroc|Marokko"),
    ("MT", "MLT", "Malta|Malte"),
    ("MX", "MEX", "Mexico|Mexique|Mexiko"),
    ("MY", "MYS", "Malaysia|Malaisie|Maleisië"),
    ("NL", "NLD", "Netherlands|The Netherlands|Pays-Bas|Nederland|Niederlande"),
    ("NO", "NOR", "Norway|Norvège|Noorwegen|Norwegen"),
    ("NZ", "NZL", "New Zealand|Nouvelle-Zélande|Nieuw-Zeeland|Neuseeland"),
    ("PH", "PHL", "Philippines|Filipijnen|Philippinen"),
    ("PL", "POL", "Poland|Pologne|Polen"),
    ("PT", "PRT", "Portugal"),
    ("RO", "ROU", "Romania|Roumanie|Roemenië|Rumänien"),
    ("RS", "SRB", "Serbia|Serbie|Servië|Serbien"),
    ("RU", "RUS", "Russia|Russie|Rusland|Russland"),
    ("SE", "SWE", "Sweden|Suède|Zweden|Schweden"),
    ("SG", "SGP", "Singapore|Singapour|Singapur"),
    ("SI", "SVN", "Slovenia|Slovénie|Slovenië|Slowenien"),
    ("SK", "SVK", "Slovakia|Slovaquie|Slowakije|Slowakei"),
    ("TH", "THA", "Thailand|Thaïlande"),
    ("TN", "TUN", "Tunisia|Tunisie|Tunesië|Tunesien"),
    ("TR", "TUR", "Turkey|Türkiye|Turquie|Turkije|Türkei"),
    ("TW", "TWN", "Taiwan|Taïwan"),
    ("UA", "UKR", "Ukraine|Oekraïne"),
    (
        "US",
        "USA",
        "United States|United States of America|U.S.A.|États-Unis|Verenigde Staten|Vereinigte Staaten|Vereinigte Staaten von Amerika",
    ),
    ("UY", "URY", "Uruguay"),
    ("VN", "VNM", "Vietnam|Viet Nam"),
    ("ZA", "ZAF", "South Africa|Afrique du Sud|Zuid-Afrika|Südafrika"),
];

/// The kind of a field, guessed from its name.
pub(super) fn field_type(name: &str) -> &'static str {
    // A name that lists several things is none of them alone.
    if name.contains([',', ';']) {
        return "text";
    }
    let plain = name.to_lowercase().replace(['-', '_', '.', '/'], " ");
    let has = |words: &[&str]| words.iter().any(|word| plain.split(' ').any(|part| part == *word));
    let said = |text: &str| plain.contains(text);
    match () {
        () if has(&["email", "e", "mail", "courriel"]) && !has(&["mailing"]) => "email",
        () if has(&[
            "phone",
            "telephone",
            "téléphone",
            "telefoon",
            "telefoonnummer",
            "telefon",
            "telefonnummer",
            "handynummer",
            "mobile",
            "fax",
        ]) =>
        {
            "phone"
        }
        () if has(&["ip"]) => "ip-address",
        () if has(&["password"]) => "password",
        () if has(&["username", "login"]) || said("user name") => "account",
        () if has(&["organization", "organisation", "company", "employer"]) => "organisation",
        () if has(&["name", "nom", "prénom", "naam", "voornaam", "achternaam", "vorname", "nachname"]) => {
            "person-name"
        }
        () if has(&["address", "street", "adresse", "adres", "anschrift", "lieferanschrift"]) => {
            "postal-address"
        }
        () if has(&["date", "birth", "dob", "naissance", "geboortedatum", "geburtsdatum"]) => "date",
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
