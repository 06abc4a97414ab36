### Les mots en français. Les clés sont communes à toutes les langues, avec les mêmes variables.

## Listes, nombres, dates

list-pair = { $before } et { $last }
list-pair-or = { $before } ou { $last }
list-item = – { $item }
list-apart = { $before } ; { $next }
list-more = { $before }, { $next }
date =
    { $day ->
        [one] { $day }er { $month } { $year }
       *[other] { $day } { $month } { $year }
    }
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
span-years =
    { $count ->
        [one] { $count } an
       *[other] { $count } ans
    }
span-months = { $count } mois
span-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
every-year = tous les ans
every-month = tous les mois
every-day = tous les jours
every = tous les { $span }

## Événements, avec leur article

event-collection = la collecte
event-observed = la première observation
event-contract-start = le début du contrat
event-contract-end = la fin du contrat
event-request-received = votre demande
event-request-closed = la clôture de votre demande
event-consent-given = votre consentement
event-consent-end = la fin de votre consentement
event-last-contact = le dernier contact
event-last-activity = votre dernière activité
event-last-login = votre dernière connexion
event-last-order = votre dernière commande
event-last-visit = votre dernière visite
event-order = votre commande
event-payment = le paiement
event-application = votre candidature
event-account-creation = la création de votre compte
event-account-deletion = la suppression de votre compte
event-employment-start = le début du contrat de travail
event-employment-end = la fin du contrat de travail
event-left-organisation = votre départ de l’organisation
event-project-end = la fin du projet
event-event-end = la fin de l’événement
event-incident-closed = la clôture de l’incident
event-disclosure = la communication
unnamed-event = l’événement « { $name } »
when-to = { A($event) }
when-from = { DE($event) }

## Durées

when-first = { $list }, selon ce qui survient en premier
when-latest = { $list }, selon ce qui survient en dernier
period-until = jusqu’{ $when }
period-after = pendant { $span } à compter { $when }
period-for-contract = pour la durée du contrat
period-for-request = tant que votre demande est en cours
period-for-consent = tant que vous ne retirez pas votre consentement
period-for-collection = le temps de leur collecte
period-year-of-contract = jusqu’à la fin de l’année civile où le contrat commence
period-year-of-request = jusqu’à la fin de l’année civile de votre demande
period-year-of-consent = jusqu’à la fin de l’année civile de votre consentement
period-year-of-collection = jusqu’à la fin de l’année civile de leur collecte
period-more = pendant { $span }
period-then-more = { $span }
period-then = { $before }, puis { $next }
period-archive = { $stage } en archives
period-locked = { $stage } sous verrou (conservées, non utilisées)
period-at-most = { $period }, sans dépasser { $span }
period-anonymised = { $period }, puis rendues anonymes
retention-keep = Conservées { $period }.
retention-criterion = { $criterion }.
retention-criterion-ends = La conservation prend fin avec { $event }.
retention-criterion-review = Nous vérifions { $every } si nous en avons encore besoin.
retention-criterion-at-most = Jamais plus de { $span }.
retention-missing = Aucune durée n’a encore été fixée.
retention-short-missing = pas encore fixée

## Bases légales

basis-consent = votre consentement (art. 6.1.a du RGPD)
basis-consent-explicit = votre consentement explicite (art. 6.1.a et 9.2.a du RGPD)
basis-contract = notre contrat avec vous, ou les démarches préalables que vous avez demandées (art. 6.1.b du RGPD)
basis-legal-obligation = une obligation légale (art. 6.1.c du RGPD) : { $law }
basis-vital-interest = la sauvegarde d’intérêts vitaux (art. 6.1.d du RGPD) : { $interest }
basis-public-task = une mission d’intérêt public (art. 6.1.e du RGPD) : { $task }
basis-legitimate-interest = notre intérêt légitime (art. 6.1.f du RGPD) : { $interest }
basis-missing = aucune n’est indiquée ; nous n’utilisons donc pas de données à cette fin
basis-short-consent = consentement
basis-short-contract = contrat
basis-short-legal-obligation = obligation légale
basis-short-vital-interest = intérêts vitaux
basis-short-public-task = mission d’intérêt public
basis-short-legitimate-interest = intérêt légitime
basis-short-missing = aucune indiquée

## Types de champs

field-person-name = nom
field-email = adresse e-mail
field-phone = numéro de téléphone
field-postal-address = adresse postale
field-organisation = organisation
field-ip-address = adresse IP
field-account = nom d’utilisateur
field-password = mot de passe
field-date = date
field-date-time = date et heure
field-number = nombre
field-money = montant
field-truth = oui ou non
field-choice = choix
field-text = texte court
field-free-text = texte libre
field-file = fichier

## Origine des données

