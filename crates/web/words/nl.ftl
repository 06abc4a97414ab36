### De woorden in het Nederlands. De sleutels zijn in alle talen dezelfde, met dezelfde variabelen.

## Lijsten, getallen, datums

list-pair = { $before } en { $last }
list-pair-or = { $before } of { $last }
list-item = – { $item }
list-apart = { $before }; { $next }
list-more = { $before }, { $next }
date = { $day } { $month } { $year }
month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
span-years = { $count } jaar
span-months =
    { $count ->
        [one] { $count } maand
       *[other] { $count } maanden
    }
span-days =
    { $count ->
        [one] { $count } dag
       *[other] { $count } dagen
    }
every-year = elk jaar
every-month = elke maand
every-day = elke dag
every = om de { $span }

## Gebeurtenissen, met hun lidwoord

event-collection = de verzameling
event-observed = de eerste waarneming
event-contract-start = het begin van de overeenkomst
event-contract-end = het einde van de overeenkomst
event-request-received = uw verzoek
event-request-closed = de afsluiting van uw verzoek
event-consent-given = uw toestemming
event-consent-end = het einde van uw toestemming
event-last-contact = het laatste contact
event-last-activity = uw laatste activiteit
event-last-login = uw laatste aanmelding
event-last-order = uw laatste bestelling
event-last-visit = uw laatste bezoek
event-order = uw bestelling
event-payment = de betaling
event-application = uw sollicitatie
event-account-creation = het aanmaken van uw account
event-account-deletion = het verwijderen van uw account
event-employment-start = het begin van het dienstverband
event-employment-end = het einde van het dienstverband
event-left-organisation = uw vertrek uit de organisatie
event-project-end = het einde van het project
event-event-end = het einde van het evenement
event-incident-closed = de afsluiting van het incident
event-disclosure = de verstrekking
unnamed-event = de gebeurtenis “{ $name }”
when-to = { $event }
when-from = { $event }

## Termijnen

when-first = { $list }, wat het eerst komt
when-latest = { $list }, wat het laatst komt
period-until = tot { $when }
period-after = tot { $span } na { $when }
period-for-contract = voor de duur van de overeenkomst
period-for-request = zolang uw verzoek loopt
period-for-consent = zolang u uw toestemming niet intrekt
period-for-collection = niet langer dan nodig is om ze te verzamelen
period-year-of-contract = tot het einde van het kalenderjaar waarin de overeenkomst begint
period-year-of-request = tot het einde van het kalenderjaar van uw verzoek
period-year-of-consent = tot het einde van het kalenderjaar waarin u toestemming geeft
period-year-of-collection = tot het einde van het kalenderjaar waarin wij ze verzamelen
period-more = gedurende { $span }
period-then-more = { $span }
period-then = { $before }, daarna { $next }
period-archive = { $stage } in het archief
period-locked = { $stage } achter slot (bewaard, niet gebruikt)
period-at-most = { $period }, hooguit { $span }
period-anonymised = { $period }, daarna geanonimiseerd
retention-keep = Bewaard { $period }.
retention-criterion = { $criterion }.
retention-criterion-ends = Dit eindigt met { $event }.
retention-criterion-review = Wij gaan { $every } na of wij ze nog nodig hebben.
retention-criterion-at-most = Nooit langer dan { $span }.
retention-missing = Er is nog geen termijn bepaald.
retention-short-missing = nog niet bepaald

## Rechtsgronden

basis-consent = uw toestemming (art. 6, lid 1, onder a, AVG)
basis-consent-explicit = uw uitdrukkelijke toestemming (art. 6, lid 1, onder a, en art. 9, lid 2, onder a, AVG)
basis-contract = onze overeenkomst met u, of stappen waar u vooraf om vroeg (art. 6, lid 1, onder b, AVG)
basis-legal-obligation = een wettelijke verplichting (art. 6, lid 1, onder c, AVG): { $law }
basis-vital-interest = vitale belangen (art. 6, lid 1, onder d, AVG): { $interest }
basis-public-task = een taak van algemeen belang (art. 6, lid 1, onder e, AVG): { $task }
basis-legitimate-interest = ons gerechtvaardigd belang (art. 6, lid 1, onder f, AVG): { $interest }
basis-missing = er is er geen vermeld; daarom gebruiken wij geen gegevens voor dit doel
basis-short-consent = toestemming
basis-short-contract = overeenkomst
basis-short-legal-obligation = wettelijke verplichting
basis-short-vital-interest = vitale belangen
basis-short-public-task = taak van algemeen belang
basis-short-legitimate-interest = gerechtvaardigd belang
basis-short-missing = niet vermeld

