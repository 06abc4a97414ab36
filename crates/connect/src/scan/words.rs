//! What names of tables and columns say, in English, French, Dutch and German.
//!
//! Not here: what the values say (`values`), and what follows from both (`column`).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::What;

/// What some words mean by themselves, and words that mean it only where people are spoken of.
struct Meaning {
    what: What,
    strong: &'static str,
    weak: &'static str,
}

const fn meaning(what: What, strong: &'static str, weak: &'static str) -> Meaning {
    Meaning { what, strong, weak }
}

/// Words and words run together, without accents. The first that fits the most of a name counts.
const MEANINGS: &[Meaning] = &[
    meaning(
        What::Email,
        "email mail emails emailaddress mailaddress adressemail courriel mel adresseelectronique emailadres mailadres emailadresse mailadresse eposta epost",
        "",
    ),
    meaning(
        What::Phone,
        "phone tel telephone telefoon telefon telefonnummer telefoonnummer mobile mobil mobiel mobilenumber phonenumber gsm handy handynummer fax telecopie faxnummer cellphone msisdn whatsapp portable rufnummer",
        "cell landline vast fixe",
    ),
    meaning(
        What::Name,
        "fullname displayname realname personname customername clientname contactname username1 nomcomplet nomprenom volledigenaam vollername realnaam ansprechpartner contactpersoon contactperson accountholder cardholder nameoncard beneficiaryname titulaire",
        "name nom naam names noms namen person contact author auteur auteurnaam holder signature signatory sender recipient",
    ),
    meaning(
        What::FirstName,
        "firstname givenname forename prenom prenoms voornaam voornamen vorname vornamen fname middlename christianname roepnaam rufname initials voorletters initialen initiales",
        "first given",
    ),
    meaning(
        What::LastName,
        "lastname surname familyname patronyme nomdefamille nomfamille nomusage nomnaissance achternaam familienaam nachname familienname lname maidenname geburtsname meisjesnaam tussenvoegsel",
        "last family",
    ),
    meaning(
        What::Login,
        "username userlogin login nicename nickname screenname handle pseudo pseudonyme benutzername gebruikersnaam identifiant nomutilisateur accountname loginname twitter linkedin facebook instagram skype sociallogin githublogin",
        "nick alias account accountnumber",
    ),
    meaning(
        What::Password,
        "password passwd pass passwordhash pwd pwdhash passwort kennwort wachtwoord motdepasse mdp passphrase pincode secretanswer passworddigest encryptedpassword hashedpassword",
        "salt secret otp totpsecret token activation",
    ),
    meaning(
        What::Address,
        "address addresses adresse adres adressen anschrift street streetaddress addressline street1 street2 rue voie straat straatnaam strasse strassenname hausnummer huisnummer housenumber numerorue postaladdress homeaddress deliveryaddress shippingaddress billingaddress postbus postfach mailingaddress addr lieudit complementadresse",
        "line1 line2 bus boite box",
    ),
    meaning(What::Postcode, "postcode postalcode zipcode zip plz postleitzahl codepostal postkode cp", ""),
    meaning(
        What::City,
        "billingcity shippingcity deliverycity hometown wohnort woonplaats",
        "city town ville stad gemeente commune ort stadt locality municipality localite plaats",
    ),
    meaning(
        What::Country,
        "billingcountry shippingcountry nationality nationalite nationaliteit nationalitat staatsangehorigkeit countryofbirth geburtsland paysnaissance billingstate shippingstate",
        "country pays land region state province provincie county bundesland departement",
    ),
    meaning(
        What::BirthDate,
        "birthdate dateofbirth birthday dob birth born birthyear yearofbirth datenaissance datedenaissance naissance geboortedatum geboorte geboortejaar geburtsdatum geburtstag gebdatum gebdat geburtsjahr gebdt ddn datnaiss age alter leeftijd geburtsort geboorteplaats lieunaissance placeofbirth birthplace deathdate deces overlijdensdatum sterbedatum",
        "",
    ),
    meaning(
        What::Ip,
        "ip ipaddress ipaddr clientip remoteaddr remoteaddress remoteip adresseip ipadres ipadresse lastip userip sourceip srcip signupip currentsigninip lastsigninip",
        "",
    ),
    meaning(
        What::Device,
        "useragent deviceid macaddress mac imei udid idfa gaid fingerprint cookieid visitorid browser advertisingid devicetoken pushtoken sessionid",
        "device session os referrer referer",
    ),
    meaning(
        What::Location,
        "latitude longitude lat lng lon geolocation gps gpsposition coordinates coordonnees geopoint breitengrad langengrad breedtegraad lengtegraad",
        "location position geo",
    ),
    meaning(
        What::Bank,
        "iban bic swift bankaccount accountiban kontonummer rekeningnummer rekening numerocompte comptebancaire rib bankverbindung sepamandate mandateref bankrekening iban1",
        "bank banque",
    ),
    meaning(
        What::Card,
        "cardnumber creditcard ccnumber pan cardpan numerocarte kreditkarte kaartnummer cvv cvc cardexpiry cardlast4 last4 creditcardnumber",
        "",
    ),
    meaning(
        What::NationalNumber,
        "ssn socialsecuritynumber nationalid nationalnumber nationalinsurancenumber nino nir numerosecuritesociale numsecu nss niss insz rijksregisternummer rijksregister registrenational numeronational bsn burgerservicenummer sofinummer steuerid steueridentifikationsnummer steuernummer taxid taxnumber sozialversicherungsnummer svnr svnummer ahv ahvnummer personalausweis ausweisnummer passport passportnumber passeport paspoort paspoortnummer reisepass idcard idcardnumber cardid carteidentite identitycard identiteitskaart driverslicense drivinglicence permisconduire rijbewijs fuhrerschein licenceplate licenseplate kennzeichen kenteken immatriculation nummerplaat numplaque",
        "",
    ),
    meaning(
        What::Gender,
        "gender sexe geslacht geschlecht civilite salutation anrede aanhef aanspreking maritalstatus etatcivil situationfamiliale burgerlijkestaat familienstand sex",
        "title titre titel honorific",
    ),
    meaning(
        What::Special,
        "religion religie konfession ethnicity ethnie herkunft etniciteit bloodtype blutgruppe bloedgroep groupesanguin diagnosis diagnose diagnostic disability handicap behinderung allergy allergies allergie allergieen medication medikament medicatie syndicat tradeunion gewerkschaft vakbond politicalparty sexualorientation biometric fingerprinthash health gesundheit gezondheid sante krankheit ziekte maladie pregnant",
        "diet dieet regime",
    ),
    meaning(
        What::Organisation,
        "companyname employer employeur werkgever arbeitgeber raisonsociale firmenname bedrijfsnaam",
        "company organisation organization firm firma bedrijf societe entreprise unternehmen",
    ),
    meaning(
        What::Picture,
        "avatar avatarurl photourl profilepicture profilephoto profileimage pasfoto passfoto photoidentite portrait selfie",
        "photo picture image foto bild",
    ),
    meaning(
        What::Employment,
        "jobtitle salary salaire loon gehalt lohn salaris hourlywage functietitel berufsbezeichnung poste fonction payroll iqscore",
        "job profession beroep beruf metier function functie occupation hired department",
    ),
    meaning(
        What::FreeText,
        "",
        "message body content text notes note comment comments commentaire commentaires remark remarks bemerkung opmerking opmerkingen notiz bio biography about description subject sujet onderwerp betreff question answer review feedback transcript reason motif nachricht bericht inhalt",
    ),
];