from-given = vous-même
from-observed = votre utilisation de nos services
from-derived = déduites d’autres données
source-other = { $source }

## La page

title = Politique de confidentialité – { $name }
skip = Aller au texte
contents = Sur cette page
version-line = Version du { $date }
short-title = En bref
short-who =
    { $count ->
        [one] { $names } est responsable de vos données personnelles.
       *[other] { $names } sont responsables de vos données personnelles.
    }
short-purposes = À quoi servent vos données
short-rights = Vous avez le droit { $rights }. L’exercice de vos droits est gratuit.
short-rights-link = Comment les exercer.
short-contact = Une question, un droit à exercer ? Écrivez à
short-contact-none = Vous trouverez nos coordonnées à la fin de cette page.
column-purpose = Finalité
column-basis = Base légale
column-kept = Durée
column-data = Données
column-fields = Ce qu’elles contiennent
column-source = Origine
column-recipient = Destinataire
column-role = Rôle
column-country = Pays
label = { $label } :

section-who = Qui est responsable
section-people = Qui est concerné
section-data = Les données que nous collectons
section-purposes = À quoi elles servent et combien de temps nous les conservons
section-meanings = Le sens de quelques mots
section-recipients = Qui reçoit des données
section-transfers = Où vont les données
section-automated-decisions = Décisions automatisées
section-safeguards = Comment nous veillons sur les données
section-rights = Vos droits
section-withdrawal = Retirer votre consentement
section-objection = Votre droit d’opposition
section-authority = Réclamations
section-changes = Cette version et ses modifications
section-contact = Nous contacter

## Qui

who = { $name } ({ $details }) décide pourquoi et comment vos données sont utilisées, et en répond.
who-bare = { $name } décide pourquoi et comment vos données sont utilisées, et en répond.
who-representative = Représentant dans l’Union européenne : { $contact }
who-officer = Délégué à la protection des données : { $contact }
registered-siren = SIREN { $number }
registered-siret = SIRET { $number }
registered-vat = TVA { $number }
registered-kvk = KvK { $number }
registered-bce = BCE { $number }
number-other = { $kind } { $number }

## Personnes et données

anybody = toute personne qui { $who }
minimum-age = Nous ne collectons aucune donnée sur les moins de { $age } ans ({ $who }).
data-lead = Nous collectons ces données, et aucune autre.
data-special = catégorie particulière : { $special }
data-fields = { $category } : { $fields }
form = « { $form } » demande ceci : { $fields }. Finalité : { $purpose }.

## Finalités

label-people = Qui est concerné
label-controller = Responsable
label-shut = Fermée
label-basis = Base légale
label-special = Catégories particulières
label-data = Données
label-required = Devez-vous les fournir ?
label-channels = Canaux
label-recipients = Destinataires
label-keep = Durée
label-withdrawal = En cas de retrait
label-archive = En archives
label-archive-readers = Qui y accède
label-erasure = En cas de demande d’effacement
shut = Nous n’utilisons aucune donnée à cette fin : { $reason }
special = { $category } : art. { $article } du RGPD
channels = Nous vous sollicitons uniquement par { $channels }.
channel-email = e-mail
channel-phone = téléphone
channel-sms = SMS
channel-post = courrier
channel-social-media = réseaux sociaux
channel-adverts = publicité sur des sites
channel-in-product = dans le produit
withdrawal-erase = Vos données partent plus tôt : nous les effaçons lorsque vous retirez votre consentement, sauf si une autre finalité de cette page en a encore besoin.
withdrawal-locked = Lorsque vous retirez votre consentement, nous cessons aussitôt d’utiliser les données et les gardons sous verrou pendant { $span } ; puis nous les effaçons.
archive-period = Les données archivées sont conservées à part de celles en usage et ne servent plus au travail courant.
archive-readers = Seuls ces services peuvent ouvrir les archives : { $roles }.
archive-readers-reason = Seuls ces services peuvent ouvrir les archives : { $roles }. Motif : { $reason }.
erasure-ends = Nous effaçons ces données lorsque vous le demandez.
erasure-stays = Ces données restent même si vous en demandez l’effacement : { $reason }

## Événements

meaning = { $event } : { $acts }
act-reply = une réponse
act-click = un clic
act-call-in = un appel de votre part
act-order = une commande
act-purchase = un achat
act-sign-in = une connexion
act-visit = une visite
act-download = un téléchargement
act-registration = une inscription
act-message = un message de votre part
act-meeting = un rendez-vous

## Destinataires et transferts