## Soorten velden

field-person-name = naam
field-email = e-mailadres
field-phone = telefoonnummer
field-postal-address = postadres
field-organisation = organisatie
field-ip-address = IP-adres
field-account = gebruikersnaam
field-password = wachtwoord
field-date = datum
field-date-time = datum en tijd
field-number = getal
field-money = bedrag
field-truth = ja of nee
field-choice = keuze
field-text = korte tekst
field-free-text = vrije tekst
field-file = bestand

## Herkomst van gegevens

from-given = uzelf
from-observed = uw gebruik van onze diensten
from-derived = afgeleid uit andere gegevens
source-other = { $source }

## De pagina

title = Privacyverklaring van { $name }
skip = Naar de tekst
contents = Op deze pagina
version-line = Versie van { $date }
short-title = In het kort
short-who =
    { $count ->
        [one] { $names } is verantwoordelijk voor uw persoonsgegevens.
       *[other] { $names } zijn verantwoordelijk voor uw persoonsgegevens.
    }
short-purposes = Waarvoor wij uw gegevens gebruiken
short-rights = U hebt het recht { $rights }. Uw rechten gebruiken is kosteloos.
short-rights-link = Hoe u ze gebruikt.
short-contact = Een vraag, of een recht dat u wilt gebruiken? Schrijf naar
short-contact-none = Hoe u ons bereikt, leest u aan het einde van deze pagina.
column-purpose = Doel
column-basis = Rechtsgrond
column-kept = Hoe lang
column-data = Gegevens
column-fields = Wat ze bevatten
column-source = Herkomst
column-recipient = Ontvanger
column-role = Rol
column-country = Land
label = { $label }:

section-who = Wie verantwoordelijk is
section-people = Over wie het gaat
section-data = Welke gegevens wij verzamelen
section-purposes = Waarvoor wij ze gebruiken en hoe lang wij ze bewaren
section-meanings = Wat sommige woorden betekenen
section-recipients = Wie gegevens ontvangt
section-transfers = Waar gegevens naartoe gaan
section-automated-decisions = Geautomatiseerde beslissingen
section-safeguards = Hoe wij op gegevens passen
section-rights = Uw rechten
section-withdrawal = Uw toestemming intrekken
section-objection = Uw recht van bezwaar
section-authority = Klachten
section-changes = Deze versie en wijzigingen
section-contact = Contact

## Wie

who = { $name } ({ $details }) bepaalt waarom en hoe uw gegevens worden gebruikt, en staat ervoor in.
who-bare = { $name } bepaalt waarom en hoe uw gegevens worden gebruikt, en staat ervoor in.
who-representative = Vertegenwoordiger in de Europese Unie: { $contact }
who-officer = Functionaris voor gegevensbescherming: { $contact }
registered-siren = SIREN { $number }
registered-siret = SIRET { $number }
registered-vat = btw-nummer { $number }
registered-kvk = KvK { $number }
registered-bce = ondernemingsnummer { $number }
number-other = { $kind } { $number }

## Mensen en gegevens

anybody = { $who }
minimum-age = Wij verzamelen geen gegevens van mensen jonger dan { $age } jaar ({ $who }).
data-lead = Wij verzamelen deze gegevens en geen andere.
data-special = bijzondere categorie: { $special }
data-fields = { $category }: { $fields }
form = “{ $form }” vraagt om { $fields }. Doel: { $purpose }.

## Doelen

