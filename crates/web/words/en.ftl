### Words in English. Keys are shared by all languages, with the same variables.

## Lists, numbers, dates

list-pair = { $before } and { $last }
list-pair-or = { $before } or { $last }
list-item = – { $item }
list-apart = { $before }; { $next }
list-more = { $before }, { $next }
date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
span-years =
    { $count ->
        [one] { $count } year
       *[other] { $count } years
    }
span-months =
    { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
span-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
every-year = every year
every-month = every month
every-day = every day
every = every { $span }

## Events, as noun phrases with their article

event-collection = collection
event-observed = the first observation
event-contract-start = the start of the contract
event-contract-end = the end of the contract
event-request-received = your request
event-request-closed = the closing of your request
event-consent-given = your consent
event-consent-end = the end of your consent
event-last-contact = the last contact
event-last-activity = your last activity
event-last-login = your last sign-in
event-last-order = your last order
event-last-visit = your last visit
event-order = your order
event-payment = the payment
event-application = your application
event-account-creation = the creation of your account
event-account-deletion = the deletion of your account
event-employment-start = the start of the employment
event-employment-end = the end of the employment
event-left-organisation = your departure from the organisation
event-project-end = the end of the project
event-event-end = the end of the event
event-incident-closed = the closing of the incident
event-disclosure = the disclosure
unnamed-event = the event “{ $name }”
when-to = { $event }
when-from = { $event }

## Periods

when-first = { $list }, whichever comes first
when-latest = { $list }, whichever comes last
period-until = until { $when }
period-after = for { $span } after { $when }
period-for-contract = for the duration of the contract
period-for-request = for as long as your request is open
period-for-consent = for as long as your consent stands
period-for-collection = no longer than it takes to collect them
period-year-of-contract = until the end of the calendar year in which the contract starts
period-year-of-request = until the end of the calendar year of your request
period-year-of-consent = until the end of the calendar year in which you consent
period-year-of-collection = until the end of the calendar year in which we collect them
period-more = for { $span }
period-then-more = { $span }
period-then = { $before }, then { $next }
period-archive = { $stage } in the archive
period-locked = { $stage } under lock (kept, not used)
period-at-most = { $period }, { $span } at most
period-anonymised = { $period }, then made anonymous
retention-keep = Kept { $period }.
retention-criterion = { $criterion }.
retention-criterion-ends = This ends with { $event }.
retention-criterion-review = We look again { $every } whether we still need them.
retention-criterion-at-most = Never longer than { $span }.
retention-missing = No period has been set yet.
retention-short-missing = not set yet

## Legal bases

basis-consent = your consent (Art. 6(1)(a) GDPR)
basis-consent-explicit = your explicit consent (Art. 6(1)(a) and 9(2)(a) GDPR)
basis-contract = our contract with you, or steps you asked for before one (Art. 6(1)(b) GDPR)
basis-legal-obligation = a legal obligation (Art. 6(1)(c) GDPR): { $law }
basis-vital-interest = vital interests (Art. 6(1)(d) GDPR): { $interest }
basis-public-task = a task in the public interest (Art. 6(1)(e) GDPR): { $task }
basis-legitimate-interest = our legitimate interest (Art. 6(1)(f) GDPR): { $interest }
basis-missing = none is stated, so we do not use data for this purpose
basis-short-consent = consent
basis-short-contract = contract
basis-short-legal-obligation = legal obligation
basis-short-vital-interest = vital interests
basis-short-public-task = public task
basis-short-legitimate-interest = legitimate interest
basis-short-missing = none stated

## Kinds of fields

field-person-name = name
field-email = e-mail address
field-phone = telephone number
field-postal-address = postal address
field-organisation = organisation
field-ip-address = IP address
field-account = user name
field-password = password
field-date = date
field-date-time = date and time
field-number = number
field-money = amount
field-truth = yes or no
field-choice = choice
field-text = short text
field-free-text = free text
field-file = file

## Where data come from

from-given = you
from-observed = your use of our services
from-derived = worked out from other data
source-other = { $source }

## The page

title = Privacy notice of { $name }
skip = Skip to the text
contents = On this page
version-line = Version of { $date }
short-title = In short
short-who =
    { $count ->
        [one] { $names } is responsible for your personal data.
       *[other] { $names } are responsible for your personal data.
    }
short-purposes = What we use your data for
short-rights = You have the right { $rights }. Using your rights is free of charge.
short-rights-link = How to use your rights.
short-contact = Questions, or a right to use? Write to
short-contact-none = How to reach us is said at the end of this page.
column-purpose = Purpose
column-basis = Legal basis
column-kept = How long
column-data = Data
column-fields = What they hold
column-source = Where from
column-recipient = Recipient
column-role = Role
column-country = Country
label = { $label }:

section-who = Who is responsible
section-people = Whom this notice concerns
section-data = Which data we collect
section-purposes = What we use them for, and how long we keep them
section-meanings = What some words mean
section-recipients = Who receives data
section-transfers = Where data go
section-automated-decisions = Decisions by automated means
section-safeguards = How we look after data
section-rights = Your rights
section-withdrawal = Withdrawing your consent
section-objection = Your right to object
section-authority = Complaints
section-changes = This version and changes
section-contact = Contact

## Who

who = { $name } ({ $details }) decides why and how your data are used, and answers for them.
who-bare = { $name } decides why and how your data are used, and answers for them.
who-representative = Representative in the European Union: { $contact }
who-officer = Data protection officer: { $contact }
registered-siren = SIREN { $number }
registered-siret = SIRET { $number }
registered-vat = VAT { $number }
registered-kvk = KvK { $number }
registered-bce = company number { $number }
number-other = { $kind } { $number }

## People and data

anybody = anybody who { $who }
minimum-age = We collect no data from people under { $age } ({ $who }).
data-lead = We collect these data and no others.
data-special = special category: { $special }
data-fields = { $category }: { $fields }
form = “{ $form }” asks for { $fields }. Purpose: { $purpose }.

## Purposes

label-people = Who is concerned
label-controller = Responsible
label-shut = Closed
label-basis = Legal basis
label-special = Special categories
label-data = Data
label-required = Must you give them?
label-channels = Channels
label-recipients = Recipients
label-keep = How long
label-withdrawal = If you withdraw
label-archive = In the archive
label-archive-readers = Who reads it
label-erasure = If you ask for erasure
shut = We use no data for this purpose: { $reason }
special = { $category }: Art. { $article } GDPR
channels = We reach you only by { $channels }.
channel-email = e-mail
channel-phone = telephone
channel-sms = text message
channel-post = letter
channel-social-media = social media
channel-adverts = advertising on sites
channel-in-product = in the product
withdrawal-erase = Your data go earlier: we erase them when you withdraw your consent, unless another purpose on this page still needs them.
withdrawal-locked = When you withdraw your consent we stop using the data at once and keep them locked for { $span }; then we erase them.
archive-period = Archived data are kept apart from those in use, and are no longer used for day-to-day work.
archive-readers = Only these may open the archive: { $roles }.
archive-readers-reason = Only these may open the archive: { $roles }. Reason: { $reason }.
erasure-ends = We erase these data when you ask for it.
erasure-stays = These data stay even when you ask for erasure: { $reason }

## Events

meaning = { $event }: { $acts }
act-reply = a reply
act-click = a click
act-call-in = a call to us
act-order = an order
act-purchase = a purchase
act-sign-in = a sign-in
act-visit = a visit
act-download = a download
act-registration = a registration
act-message = a message to us
act-meeting = a meeting

## Recipients and transfers

recipients-lead = We pass data on to these recipients.
role-processor = works on our instructions
role-controller = uses data for its own purposes
role-joint = decides together with us
role-affiliate = belongs to our group
role-authority = public authority
country-unknown = not stated
safeguard-country = { $recipient } ({ $country }).
safeguard-place = { $recipient }.
safeguard = Safeguard: { $safeguard }. You may ask us for a copy.
safeguard-necessity = Why it is necessary: { $reason }.
places-prefer = We first choose providers in: { $places }.
places-otherwise = Before data go elsewhere we require:
otherwise-reason = a written reason why it is necessary
otherwise-safeguard = a safeguard that the law recognises, such as the European Commission’s standard contractual clauses, where the Commission has not found the country’s protection adequate
otherwise-agreement = a data processing agreement
automated = { $purpose }: { $words }
duty = { $what }.
duty-every = { $what } ({ $every }).
frozen-records = certain records
frozen = { $data }: these records can’t be changed once they are final ({ $law }). A mistake in them is mended by an addition.

## Rights

right-access = Access
right-rectification = Rectification
right-erasure = Erasure
right-restriction = Restriction
right-portability = Portability
right-objection = Objection
right-withdrawal = Withdrawal of consent
right-access-do = to see your data
right-rectification-do = to have them corrected
right-erasure-do = to have them erased
right-restriction-do = to have their use restricted
right-portability-do = to take a copy with you
right-objection-do = to object to their use
right-withdrawal-do = to withdraw your consent
right-access-text = You may ask whether we hold data about you, receive a copy of them, and learn what we do with them, who received them and how long they stay (Art. 15 GDPR).
right-rectification-text = You may have wrong data corrected and incomplete data completed (Art. 16 GDPR).
right-erasure-text = You may have your data erased. What a law obliges us to keep stays until that duty ends; we tell you what stays, why, and until when (Art. 17 GDPR).
right-restriction-text = You may have us keep your data without using them, for example while we check whether they are right or weigh your objection (Art. 18 GDPR).
right-portability-text = You may receive the data that you gave us in a format that machines read, or have them sent to somebody else (Art. 20 GDPR). This covers: { $purposes }.
right-portability-none = You may receive the data that you gave us in a format that machines read, where they rest on consent or a contract (Art. 20 GDPR). None of our purposes does at present.
right-withdrawal-text = You may withdraw your consent at any time, for each purpose by itself. What we did before stays lawful (Art. 7(3) GDPR). This covers: { $purposes }.
right-objection-marketing = You may object at any time to direct marketing. We then stop, without asking why (Art. 21(2) GDPR). This covers: { $purposes }.
right-objection-interest = You may object, for reasons of your own situation, to use that rests on a legitimate interest or a public task. We then stop, unless we show compelling reasons that outweigh yours or need the data for legal claims (Art. 21(1) GDPR). This covers: { $purposes }.
right-objection-none = You may object to use that rests on a legitimate interest or a public task, and to direct marketing (Art. 21 GDPR). None of our purposes does at present.
right-erasure-ends = On your request we also erase data that the law would let us keep: { $data }.
right-after-death = You may leave directives on what becomes of your data after your death (French Data Protection Act, Art. 85).
label-after-death = After your death
label-erasure-ends = Erasure beyond the law
label-how = How to use them
label-reply = When we answer
label-fee = Cost
label-identity = Proof of identity
how-lead = Contact us:
reply-law = Within one month of receiving your request. If it is complex, or there are many, we may take up to two months more; we then tell you within the first month, and why (Art. 12(3) GDPR).
reply-promise = Within { $span } of receiving your request. The law allows one month, and up to two more for complex requests, of which we tell you within the first month, and why (Art. 12(3) GDPR).
fee-law = Free of charge. Only a request that is manifestly unfounded or excessive may be refused or cost a reasonable fee; we then show why (Art. 12(5) GDPR).
fee-never = Free of charge, whatever the request.
identity = We ask for proof of identity only in this case: { $when }. It protects you against others who use your name.
authority = If you think that our use of your data breaks the law, you may complain to the supervisory authority: { $name }
authority-any = If you think that our use of your data breaks the law, you may complain to the supervisory authority of your country.
authority-elsewhere = You may also turn to the authority of the country where you live or work, or where the breach took place (Art. 77 GDPR).
changes-minor = We tell of small changes { $ways }.
changes-significant = We tell of significant changes { $ways }.
way-page = on this page
way-e-mail = by e-mail
way-email = by e-mail
way-at-next-sign-in = at your next sign-in
way-letter = by letter
contact-email = E-mail
contact-post = Letter
contact-phone = Telephone
contact-website = Website

## The TILT form

tilt-no-officer = No data protection officer has been designated; questions go to the controller.

## Reports: stages, marks, reasons

stage-none = never begun
stage-unknown = a fact is missing
stage-live = in use
stage-locked = kept, not used
stage-archived = archived
stage-ended = ended
mark-contested = contested: an objection is being weighed
mark-restricted = restricted ({ $case })
mark-review-overdue = a review is overdue
why-no-start = nothing has started it
why-no-consent = there is no proof of consent
why-shut = the purpose is closed
why-period = the period that the notice states
why-not-yet-ended = the event that ends it has not come
why-period-over = the period has run out
why-withdrawn = consent was withdrawn
why-objected = the person objected
why-erasure-requested = the person asked for erasure
why-refused = an earlier refusal still counts
why-died = the person has died
why-child = a child under the age
why-hold = a legal hold
why-restricted = a restriction preserves the data
why-policy-changed = the purpose is no longer in the policy
why-erased = the data have been erased
why-criterion = a criterion that people review
why-shared-with-others = another person’s ground keeps the record
why-mention = the record only mentions the person
why-others-hang-on-it = records that are kept depend on it
why-frozen = a law forbids changing the record
why-no-purpose = no purpose of the notice needs the data

## Roles of staff

staff-legal = legal department
staff-accounting = accounting
staff-support = customer support
staff-sales = sales
staff-marketing = marketing
staff-product = product development
staff-security = security
staff-hr = human resources
staff-it = IT
staff-management = management
staff-privacy = data protection

## Countries

country-EU = European Union
country-EEA = European Economic Area
country-AT = Austria
country-AU = Australia
country-BE = Belgium
country-BG = Bulgaria
country-BR = Brazil
country-CA = Canada
country-CH = Switzerland
country-CN = China
country-CY = Cyprus
country-CZ = Czechia
country-DE = Germany
country-DK = Denmark
country-EE = Estonia
country-ES = Spain
country-FI = Finland
country-FR = France
country-GB = United Kingdom
country-GR = Greece
country-HR = Croatia
country-HU = Hungary
country-IE = Ireland
country-IL = Israel
country-IN = India
country-IS = Iceland
country-IT = Italy
country-JP = Japan
country-KR = South Korea
country-LI = Liechtenstein
country-LT = Lithuania
country-LU = Luxembourg
country-LV = Latvia
country-MA = Morocco
country-MT = Malta
country-NL = Netherlands
country-NO = Norway
country-NZ = New Zealand
country-PL = Poland
country-PT = Portugal
country-RO = Romania
country-SE = Sweden
country-SG = Singapore
country-SI = Slovenia
country-SK = Slovakia
country-TN = Tunisia
country-US = United States
country-ZA = South Africa