/// Words after which a name no more means what stands before: `email_count`, `phone_verified`.
const COUNTS: &str = "count counts id type status at on verified confirmed enabled allowed optin optout sent valid flag kind format template length total bounced bounce opened unsubscribed preference preferences frequency provider domain version seq order position date time until expires expiry url website link slug";

/// Words before which a name does not mean what stands after: `is_mobile`, `has_phone`.
const ASKS: &str = "is has can num nb nbr should must max min total allow show hide require required send wants accepts receive avg sum";

/// Words of tables of people.
const PEOPLE: &str = "user customer client person people contact employee staff member subscriber lead prospect patient student pupil candidate applicant guest visitor passenger driver agent author teacher tenant owner donor volunteer beneficiary participant attendee account profile resident citizen klant klanten gebruiker medewerker werknemer persoon personen lid leden leerling inwoner bewoner contactpersoon abonnee bezoeker utilisateur employe personne salarie adherent abonne membre eleve etudiant usager assure locataire benevole stagiaire interlocuteur particulier kunde kunden benutzer mitarbeiter kontakt personal mitglied patienten schuler teilnehmer bewerber mieter ansprechpartner interessent abonnent";

/// Words of tables of people who work for the company: others are mentioned by them, not owned.
const STAFF: &str = "employee employees staff agent medewerker werknemer mitarbeiter salarie employe personal admin administrator operator moderator teammember";

