### Antwoorden aan personen, in het Nederlands. De sleutels zijn in elke taal dezelfde.

## De kop van een antwoord

report-access = Antwoord op uw verzoek om inzage (art. 15 AVG)
report-erasure = Wissing van uw gegevens (art. 17 AVG)
report-plan = Voorgenomen wissing (er wordt niets gewijzigd)
report-controller = verwerkingsverantwoordelijke
report-case = dossier
report-received = verzoek
report-due = ontvangen op { $received }; antwoord uiterlijk op { $due }
report-promised = ontvangen op { $received }; antwoord beloofd tegen { $promised }, volgens de wet uiterlijk op { $due }
report-complaints = klachten
report-policy = beleid
report-version = versie { $digest }

## Waar de persoon staat

report-found = Waar u gevonden bent
report-found-key = sleutel { $key }
report-found-by = via { $kind }
report-found-by-from = via { $kind } uit { $place }
report-found-earlier = via een eerder verzoek
report-nothing = Met deze gegevens is in geen enkele database van het beleid iets gevonden. Wat een eerdere wissing moest laten staan (facturen bijvoorbeeld), bevat ze misschien niet meer.
report-unreached = database `{ $store }` kon niet worden bevraagd: { $problem }

## Wat er bewaard wordt, en waarom

report-row = rij { $key }
report-row-mentions = rij { $key } vermeldt u; de inhoud gaat over iemand anders
report-row-shared = rij { $key }, gedeeld met iemand anders
report-row-corrects = verbetert wat in rij { $keys } staat
report-row-corrected-by = verbeterd door rij { $keys }
report-not-read = (niet gelezen: de databank is er niet naar gevraagd)
report-empty = (leeg)
report-anothers = (van iemand anders)
report-unread = onleesbaar; de volledige tekst: { $text }
report-hash = (als hash bewaard, nooit getoond)
report-origin-given = verstrekt
report-origin-observed = waargenomen
report-origin-derived = afgeleid
report-origin-received = van derden ontvangen
report-same = op dezelfde gronden als de vorige
report-ground = { $title }: { $stage } ({ $why }; { $rule })
report-ground-until = { $title }: { $stage } tot en met { $until } ({ $why }; { $rule })
report-restrictions =
    { $count ->
        [one] Er geldt één beperking.
       *[other] Er gelden { $count } beperkingen.
    }
report-incomplete = Dit antwoord is niet volledig: het dossier blijft open tot elke database is bevraagd.

## Doelen, ontvangers, inzage, rechten

report-purposes = Waarvoor de gegevens dienen
report-purpose = { $title }: { $basis }
report-recipients = ontvangers: { $recipients }
report-recorded = Wat u ons hebt gezegd en wat wij hebben genoteerd
report-recorded-line = { $at }: { $act }
report-recorded-of = { $at }: { $act } ({ $of })
report-recorded-consent-given = toestemming gegeven
report-recorded-consent-withdrawn = toestemming ingetrokken
report-recorded-objected = bezwaar
report-recorded-objection-upheld = bezwaar gegrond
report-recorded-objection-rejected = bezwaar afgewezen
report-recorded-restricted = verwerking beperkt
report-recorded-restriction-lifted = beperking opgeheven
report-recorded-event = genoteerd
report-disclosed = Aan wie ze zijn verstrekt
report-disclosed-line = { $at }: { $recipient } ({ $data })
report-disclosed-none = Er is geen afzonderlijke verstrekking vastgelegd: de ontvangers staan bij de doelen.
report-consulted = Wanneer en waarom ze zijn ingezien
report-consulted-line = { $at }: { $act }, { $why }
report-earlier = en { $count } keer daarvoor
report-at = { $date } om { $time }
report-act-collected = verzameld
report-act-read = ingezien
report-act-contacted = gebruikt om contact met u op te nemen
report-act-disclosed = verstrekt
report-act-report-made = bijeengebracht om u te antwoorden
report-act-erasure-done = gewist
report-act-rectification-done = verbeterd
report-act-sweep-done = gewist omdat de termijn voorbij was
report-why-request = voor uw verzoek { $case }
report-why-reference = onder het kenmerk “{ $reference }”
report-why-rights = voor een verzoek van u
report-why-purpose = voor: { $purpose }
report-why-unsaid = door ons personeel, zonder genoteerd doel
report-rights = Uw andere rechten
report-rights-acts = Wat uw gegevens betreft, hebt u ook het recht { $acts }.
report-ways = Om ze uit te oefenen: { $ways }.