recipients-lead = Nous transmettons des données à ces destinataires.
role-processor = agit sur nos instructions
role-controller = utilise les données pour ses propres finalités
role-joint = décide avec nous
role-affiliate = appartient à notre groupe
role-authority = autorité publique
country-unknown = non indiqué
safeguard-country = { $recipient } ({ $country }).
safeguard-place = { $recipient }.
safeguard = Garantie : { $safeguard }. Vous pouvez nous en demander une copie.
safeguard-necessity = Pourquoi c’est nécessaire : { $reason }.
places-prefer = Nous choisissons d’abord des prestataires situés dans ces pays ou régions : { $places }.
places-otherwise = Avant que des données n’aillent ailleurs, nous exigeons :
otherwise-reason = un motif écrit qui montre que c’est nécessaire
otherwise-safeguard = une garantie reconnue par la loi, telle que les clauses contractuelles types de la Commission européenne, lorsque celle-ci n’a pas jugé adéquate la protection du pays
otherwise-agreement = un accord de sous-traitance des données
automated = { $purpose } : { $words }
duty = { $what }.
duty-every = { $what } ({ $every }).
frozen-records = certains enregistrements
frozen = { $data } : ces enregistrements ne peuvent plus être modifiés une fois définitifs ({ $law }). Une erreur y est corrigée par un ajout.

## Droits

right-access = Accès
right-rectification = Rectification
right-erasure = Effacement
right-restriction = Limitation
right-portability = Portabilité
right-objection = Opposition
right-withdrawal = Retrait du consentement
right-access-do = de consulter vos données
right-rectification-do = de les faire corriger
right-erasure-do = de les faire effacer
right-restriction-do = d’en faire limiter l’utilisation
right-portability-do = d’en emporter une copie
right-objection-do = de vous opposer à leur utilisation
right-withdrawal-do = de retirer votre consentement
right-access-text = Vous pouvez demander si nous détenons des données sur vous, en recevoir une copie, et savoir ce que nous en faisons, qui les a reçues et combien de temps elles restent (art. 15 du RGPD).
right-rectification-text = Vous pouvez faire corriger les données inexactes et compléter les données incomplètes (art. 16 du RGPD).
right-erasure-text = Vous pouvez faire effacer vos données. Celles qu’une loi nous oblige à conserver restent jusqu’au terme de cette obligation ; nous vous disons ce qui reste, pourquoi, et jusqu’à quand (art. 17 du RGPD).
right-restriction-text = Vous pouvez nous demander de conserver vos données sans les utiliser, par exemple pendant que nous vérifions leur exactitude ou examinons votre opposition (art. 18 du RGPD).
right-portability-text = Vous pouvez recevoir les données que vous nous avez fournies dans un format lisible par une machine, ou les faire transmettre à un tiers (art. 20 du RGPD). Finalités concernées : { $purposes }.
right-portability-none = Vous pouvez recevoir les données que vous nous avez fournies dans un format lisible par une machine, lorsqu’elles reposent sur un consentement ou un contrat (art. 20 du RGPD). Ce n’est actuellement le cas d’aucune de nos finalités.
right-withdrawal-text = Vous pouvez retirer votre consentement à tout moment, finalité par finalité. Ce que nous avons fait auparavant reste licite (art. 7.3 du RGPD). Finalités concernées : { $purposes }.
right-objection-marketing = Vous pouvez vous opposer à tout moment à la prospection. Nous y mettons alors fin, sans vous demander pourquoi (art. 21.2 du RGPD). Finalités concernées : { $purposes }.
right-objection-interest = Vous pouvez vous opposer, pour des raisons tenant à votre situation particulière, aux utilisations fondées sur un intérêt légitime ou une mission d’intérêt public. Nous y mettons alors fin, sauf si nous démontrons des motifs impérieux qui l’emportent sur les vôtres ou si les données sont nécessaires à la constatation, à l’exercice ou à la défense de droits en justice (art. 21.1 du RGPD). Finalités concernées : { $purposes }.
right-objection-none = Vous pouvez vous opposer aux utilisations fondées sur un intérêt légitime ou une mission d’intérêt public, ainsi qu’à la prospection (art. 21 du RGPD). Ce n’est actuellement le cas d’aucune de nos finalités.
right-erasure-ends = À votre demande, nous effaçons aussi des données que la loi nous laisserait conserver : { $data }.
right-after-death = Vous pouvez laisser des directives sur le sort de vos données après votre décès (loi Informatique et Libertés, art. 85).
label-after-death = Après votre décès
label-erasure-ends = Effacement au-delà de la loi
label-how = Comment les exercer
label-reply = Délai de réponse
label-fee = Coût
label-identity = Justificatif d’identité
how-lead = Contactez-nous :
reply-law = Dans un délai d’un mois à compter de la réception de votre demande. Si elle est complexe, ou si les demandes sont nombreuses, nous pouvons prendre jusqu’à deux mois de plus ; nous vous le disons alors dans le premier mois, avec les raisons (art. 12.3 du RGPD).
reply-promise = Dans un délai de { $span } à compter de la réception de votre demande. La loi accorde un mois, et jusqu’à deux de plus pour les demandes complexes ; nous vous en avertissons alors dans le premier mois, avec les raisons (art. 12.3 du RGPD).
fee-law = Gratuit. Seule une demande manifestement infondée ou excessive peut être refusée ou donner lieu à des frais raisonnables ; nous en apportons alors la preuve (art. 12.5 du RGPD).
fee-never = Gratuit, quelle que soit la demande.
identity = Nous demandons un justificatif d’identité dans ce seul cas : { $when }. Cela vous protège contre ceux qui se feraient passer pour vous.
authority = Si vous estimez que notre utilisation de vos données enfreint la loi, vous pouvez introduire une réclamation auprès de l’autorité de contrôle : { $name }
authority-any = Si vous estimez que notre utilisation de vos données enfreint la loi, vous pouvez introduire une réclamation auprès de l’autorité de contrôle de votre pays.
authority-elsewhere = Vous pouvez aussi vous adresser à l’autorité du pays où vous vivez ou travaillez, ou de celui où l’infraction a eu lieu (art. 77 du RGPD).
changes-minor = Nous annonçons les petites modifications { $ways }.
changes-significant = Nous annonçons les modifications importantes { $ways }.
way-page = sur cette page
way-e-mail = par e-mail
way-email = par e-mail
way-at-next-sign-in = lors de votre prochaine connexion
way-letter = par courrier
contact-email = E-mail
contact-post = Courrier
contact-phone = Téléphone
contact-website = Site web

