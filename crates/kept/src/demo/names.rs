//! Made-up people: names from short French, Dutch and English lists, telephone numbers that the
//! authorities keep free for fiction (ARCEP's `06 39 98 …` and `01 99 00 …`, Ofcom's
//! `07700 900 …`), and what they write.

use super::random::Random;
use super::{ADA, HEAVY, Scale};

/// A name with the form that it takes in an e-mail address.
type Name = (&'static str, &'static str);

const FIRST: [&[Name]; 3] = [
    &[
        ("Amélie", "amelie"),
        ("Bastien", "bastien"),
        ("Camille", "camille"),
        ("Chloé", "chloe"),
        ("Denis", "denis"),
        ("Élodie", "elodie"),
        ("Fanny", "fanny"),
        ("François", "francois"),
        ("Gaëlle", "gaelle"),
        ("Hugo", "hugo"),
        ("Inès", "ines"),
        ("Jérôme", "jerome"),
        ("Karim", "karim"),
        ("Léa", "lea"),
        ("Maëlys", "maelys"),
        ("Noémie", "noemie"),
        ("Olivier", "olivier"),
        ("Pauline", "pauline"),
        ("Quentin", "quentin"),
        ("Zoé", "zoe"),
    ],
    &[
        ("Anouk", "anouk"),
        ("Bram", "bram"),
        ("Daan", "daan"),
        ("Femke", "femke"),
        ("Joost", "joost"),
        ("Lotte", "lotte"),
        ("Maarten", "maarten"),
        ("Noor", "noor"),
        ("Sjoerd", "sjoerd"),
        ("Zoë", "zoe"),
    ],
    &[
        ("Alice", "alice"),
        ("Brendan", "brendan"),
        ("Clara", "clara"),
        ("Dylan", "dylan"),
        ("Imogen", "imogen"),
        ("Jack", "jack"),
        ("Maeve", "maeve"),
        ("Oscar", "oscar"),
        ("Ruby", "ruby"),
        ("Siân", "sian"),
    ],
];

const LAST: [&[Name]; 3] = [
    &[
        ("Aubépin", "aubepin"),
        ("Boisvert", "boisvert"),
        ("Chanterelle", "chanterelle"),
        ("Dufour", "dufour"),
        ("Fontenay", "fontenay"),
        ("Garrigue", "garrigue"),
        ("Hêtrier", "hetrier"),
        ("Jardin", "jardin"),
        ("Lavande", "lavande"),
        ("Meunier", "meunier"),
        ("Noisetier", "noisetier"),
        ("Ormeau", "ormeau"),
        ("Pommeraie", "pommeraie"),
        ("Rosier", "rosier"),
        ("Sureau", "sureau"),
        ("Tilleul", "tilleul"),
    ],
    &[
        ("van den Akker", "vandenakker"),
        ("Bloem", "bloem"),
        ("de Wilg", "dewilg"),
        ("Kersen", "kersen"),
        ("Linde", "linde"),
        ("Tuinman", "tuinman"),
        ("van Veld", "vanveld"),
        ("Zonneveld", "zonneveld"),
    ],
    &[
        ("Ashgrove", "ashgrove"),
        ("Birchall", "birchall"),
        ("Fernley", "fernley"),
        ("Hawthorn", "hawthorn"),
        ("O'Heather", "oheather"),
        ("Meadows", "meadows"),
        ("Rowan", "rowan"),
        ("Underhill", "underhill"),
    ],
];

const DOMAINS: &[&str] = &["example.org", "example.com", "example.net", "mail.example.org"];

const COMPANIES: &[&str] =
    &["Pépinière du Gué", "Atelier Vert Bois", "Les Jardins d'Orsel", "Kwekerij De Wilg", "Meadow & Rowan"];

const TOWNS: &[(&str, &str)] = &[
    ("26400", "Crest"),
    ("35000", "Rennes"),
    ("44000", "Nantes"),
    ("59000", "Lille"),
    ("67000", "Strasbourg"),
    ("75011", "Paris"),
    ("84000", "Avignon"),
    ("87000", "Limoges"),
    ("1000", "Bruxelles"),
    ("6211", "Maastricht"),
];

const STREETS: &[&str] = &[
    "rue du Lavoir",
    "chemin des Mésanges",
    "impasse du Puits",
    "allée des Charmes",
    "rue de la Serre",
    "quai aux Graines",
];

/// What members write to each other.
pub(super) const LETTERS: &[(&str, &str)] = &[
    ("Graines de tomate", "Bonjour, j'ai des graines de tomate ancienne à échanger contre des capucines."),
    ("Échange de boutures", "Vos boutures de sauge sont bien arrivées, merci ! Elles ont déjà pris."),
    ("Dahlia knollen", "Ik heb nog knollen van de witte dahlia over, interesse?"),
    ("Swap for sweet peas", "Would you swap some sweet peas for my borage? Happy to post them."),
    ("Purin d'ortie", "Ma recette : un kilo d'orties pour dix litres d'eau, deux semaines au soleil."),
];