/// Words of things that are no people, whatever else a name says.
const THINGS: &str = "product article item sku country countries currency language translation setting config configuration category tag role permission migration migrations version genre media warehouse stock artikel produkt produit waren kategorie categorie feature plan tariff price lookup enum parameter locale timezone template holiday album track artist playlist";

/// Groups of words for the same people or things in four languages.
const SAME: &[&str] = &[
    "customer client klant kunde cust kunden",
    "user utilisateur gebruiker benutzer usr login",
    "account compte konto rekening acct",
    "member membre adherent lid mitglied",
    "employee staff medewerker mitarbeiter salarie employe werknemer emp personal",
    "person people personne persoon personen pers",
    "contact kontakt contactpersoon",
    "order commande bestelling bestellung auftrag ord",
    "invoice facture factuur rechnung inv bill",
    "address adresse adres anschrift addr",
    "patient patienten pat",
    "ticket case dossier fall zaak",
    "student pupil eleve leerling schuler etudiant",
    "supplier vendor fournisseur leverancier lieferant",
];

/// Words of references that lead to whoever owns the row.
const OWNERS: &str = "user owner author auteur sender from creator poster account customer client member person subject holder eigenaar eigentumer besitzer proprietaire verfasser absender afzender expediteur uid usr requester reporter applicant buyer purchaser acheteur actor initiator performer submitter contributor commenter payer donor borrower";

/// Words of references that lead to another who shares the row.
const SHARERS: &str = "recipient receiver to destinataire empfanger ontvanger partner spouse friend follower followee participant other counterpart";

/// Words of references that only mention somebody.
const MENTIONS: &str = "by par door durch assigned assignee assigner approver approved handler handled manager rep representative supervisor reports reportsto parent editor updated modified deleted processed reviewed reviewer validated mentioned referred referrer agent operator closed locked salesrep supportrep managed parrain beheerder betreuer vorgesetzter chef responsable mentor advisor coach verantwoordelijke sponsor";

/// Words that say that a name is a key of something.
const KEYS: &str = "id ids fk ref key uid uuid guid no nr num number nummer numero code sid idx";

/// Words of tables' names that say nothing of what is in them.
const PREFIXES: &str = "tbl tab t app crm erp sys data dim fact core public main auth shop dbo";

/// The words of a name without accents: `firstName`, `FIRST NAME` and `first_name` are two.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let signs: Vec<char> = name.chars().collect();
    for (place, sign) in signs.iter().copied().enumerate() {
        let before = place.checked_sub(1).and_then(|place| signs.get(place)).copied();
        let after = signs.get(place + 1).copied();
        let was_lower = before.is_some_and(|sign| sign.is_lowercase() || sign.is_numeric());
        let ends_capitals = before.is_some_and(char::is_uppercase) && after.is_some_and(char::is_lowercase);
        let begins = sign.is_uppercase() && (was_lower || ends_capitals);
        if (!sign.is_alphanumeric() || begins) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if sign.is_alphanumeric() {
            word.push(sign);
        }
    }
    words.push(word);
    words.iter().map(|word| plain(word)).filter(|word| !word.is_empty()).collect()
}

/// Small letters without accents.
fn plain(word: &str) -> String {
    let lower = word.to_lowercase().replace('ß', "ss").replace('œ', "oe");
    lower.nfd().filter(|sign| !is_combining_mark(*sign)).collect()
}

fn is_listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// What a column's name says, and whether it says so by itself.
pub(super) fn of_column(name: &str) -> Option<(What, bool)> {
    let words = words(name);
    if words.first().is_some_and(|first| words.len() > 1 && is_listed(ASKS, first)) {
        return None;
    }
    // `email_id` is an address, `contact_id` is not.
    let is_counted = words.len() > 1 && words.last().is_some_and(|last| is_listed(COUNTS, last));
    if is_counted && whole(&words).is_none() {
        let emails = words.len() == 2 && words.iter().eq(["email", "id"]);
        return emails.then_some((What::Email, true));
    }
    for length in (1..=words.len().min(4)).rev() {
        for part in words.windows(length).rev() {
            let joined = part.concat();
            if let Some(found) = strong(&joined) {
                return Some((found, true));
            }
        }
    }
    words.iter().rev().find_map(|word| weak(word)).or_else(|| weak(&words.concat())).map(|what| (what, false))
}