label-people = Over wie het gaat
label-controller = Verantwoordelijk
label-shut = Gesloten
label-basis = Rechtsgrond
label-special = Bijzondere categorieën
label-data = Gegevens
label-required = Moet u ze geven?
label-channels = Kanalen
label-recipients = Ontvangers
label-keep = Hoe lang
label-withdrawal = Als u intrekt
label-archive = In het archief
label-archive-readers = Wie het inziet
label-erasure = Als u om wissing vraagt
shut = Wij gebruiken geen gegevens voor dit doel: { $reason }
special = { $category }: art. { $article } AVG
channels = Wij benaderen u alleen per { $channels }.
channel-email = e-mail
channel-phone = telefoon
channel-sms = sms
channel-post = brief
channel-social-media = sociale media
channel-adverts = advertentie op websites
channel-in-product = in het product
withdrawal-erase = Uw gegevens gaan eerder weg: wij wissen ze wanneer u uw toestemming intrekt, tenzij een ander doel op deze pagina ze nog nodig heeft.
withdrawal-locked = Wanneer u uw toestemming intrekt, gebruiken wij de gegevens meteen niet meer en bewaren wij ze { $span } achter slot; daarna wissen wij ze.
archive-period = Gearchiveerde gegevens worden apart bewaard van die in gebruik en dienen niet meer voor het dagelijkse werk.
archive-readers = Alleen deze afdelingen mogen het archief openen: { $roles }.
archive-readers-reason = Alleen deze afdelingen mogen het archief openen: { $roles }. Reden: { $reason }.
erasure-ends = Wij wissen deze gegevens wanneer u erom vraagt.
erasure-stays = Deze gegevens blijven ook wanneer u om wissing vraagt: { $reason }

## Gebeurtenissen

meaning = { $event }: { $acts }
act-reply = een antwoord
act-click = een klik
act-call-in = een telefoontje van u
act-order = een bestelling
act-purchase = een aankoop
act-sign-in = een aanmelding
act-visit = een bezoek
act-download = een download
act-registration = een inschrijving
act-message = een bericht van u
act-meeting = een afspraak

## Ontvangers en doorgiften

recipients-lead = Aan deze ontvangers geven wij gegevens door.
role-processor = werkt volgens onze instructies
role-controller = gebruikt gegevens voor eigen doelen
role-joint = beslist samen met ons
role-affiliate = hoort bij onze groep
role-authority = overheidsinstantie
country-unknown = niet vermeld
safeguard-country = { $recipient } ({ $country }).
safeguard-place = { $recipient }.
safeguard = Waarborg: { $safeguard }. U kunt ons om een afschrift vragen.
safeguard-necessity = Waarom het nodig is: { $reason }.
places-prefer = Wij kiezen eerst dienstverleners in: { $places }.
places-otherwise = Voordat gegevens ergens anders heen gaan, eisen wij:
otherwise-reason = een schriftelijke reden waarom het nodig is
otherwise-safeguard = een waarborg die de wet erkent, zoals de standaardcontractbepalingen van de Europese Commissie, waar de Commissie de bescherming van het land niet passend heeft bevonden
otherwise-agreement = een verwerkersovereenkomst
automated = { $purpose }: { $words }
duty = { $what }.
duty-every = { $what } ({ $every }).
frozen-records = bepaalde stukken
frozen = { $data }: deze stukken kunnen niet meer worden gewijzigd zodra ze definitief zijn ({ $law }). Een fout erin wordt met een aanvulling hersteld.

## Rechten