/// What people ask the desk.
pub(super) const QUESTIONS: &[(&str, &str)] = &[
    ("Colis non reçu", "Ma boîte de mars n'est toujours pas arrivée, pouvez-vous vérifier ?"),
    ("Changement d'adresse", "Nous déménageons à la fin du mois, comment changer la livraison ?"),
    ("Broken pot", "The clay pot in my box arrived in three pieces. Could you send another?"),
    ("Vraag over de factuur", "Op de laatste factuur staat mijn oude adres, kunt u dat aanpassen?"),
    ("Pause de l'abonnement", "Je pars deux mois, peut-on suspendre les envois ?"),
];

/// What agents note.
pub(super) const NOTES: &[&str] = &[
    "Appelé la cliente, nouvelle livraison jeudi.",
    "Replacement pot ordered, customer told by e-mail.",
    "Transporteur relancé, réponse attendue demain.",
    "Adres aangepast en bevestigd.",
    "Geste commercial : sachet de graines offert.",
];

/// The pages of the shop that the log knows.
pub(super) const PAGES: &[&str] =
    &["/compte", "/compte/connexion", "/boites/printemps", "/echanges", "/factures", "/panier", "/aide"];

/// Browsers.
pub(super) const BROWSERS: &[&str] = &["Firefox 140", "Chrome 137", "Safari 18", "Edge 137"];

/// What a newsletter may be about.
pub(super) const TOPICS: &[&str] = &["potager", "fleurs, potager", "arbres fruitiers", "balcon", "fleurs"];

/// Where prospects came from.
pub(super) const SOURCES: &[&str] = &["salon du jardin", "formulaire du site", "jeu-concours", "parrainage"];

/// A made-up person.
#[derive(Clone, Debug, Default)]
pub(super) struct Somebody {
    /// First and last name.
    pub(super) full_name: String,
    /// E-mail address, its own for each number.
    pub(super) email: String,
    /// A number that nobody has.
    pub(super) phone: Option<String>,
    /// A firm, for some.
    pub(super) company: Option<&'static str>,
    /// `fr`, `nl` or `en`.
    pub(super) language: &'static str,
    /// House number and street.
    pub(super) street: String,
    /// Postcode.
    pub(super) postcode: &'static str,
    /// Town.
    pub(super) town: &'static str,
}

impl Somebody {
    /// Somebody, whose address carries this mark so that it is nobody else's.
    pub(super) fn new(random: &mut Random, mark: &str) -> Self {
        // Six in eight are French, the others Dutch or English.
        let (language, place) = random.pick(&[
            ("fr", 0),
            ("fr", 0),
            ("fr", 0),
            ("fr", 0),
            ("fr", 0),
            ("fr", 0),
            ("nl", 1),
            ("en", 2),
        ]);
        let list = |lists: [&'static [Name]; 3]| lists.get(place).copied().unwrap_or_default();
        let (first, first_plain) = random.pick(list(FIRST));
        let (last, last_plain) = random.pick(list(LAST));
        let (postcode, town) = random.pick(TOWNS);
        Self {
            full_name: format!("{first} {last}"),
            email: format!("{first_plain}.{last_plain}{mark}@{}", random.pick(DOMAINS)),
            phone: phone(random, language),
            company: random.one_in(6).then(|| random.pick(COMPANIES)),
            language,
            street: format!("{} {}", random.between(1, 98), random.pick(STREETS)),
            postcode,
            town,
        }
    }

    /// The customer of this number: the same person in the shop and at the desk.
    pub(super) fn customer(random: &mut Random, number: u32, scale: &Scale) -> Self {
        let mut who = Self::new(random, &number.to_string());
        if number == 1 {
            who.rename("Ada Martin", ADA);
            who.phone = Some("06 39 98 12 34".to_owned());
        } else if number == 2 && scale.heavy_rows > 0 {
            who.rename("Grace Milliers", HEAVY);
        }
        who
    }

    /// Gives this name and address.
    pub(super) fn rename(&mut self, full_name: &str, email: &str) {
        full_name.clone_into(&mut self.full_name);
        email.clone_into(&mut self.email);
    }

    /// The whole postal address on one line.
    pub(super) fn address(&self) -> String {
        format!("{}, {} {}", self.street, self.postcode, self.town)
    }
}

fn phone(random: &mut Random, language: &str) -> Option<String> {
    let last = random.below(10_000);
    match language {
        "fr" if random.one_in(4) => Some(format!("01 99 00 {:02} {:02}", last / 100, last % 100)),
        "fr" => Some(format!("06 39 98 {:02} {:02}", last / 100, last % 100)),
        "en" => Some(format!("+44 7700 900{:03}", last % 1_000)),
        _ => None,
    }
}

/// An address of the ranges that RFC 5737 keeps for examples.
pub(super) fn ip_address(random: &mut Random) -> String {
    let net = random.pick(&["192.0.2", "198.51.100", "203.0.113"]);
    format!("{net}.{}", random.between(1, 254))
}