/// What all words of a name mean together.
fn whole(words: &[String]) -> Option<What> {
    strong(&words.concat())
}

fn strong(word: &str) -> Option<What> {
    let in_one = |word: &str| MEANINGS.iter().find(|one| is_listed(one.strong, word)).map(|one| one.what);
    // A digit at the end numbers things: `phone2`, `address_line_1`.
    in_one(word).or_else(|| in_one(word.trim_end_matches(|sign: char| sign.is_ascii_digit())))
}

fn weak(word: &str) -> Option<What> {
    let bare = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
    MEANINGS.iter().find(|one| is_listed(one.weak, word) || is_listed(one.weak, bare)).map(|one| one.what)
}

/// A word in the singular, as far as four languages agree about it.
pub(super) fn singular(word: &str) -> String {
    for (end, instead) in [("ies", "y"), ("sses", "ss"), ("ses", "se"), ("xes", "x"), ("aux", "al")] {
        if let Some(stem) = word.strip_suffix(end).filter(|stem| stem.len() > 2) {
            return format!("{stem}{instead}");
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') && !stem.ends_with('u') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The words of a table's name that tell what its rows are, in the singular.
pub(super) fn of_table(name: &str) -> Vec<String> {
    let mut all: Vec<String> = words(name).iter().map(|word| singular(word)).collect();
    // `wp_users`, `tbl_kunden`: what stands before says nothing.
    let says_nothing = |first: &String| first.len() <= 3 || is_listed(PREFIXES, first);
    while all.len() > 1 && all.first().is_some_and(says_nothing) {
        all.remove(0);
    }
    all
}

/// Whether a table's name says that its rows are people. The last word counts: `user_roles` are roles,
/// `benutzer_daten` are people's data.
pub(super) fn is_people(name: &str) -> bool {
    const FILES: &str =
        "data daten file base record info master stamm stammdaten gegevens donnee fiche detail list";
    let mut all = of_table(name);
    while all.len() > 1 && all.last().is_some_and(|last| is_listed(FILES, last)) {
        all.pop();
    }
    let is_one = |word: &String| {
        is_listed(PEOPLE, word) || is_listed(PEOPLE, &format!("{word}s")) || ends_in_people(word)
    };
    all.last().is_some_and(is_one)
}

/// `endkunden`, `newsletterabonnent`: one word made of several.
fn ends_in_people(word: &str) -> bool {
    PEOPLE.split(' ').any(|people| people.len() > 5 && word.len() > people.len() && word.ends_with(people))
}

/// Whether a table's name says that its rows are the company's own people.
pub(super) fn is_staff(name: &str) -> bool {
    of_table(name).iter().any(|word| is_listed(STAFF, word))
}

/// Whether a table's name says that its rows are organisations.
pub(super) fn is_organisations(name: &str) -> bool {
    const ORGANISATIONS: &str = "company organisation organization firm firma bedrijf societe entreprise unternehmen supplier vendor fournisseur leverancier lieferant shop store branch agence filiale filiaal warehouse school hospital office tenant workspace team";
    of_table(name).last().is_some_and(|last| is_listed(ORGANISATIONS, last))
}

/// Whether a name is that of a title: of a person where the row is one, else of a thing.
pub(super) fn is_title(column: &str) -> bool {
    words(column).last().is_some_and(|last| is_listed("title titel titre", last))
}

/// Whether a table's name says that its rows are things.
pub(super) fn is_things(name: &str) -> bool {
    of_table(name).last().is_some_and(|last| is_listed(THINGS, last))
}

/// The words of a reference without those that only say that it is one; `None` where its name says
/// nothing of a reference.
pub(super) fn stem(column: &str) -> Option<Vec<String>> {
    let mut all = words(column);
    let before = all.len();
    all.retain(|word| !is_listed(KEYS, word));
    if all.len() < before {
        return (!all.is_empty()).then_some(all);
    }
    // `customerid`, written as one word.
    if let [only] = all.as_slice()
        && let Some(stem) = only.strip_suffix("id").filter(|stem| stem.len() > 2)
    {
        return Some(vec![stem.to_owned()]);
    }
    None
}

/// Whether the name of a reference means a table.
pub(super) fn names_table(stem: &[String], table: &str) -> bool {
    let table = of_table(table);
    let own: Vec<String> = stem.iter().map(|word| singular(word)).collect();
    let (own_joined, joined) = (own.concat(), table.concat());
    if own_joined == joined || own.ends_with(&table) {
        return true;
    }
    let (Some(last), Some(name)) = (own.last(), table.last()) else { return false };
    let is_same = |one: &str, other: &str| {
        one == other || SAME.iter().any(|group| is_listed(group, one) && is_listed(group, other))
    };
    table.len() == 1
        && (is_same(last, name) || (own.len() == 1 && last.len() > 2 && name.starts_with(last.as_str())))
}

/// Whether the name of a reference is that of a table and no other word.
pub(super) fn is_name_of(stem: &[String], table: &str) -> bool {
    stem.iter().map(|word| singular(word)).collect::<String>() == of_table(table).concat()
}

/// What a reference to a person means by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The row is theirs.
    Owner,
    /// The row is theirs too.
    Sharer,
    /// The row only mentions them.
    Mention,
    /// The name does not tell.
    Untold,
}

/// The part that the name of a reference gives to the person.
pub(super) fn part(column: &str) -> Part {
    let all = words(column);
    let has = |list: &str| all.iter().any(|word| is_listed(list, word));
    match () {
        () if has(MENTIONS) || all.concat() == "reportsto" => Part::Mention,
        () if has(SHARERS) => Part::Sharer,
        () if has(OWNERS) => Part::Owner,
        () => Part::Untold,
    }
}

/// What a date tells by its column's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// When the row was made.
    Made,
    /// When it ended.
    Ended,
    /// When the person last did something.
    Seen,
}

/// What the date in a column tells, by its name.
pub(super) fn told(column: &str) -> Option<Told> {
    const MADE: &str = "created create creation post posted rental payment paid transaction written inserted added signup registered registration joined subscribed opened placed ordered issued sent received submitted logged recorded collected hire hired start started begin invoice order occurred visited cree inscription inscrit ajout debut commande emission envoi reception aangemaakt aanmaak ingeschreven ingevoerd begonnen besteld verzonden ontvangen erstellt angelegt angemeldet registriert beginn bestellt gesendet eintritt erfasst bestelldatum rechnungsdatum factuurdatum aanmaakdatum besteldatum";
    const ENDED: &str = "closed deleted ended cancelled canceled terminated termination left departed expired unsubscribed deactivated end cloture supprime resilie resiliation fin sortie depart gesloten verwijderd beeindigd opgezegd uitdienst einde geschlossen geloscht gekundigt beendet austritt ende abgemeldet";
    const SEEN: &str = "lastlogin lastsignin lastseen lastactive lastactivity lastcontact lastorder lastvisit lastaccess lastpurchase lastclick lastreply currentsignin dernierecommande derniereconnexion dernierevisite derniercontact derniereactivite laatstelogin laatsteaanmelding laatstecontact laatstebezoek laatstactief laatsteactiviteit letzterlogin letzteanmeldung letzterkontakt letzterbesuch zuletztgesehen zuletztaktiv";
    let all = words(column);
    let joined = all.concat();
    let has = |list: &str| all.iter().any(|word| is_listed(list, word)) || is_listed(list, &joined);
    match () {
        () if SEEN.split(' ').any(|known| joined.starts_with(known)) => Some(Told::Seen),
        () if has(ENDED) => Some(Told::Ended),
        () if has(MADE) => Some(Told::Made),
        () => None,
    }
}

/// What a date of a consent tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreed {
    /// When it was given.
    Given,
    /// When it was withdrawn.
    Withdrawn,
}