right-access = Inzage
right-rectification = Rectificatie
right-erasure = Wissing
right-restriction = Beperking
right-portability = Overdraagbaarheid
right-objection = Bezwaar
right-withdrawal = Toestemming intrekken
right-access-do = uw gegevens in te zien
right-rectification-do = ze te laten verbeteren
right-erasure-do = ze te laten wissen
right-restriction-do = het gebruik ervan te laten beperken
right-portability-do = een kopie mee te nemen
right-objection-do = bezwaar te maken tegen het gebruik ervan
right-withdrawal-do = uw toestemming in te trekken
right-access-text = U kunt vragen of wij gegevens over u hebben, er een kopie van krijgen, en vernemen wat wij ermee doen, wie ze heeft ontvangen en hoe lang ze blijven (art. 15 AVG).
right-rectification-text = U kunt onjuiste gegevens laten verbeteren en onvolledige gegevens laten aanvullen (art. 16 AVG).
right-erasure-text = U kunt uw gegevens laten wissen. Wat wij volgens een wet moeten bewaren, blijft tot die plicht eindigt; wij zeggen u wat blijft, waarom, en tot wanneer (art. 17 AVG).
right-restriction-text = U kunt ons vragen uw gegevens te bewaren zonder ze te gebruiken, bijvoorbeeld terwijl wij nagaan of ze kloppen of uw bezwaar afwegen (art. 18 AVG).
right-portability-text = U kunt de gegevens die u ons gaf ontvangen in een vorm die machines lezen, of ze aan een ander laten sturen (art. 20 AVG). Het gaat om: { $purposes }.
right-portability-none = U kunt de gegevens die u ons gaf ontvangen in een vorm die machines lezen, waar ze op toestemming of een overeenkomst berusten (art. 20 AVG). Dat geldt nu voor geen van onze doelen.
right-withdrawal-text = U kunt uw toestemming op elk moment intrekken, voor elk doel apart. Wat wij voordien deden, blijft rechtmatig (art. 7, lid 3, AVG). Het gaat om: { $purposes }.
right-objection-marketing = U kunt op elk moment bezwaar maken tegen direct marketing. Wij houden er dan mee op, zonder te vragen waarom (art. 21, lid 2, AVG). Het gaat om: { $purposes }.
right-objection-interest = U kunt, om redenen die met uw situatie te maken hebben, bezwaar maken tegen gebruik dat op een gerechtvaardigd belang of een taak van algemeen belang berust. Wij houden er dan mee op, tenzij wij dwingende redenen aantonen die zwaarder wegen dan de uwe, of de gegevens nodig zijn voor een rechtsvordering (art. 21, lid 1, AVG). Het gaat om: { $purposes }.
right-objection-none = U kunt bezwaar maken tegen gebruik dat op een gerechtvaardigd belang of een taak van algemeen belang berust, en tegen direct marketing (art. 21 AVG). Dat geldt nu voor geen van onze doelen.
right-erasure-ends = Op uw verzoek wissen wij ook gegevens die wij volgens de wet mochten houden: { $data }.
right-after-death = U kunt richtlijnen nalaten over wat er na uw overlijden met uw gegevens gebeurt (Franse wet op de gegevensbescherming, art. 85).
label-after-death = Na uw overlijden
label-erasure-ends = Wissing boven de wet uit
label-how = Hoe u ze gebruikt
label-reply = Wanneer wij antwoorden
label-fee = Kosten
label-identity = Bewijs van identiteit
how-lead = Neem contact met ons op:
reply-law = Binnen een maand na ontvangst van uw verzoek. Is het ingewikkeld, of zijn het er veel, dan kunnen wij tot twee maanden langer nemen; wij zeggen u dat dan binnen de eerste maand, met de redenen (art. 12, lid 3, AVG).
reply-promise = Binnen { $span } na ontvangst van uw verzoek. De wet geeft een maand, en tot twee maanden meer voor ingewikkelde verzoeken; dat zeggen wij u dan binnen de eerste maand, met de redenen (art. 12, lid 3, AVG).
fee-law = Kosteloos. Alleen een verzoek dat kennelijk ongegrond of buitensporig is, mag worden geweigerd of een redelijke vergoeding kosten; wij tonen dan aan waarom (art. 12, lid 5, AVG).
fee-never = Kosteloos, wat het verzoek ook is.
identity = Wij vragen alleen in dit geval om bewijs van identiteit: { $when }. Het beschermt u tegen wie zich voor u uitgeeft.
authority = Vindt u dat ons gebruik van uw gegevens de wet schendt, dan kunt u een klacht indienen bij de toezichthouder: { $name }
authority-any = Vindt u dat ons gebruik van uw gegevens de wet schendt, dan kunt u een klacht indienen bij de toezichthouder van uw land.
authority-elsewhere = U kunt ook terecht bij de toezichthouder van het land waar u woont of werkt, of waar de inbreuk plaatsvond (art. 77 AVG).
changes-minor = Kleine wijzigingen melden wij { $ways }.
changes-significant = Belangrijke wijzigingen melden wij { $ways }.
way-page = op deze pagina
way-e-mail = per e-mail
way-email = per e-mail
way-at-next-sign-in = bij uw volgende aanmelding
way-letter = per brief
contact-email = E-mail
contact-post = Brief
contact-phone = Telefoon
contact-website = Website

