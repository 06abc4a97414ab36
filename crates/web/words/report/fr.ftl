### Les réponses aux personnes, en français. Les clés sont communes à toutes les langues.

## L’en-tête d’une réponse

report-access = Réponse à votre demande d’accès (art. 15 du RGPD)
report-erasure = Effacement de vos données (art. 17 du RGPD)
report-plan = Effacement prévu (rien n’est modifié)
report-controller = responsable du traitement
report-case = dossier
report-received = demande
report-due = reçue le { $received } ; réponse due le { $due } au plus tard
report-promised = reçue le { $received } ; réponse promise pour le { $promised }, due selon la loi le { $due } au plus tard
report-complaints = réclamations
report-policy = politique
report-version = version { $digest }

## Où la personne figure

report-found = Où vous figurez
report-found-key = clé { $key }
report-found-by = par { $kind }
report-found-by-from = par { $kind }, lu dans { $place }
report-found-earlier = par une demande antérieure
report-nothing = Ces identifiants ne figurent dans aucune des bases de la politique. Ce qu’un effacement antérieur a dû laisser (des factures, par exemple) ne les porte peut-être plus.
report-unreached = la base `{ $store }` n’a pas pu être interrogée : { $problem }

## Ce qui est détenu, et pourquoi

report-row = ligne { $key }
report-row-mentions = la ligne { $key } vous mentionne ; son contenu concerne une autre personne
report-row-shared = ligne { $key }, partagée avec une autre personne
report-row-corrects = rectifie ce que dit la ligne { $keys }
report-row-corrected-by = rectifié par la ligne { $keys }
report-not-read = (non lu : la base n’a pas été interrogée)
report-empty = (vide)
report-anothers = (concerne une autre personne)
report-unread = illisible ; le texte entier : { $text }
report-hash = (conservé sous forme d’empreinte, jamais affiché)
report-origin-given = fournie
report-origin-observed = observée
report-origin-derived = déduite
report-origin-received = reçue d’un tiers
report-same = aux mêmes titres que la précédente
report-ground = { $title } : { $stage } ({ $why } ; { $rule })
report-ground-until = { $title } : { $stage } jusqu’au { $until } ({ $why } ; { $rule })
report-restrictions =
    { $count ->
        [one] Une limitation est en vigueur.
       *[other] { $count } limitations sont en vigueur.
    }
report-incomplete = Cette réponse est incomplète : le dossier reste ouvert jusqu’à ce que toutes les bases aient été interrogées.

## Finalités, destinataires, consultations, droits

report-purposes = À quoi servent ces données
report-purpose = { $title } : { $basis }
report-recipients = destinataires : { $recipients }
report-recorded = Ce que vous nous avez dit et ce que nous avons noté
report-recorded-line = { $at } : { $act }
report-recorded-of = { $at } : { $act } ({ $of })
report-recorded-consent-given = consentement donné
report-recorded-consent-withdrawn = consentement retiré
report-recorded-objected = opposition
report-recorded-objection-upheld = opposition accueillie
report-recorded-objection-rejected = opposition rejetée
report-recorded-restricted = traitement limité
report-recorded-restriction-lifted = limitation levée
report-recorded-event = noté
report-disclosed = À qui elles ont été communiquées
report-disclosed-line = { $at } : { $recipient } ({ $data })
report-disclosed-none = Aucune communication particulière n’est enregistrée : les destinataires sont ceux qu’indiquent les finalités.
report-consulted = Quand et pourquoi elles ont été consultées
report-consulted-line = { $at } : { $act }, { $why }
report-earlier = et { $count } fois auparavant
report-at = { $date } à { $time }
report-act-collected = recueillies
report-act-read = consultées
report-act-contacted = utilisées pour vous contacter
report-act-disclosed = communiquées
report-act-report-made = réunies pour vous répondre
report-act-erasure-done = effacées
report-act-rectification-done = rectifiées
report-act-sweep-done = effacées au terme de leur durée
report-why-request = pour votre demande { $case }
report-why-reference = sous la référence « { $reference } »
report-why-rights = pour une demande de votre part
report-why-purpose = pour : { $purpose }
report-why-unsaid = par notre personnel, sans finalité notée
report-rights = Vos autres droits
report-rights-acts = S’agissant de vos données, vous avez aussi le droit { $acts }.
report-ways = Pour les exercer : { $ways }.