## Wissing

report-goes = Wat wordt gewist
report-would-go = Wat zou worden gewist
report-refused = Wat wordt geweigerd, en op welke grond
report-refused-legal-duty = een wettelijke plicht
report-refused-service = nodig om de dienst te leveren
report-refused-unclear = er ontbreekt een feit om de grond te noemen
report-stays = Wat blijft
report-restricted = Beperkingen
report-restriction-keeps = geldt sinds { $since }. U vroeg erom om de gegevens te hebben voor uw rechtsvordering: ze blijven, en worden niet gebruikt, tot u ze niet meer nodig hebt en de beperking is opgeheven.
report-restriction-ended = geldt sinds { $since }. Uw verzoek om wissing beëindigt haar als reden om te bewaren: wat niets anders bewaart, wordt gewist. Wat blijft, wordt nog altijd niet gebruikt, tot zij is opgeheven.
report-step-deleted =
    { $count ->
        [one] { $shown } rij verwijderd
       *[other] { $shown } rijen verwijderd
    }
report-step-emptied =
    { $count ->
        [one] { $shown } rij leeggemaakt ({ $columns })
       *[other] { $shown } rijen leeggemaakt ({ $columns })
    }
report-step-detached =
    { $count ->
        [one] { $shown } rij losgemaakt van de persoon ({ $links })
       *[other] { $shown } rijen losgemaakt van de persoon ({ $links })
    }
report-step-detached-emptied =
    { $count ->
        [one] { $shown } rij losgemaakt van de persoon ({ $links }; leeggemaakt: { $columns })
       *[other] { $shown } rijen losgemaakt van de persoon ({ $links }; leeggemaakt: { $columns })
    }
report-step-withdrawn =
    { $count ->
        [one] { $shown } rij: toestemming als ingetrokken genoteerd ({ $columns })
       *[other] { $shown } rijen: toestemming als ingetrokken genoteerd ({ $columns })
    }
report-step-archived =
    { $count ->
        [one] { $shown } rij naar het archief gebracht
       *[other] { $shown } rijen naar het archief gebracht
    }
report-step-marked =
    { $count ->
        [one] { $shown } rij als beperkt gemarkeerd
       *[other] { $shown } rijen als beperkt gemarkeerd
    }
report-step-kept-columns =
    { $count ->
        [one] { $shown } rij: { $columns } behouden
       *[other] { $shown } rijen: { $columns } behouden
    }
report-step-kept =
    { $count ->
        [one] { $shown } rij behouden
       *[other] { $shown } rijen behouden
    }
report-stores = Databases
report-store-planned = aanvaardt het plan
report-store-nothing = niets te wijzigen
report-store-done =
    { $count ->
        [one] gedaan: bij controle is { $shown } rij verdwenen of leeggemaakt en blijft er geen over
       *[other] gedaan: bij controle zijn { $shown } rijen verdwenen of leeggemaakt en blijft er geen over
    }
report-store-not-done =
    { $count ->
        [one] niet gedaan: bij controle staat { $shown } rij er nog
       *[other] niet gedaan: bij controle staan { $shown } rijen er nog
    }
report-store-refused = geweigerd; er is niets in gewijzigd
report-store-waiting = in afwachting; `kept resume` pakt het weer op
report-own = De eigen database van Kept
report-own-gone = de sleutel van de persoon is vernietigd en de bytes ervan staan in geen enkel bestand meer
report-own-key-gone = de sleutel van de persoon is vernietigd; de versleutelde bytes ervan verdwijnen met het logboek van de database en het sleuteltijdperk
report-own-waiting = het dossier blijft open tot elke database zijn deel heeft gedaan