## De TILT-vorm

tilt-no-officer = Er is geen functionaris voor gegevensbescherming aangewezen; vragen gaan naar de verwerkingsverantwoordelijke.

## Rapporten: fasen, merken, redenen

stage-none = nooit begonnen
stage-unknown = er ontbreekt een feit
stage-live = in gebruik
stage-locked = bewaard, niet gebruikt
stage-archived = gearchiveerd
stage-ended = beëindigd
mark-contested = betwist: een bezwaar wordt afgewogen
mark-restricted = beperkt ({ $case })
mark-review-overdue = een herziening is te laat
why-no-start = niets heeft het doen beginnen
why-no-consent = er is geen bewijs van toestemming
why-shut = het doel is gesloten
why-period = de termijn die de verklaring noemt
why-not-yet-ended = de gebeurtenis die het beëindigt, is nog niet gekomen
why-period-over = de termijn is verstreken
why-withdrawn = de toestemming is ingetrokken
why-objected = de persoon heeft bezwaar gemaakt
why-erasure-requested = de persoon heeft om wissing gevraagd
why-refused = een eerdere weigering telt nog
why-died = de persoon is overleden
why-child = een kind onder de leeftijd
why-hold = een juridische bewaarplicht
why-restricted = een beperking bewaart de gegevens
why-policy-changed = het doel staat niet meer in het beleid
why-erased = de gegevens zijn gewist
why-criterion = een criterium dat mensen herzien
why-shared-with-others = een grond van een ander houdt het stuk
why-mention = het stuk noemt de persoon alleen
why-others-hang-on-it = stukken die bewaard worden, hangen ervan af
why-frozen = een wet verbiedt het stuk te wijzigen
why-no-purpose = geen doel van de verklaring heeft de gegevens nodig

## Rollen van medewerkers

staff-legal = juridische afdeling
staff-accounting = boekhouding
staff-support = klantendienst
staff-sales = verkoop
staff-marketing = marketing
staff-product = productontwikkeling
staff-security = beveiliging
staff-hr = personeelsdienst
staff-it = IT
staff-management = directie
staff-privacy = gegevensbescherming

## Landen

country-EU = Europese Unie
country-EEA = Europese Economische Ruimte
country-AT = Oostenrijk
country-AU = Australië
country-BE = België
country-BG = Bulgarije
country-BR = Brazilië
country-CA = Canada
country-CH = Zwitserland
country-CN = China
country-CY = Cyprus
country-CZ = Tsjechië
country-DE = Duitsland
country-DK = Denemarken
country-EE = Estland
country-ES = Spanje
country-FI = Finland
country-FR = Frankrijk
country-GB = Verenigd Koninkrijk
country-GR = Griekenland
country-HR = Kroatië
country-HU = Hongarije
country-IE = Ierland
country-IL = Israël
country-IN = India
country-IS = IJsland
country-IT = Italië
country-JP = Japan
country-KR = Zuid-Korea
country-LI = Liechtenstein
country-LT = Litouwen
country-LU = Luxemburg
country-LV = Letland
country-MA = Marokko
country-MT = Malta
country-NL = Nederland
country-NO = Noorwegen
country-NZ = Nieuw-Zeeland
country-PL = Polen
country-PT = Portugal
country-RO = Roemenië
country-SE = Zweden
country-SG = Singapore
country-SI = Slovenië
country-SK = Slowakije
country-TN = Tunesië
country-US = Verenigde Staten
country-ZA = Zuid-Afrika