## La forme TILT

tilt-no-officer = Aucun délégué à la protection des données n’a été désigné ; les questions vont au responsable du traitement.

## Rapports : étapes, marques, raisons

stage-none = jamais commencé
stage-unknown = un fait manque
stage-live = en usage
stage-locked = conservé, non utilisé
stage-archived = archivé
stage-ended = terminé
mark-contested = contesté : une opposition est à l’examen
mark-restricted = limité ({ $case })
mark-review-overdue = un réexamen est en retard
why-no-start = rien ne l’a fait commencer
why-no-consent = il n’y a pas de preuve de consentement
why-shut = la finalité est fermée
why-period = la durée que la politique annonce
why-not-yet-ended = l’événement qui y met fin n’est pas survenu
why-period-over = la durée est écoulée
why-withdrawn = le consentement a été retiré
why-objected = la personne s’est opposée
why-erasure-requested = la personne a demandé l’effacement
why-refused = un refus antérieur vaut toujours
why-died = la personne est décédée
why-child = un enfant n’ayant pas l’âge requis
why-hold = un gel pour raison juridique
why-restricted = une limitation préserve les données
why-policy-changed = la finalité n’est plus dans la politique
why-erased = les données ont été effacées
why-criterion = un critère que des personnes réexaminent
why-shared-with-others = la ligne repose aussi sur une autre personne
why-mention = la ligne ne fait que mentionner la personne
why-others-hang-on-it = des lignes conservées en dépendent
why-frozen = une loi interdit de modifier la ligne
why-no-purpose = aucune finalité de la politique n’a besoin de ces données

## Rôles du personnel

staff-legal = service juridique
staff-accounting = comptabilité
staff-support = assistance
staff-sales = service commercial
staff-marketing = marketing
staff-product = développement
staff-security = sécurité
staff-hr = ressources humaines
staff-it = informatique
staff-management = direction
staff-privacy = protection des données

## Pays

country-EU = Union européenne
country-EEA = Espace économique européen
country-AT = Autriche
country-AU = Australie
country-BE = Belgique
country-BG = Bulgarie
country-BR = Brésil
country-CA = Canada
country-CH = Suisse
country-CN = Chine
country-CY = Chypre
country-CZ = Tchéquie
country-DE = Allemagne
country-DK = Danemark
country-EE = Estonie
country-ES = Espagne
country-FI = Finlande
country-FR = France
country-GB = Royaume-Uni
country-GR = Grèce
country-HR = Croatie
country-HU = Hongrie
country-IE = Irlande
country-IL = Israël
country-IN = Inde
country-IS = Islande
country-IT = Italie
country-JP = Japon
country-KR = Corée du Sud
country-LI = Liechtenstein
country-LT = Lituanie
country-LU = Luxembourg
country-LV = Lettonie
country-MA = Maroc
country-MT = Malte
country-NL = Pays-Bas
country-NO = Norvège
country-NZ = Nouvelle-Zélande
country-PL = Pologne
country-PT = Portugal
country-RO = Roumanie
country-SE = Suède
country-SG = Singapour
country-SI = Slovénie
country-SK = Slovaquie
country-TN = Tunisie
country-US = États-Unis
country-ZA = Afrique du Sud