## Effacement

report-goes = Ce qui est effacé
report-would-go = Ce qui serait effacé
report-refused = Ce qui est refusé, et pour quel motif
report-refused-legal-duty = une obligation légale
report-refused-service = nécessaire pour fournir le service
report-refused-unclear = il manque un fait pour dire le motif
report-stays = Ce qui reste
report-restricted = Limitations
report-restriction-keeps = en vigueur depuis le { $since }. Vous l’avez demandée pour disposer des données pour vos droits en justice : elles restent, sans être utilisées, jusqu’à ce que vous n’en ayez plus besoin et qu’elle soit levée.
report-restriction-ended = en vigueur depuis le { $since }. Votre demande d’effacement y met fin comme raison de conserver : ce que rien d’autre ne conserve est effacé. Ce qui reste n’est toujours pas utilisé, jusqu’à ce qu’elle soit levée.
report-step-deleted =
    { $count ->
        [one] { $shown } ligne supprimée
       *[other] { $shown } lignes supprimées
    }
report-step-emptied =
    { $count ->
        [one] { $shown } ligne vidée ({ $columns })
       *[other] { $shown } lignes vidées ({ $columns })
    }
report-step-detached =
    { $count ->
        [one] { $shown } ligne détachée de la personne ({ $links })
       *[other] { $shown } lignes détachées de la personne ({ $links })
    }
report-step-detached-emptied =
    { $count ->
        [one] { $shown } ligne détachée de la personne ({ $links } ; vidé : { $columns })
       *[other] { $shown } lignes détachées de la personne ({ $links } ; vidé : { $columns })
    }
report-step-withdrawn =
    { $count ->
        [one] { $shown } ligne : retrait du consentement inscrit ({ $columns })
       *[other] { $shown } lignes : retrait du consentement inscrit ({ $columns })
    }
report-step-archived =
    { $count ->
        [one] { $shown } ligne versée aux archives
       *[other] { $shown } lignes versées aux archives
    }
report-step-marked =
    { $count ->
        [one] { $shown } ligne marquée comme limitée
       *[other] { $shown } lignes marquées comme limitées
    }
report-step-kept-columns =
    { $count ->
        [one] { $shown } ligne : { $columns } conservé
       *[other] { $shown } lignes : { $columns } conservé
    }
report-step-kept =
    { $count ->
        [one] { $shown } ligne conservée
       *[other] { $shown } lignes conservées
    }
report-stores = Bases de données
report-store-planned = accepte le plan
report-store-nothing = rien à modifier
report-store-done =
    { $count ->
        [one] fait : à la vérification, { $shown } ligne a disparu ou a été vidée, il n’en reste aucune
       *[other] fait : à la vérification, { $shown } lignes ont disparu ou ont été vidées, il n’en reste aucune
    }
report-store-not-done =
    { $count ->
        [one] non fait : à la vérification, { $shown } ligne est encore là
       *[other] non fait : à la vérification, { $shown } lignes sont encore là
    }
report-store-refused = refusé ; rien n’y a été modifié
report-store-waiting = en attente ; `kept resume` s’en chargera
report-own = Base propre de Kept
report-own-gone = la clé de la personne est détruite, et ses octets ne sont plus dans aucun fichier
report-own-key-gone = la clé de la personne est détruite ; ses octets chiffrés disparaîtront avec le journal de la base et l’époque des clés
report-own-waiting = le dossier reste ouvert jusqu’à ce que chaque base ait fait sa part