/// What the date in a column tells of a consent, by its name.
pub(super) fn agreed(column: &str) -> Option<Agreed> {
    const ABOUT: &str = "newsletter optin optout opted opt consent consented consentement toestemming einwilligung akkoord marketing gdpr rgpd avg dsgvo subscribed unsubscribed unsubscribe permission accord zustimmung werbung";
    const OVER: &str = "out optout stopped withdrawn withdrawal revoked unsubscribed unsubscribe ended retrait retire ingetrokken widerrufen widerruf opgezegd cancelled until";
    let all = words(column);
    let has = |list: &str| all.iter().any(|word| is_listed(list, word));
    match (has(ABOUT), has(OVER)) {
        (true, true) => Some(Agreed::Withdrawn),
        (true, false) => Some(Agreed::Given),
        _ => None,
    }
}

/// Whether a name says that its column holds a date.
pub(super) fn is_dated(column: &str) -> bool {
    const DATED: &str = "at on date datum jour tag dag time timestamp datetime";
    words(column).last().is_some_and(|last| is_listed(DATED, last))
        || words(column).first().is_some_and(|first| is_listed("date datum", first))
}

/// Whether a column is the database's own business: versions, order, marks.
pub(super) fn is_technical(column: &str) -> bool {
    const TECHNICAL: &str = "update changed change modification maj wijziging anderung geandert gewijzigd version rev revision lock optlock sort sortorder position rank seq rowversion etag checksum deleted archived active enabled updated modified";
    let all = words(column);
    let joined = all.concat();
    all.last().is_some_and(|last| is_listed(TECHNICAL, last))
        || all.first().is_some_and(|first| {
            all.len() > 1 && is_listed("is has can updated modified archived deleted", first)
        })
        || is_listed(TECHNICAL, &joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_in_every_way_of_writing() {
        for name in ["first_name", "firstName", "FirstName", "FIRST NAME", "first-name"] {
            assert_eq!(words(name), ["first", "name"], "{name}");
        }
        assert_eq!(words("IPAddress"), ["ip", "address"]);
        assert_eq!(words("Prénom_Élève"), ["prenom", "eleve"]);
        assert_eq!(words("Straße"), ["strasse"]);
    }

    #[test]
    fn names_of_four_languages_are_understood() {
        for (name, what) in [
            ("email", What::Email),
            ("email_id", What::Email),
            ("adresse_mail", What::Email),
            ("tel_portable", What::Phone),
            ("Geburtsdatum", What::BirthDate),
            ("dateDeNaissance", What::BirthDate),
            ("rijksregisternummer", What::NationalNumber),
            ("voornaam", What::FirstName),
            ("nom_de_famille", What::LastName),
            ("address_line_2", What::Address),
            ("client_ip", What::Ip),
            ("BillingPostalCode", What::Postcode),
            ("iban", What::Bank),
        ] {
            assert_eq!(of_column(name), Some((what, true)), "{name}");
        }
        assert_eq!(of_column("name"), Some((What::Name, false)));
        for name in ["email_count", "is_mobile", "phone_verified", "price", "quantity", "mail_sent_at"] {
            assert_eq!(of_column(name), None, "{name}");
        }
    }

    #[test]
    fn tables_of_people_are_known_by_their_last_word() {
        for name in
            ["customers", "tbl_klanten", "Employee", "crm_contacts", "Endkunden", "benutzer_stammdaten"]
        {
            assert!(is_people(name), "{name}");
        }
        for name in ["user_roles", "customer_orders", "products", "contact_requests"] {
            assert!(!is_people(name), "{name}");
        }
    }

    #[test]
    fn references_name_their_tables() {
        let names = |column: &str, table: &str| stem(column).is_some_and(|stem| names_table(&stem, table));
        for (column, table) in [
            ("customer_id", "customers"),
            ("CustomerId", "Customer"),
            ("id_client", "clients"),
            ("kunde_nr", "Kunden"),
            ("cust_id", "customers"),
            ("billing_customer_id", "customers"),
            ("klant_id", "tbl_customers"),
            ("customerid", "customer"),
            ("order_line_id", "order_lines"),
        ] {
            assert!(names(column, table), "{column} {table}");
        }
        let user = ["user".to_owned()];
        assert!(is_name_of(&user, "wp_users") && !is_name_of(&user, "wp_usermeta"));
        for (column, table) in [("product_id", "customers"), ("id", "customers"), ("order_id", "order_lines")]
        {
            assert!(!names(column, table), "{column} {table}");
        }
    }

    #[test]
    fn names_of_references_tell_owners_from_mentions() {
        assert_eq!(part("created_by_user_id"), Part::Mention);
        assert_eq!(part("SupportRepId"), Part::Mention);
        assert_eq!(part("ReportsTo"), Part::Mention);
        assert_eq!(part("recipient_id"), Part::Sharer);
        assert_eq!(part("sender_id"), Part::Owner);
        assert_eq!(part("pupil_id"), Part::Untold);
    }

    #[test]
    fn dates_tell_what_happened() {
        assert_eq!(told("created_at"), Some(Told::Made));
        assert_eq!(told("last_login_at"), Some(Told::Seen));
        assert_eq!(told("closed_on"), Some(Told::Ended));
        assert_eq!(told("InvoiceDate"), Some(Told::Made));
        assert_eq!(told("updated_at"), None);
    }
}
