### Answers to people, in English. Keys are the same in every language, with the same variables.

## The head of an answer

report-access = Access report (Art. 15 GDPR)
report-erasure = Erasure (Art. 17 GDPR)
report-plan = Plan of an erasure (nothing is changed)
report-controller = controller
report-case = case
report-received = received
report-due = { $received }; answer due { $due }
report-promised = { $received }; answer promised by { $promised }, due by law { $due }
report-complaints = complaints
report-policy = policy
report-version = version { $digest }

## Where the person was found

report-found = Found
report-found-key = key { $key }
report-found-by = by { $kind }
report-found-by-from = by { $kind } from { $place }
report-found-earlier = by an earlier request
report-nothing = Nothing was found by these identifiers in any store of the policy. What an earlier erasure had to leave (invoices, for example) may no longer carry them.
report-unreached = store `{ $store }` could not be asked: { $problem }

## What is held, and why

report-row = row { $key }
report-row-mentions = row { $key } mentions you; what it holds is another person’s
report-row-shared = row { $key }, shared with another person
report-row-corrects = puts right what row { $keys } says
report-row-corrected-by = put right by row { $keys }
report-not-read = (not read: the store was not asked for it)
report-empty = (empty)
report-anothers = (another person’s)
report-unread = can’t be read; the whole text: { $text }
report-hash = (stored as a hash, never shown)
report-origin-given = given
report-origin-observed = observed
report-origin-derived = derived
report-origin-received = received
report-same = on the same grounds as the one above
report-ground = { $title }: { $stage } ({ $why }; { $rule })
report-ground-until = { $title }: { $stage } until { $until } ({ $why }; { $rule })
report-restrictions =
    { $count ->
        [one] One restriction is in force.
       *[other] { $count } restrictions are in force.
    }
report-incomplete = This answer is not complete: the case stays open until every store has been asked.

## Purposes, recipients, looks, rights

report-purposes = What the data are for
report-purpose = { $title }: { $basis }
report-recipients = received by { $recipients }
report-recorded = What you told us, and what we noted
report-recorded-line = { $at }: { $act }
report-recorded-of = { $at }: { $act } ({ $of })
report-recorded-consent-given = consent given
report-recorded-consent-withdrawn = consent withdrawn
report-recorded-objected = objection
report-recorded-objection-upheld = objection upheld
report-recorded-objection-rejected = objection rejected
report-recorded-restricted = processing restricted
report-recorded-restriction-lifted = restriction lifted
report-recorded-event = noted
report-disclosed = To whom they were disclosed
report-disclosed-line = { $at }: { $recipient } ({ $data })
report-disclosed-none = No single disclosure is recorded: the recipients are those that the purposes name.
report-consulted = When and why they were looked at
report-consulted-line = { $at }: { $act }, { $why }
report-earlier = and { $count } before that
report-at = { $date }, { $time }
report-act-collected = collected
report-act-read = looked at
report-act-contacted = used to contact you
report-act-disclosed = disclosed
report-act-report-made = reported to you
report-act-erasure-done = erased
report-act-rectification-done = corrected
report-act-sweep-done = erased because their time was over
report-why-request = for your request { $case }
report-why-reference = under the reference “{ $reference }”
report-why-rights = for a request of yours
report-why-purpose = for: { $purpose }
report-why-unsaid = by our staff, without a purpose noted
report-rights = Your other rights
report-rights-acts = As to your data, you also have the right { $acts }.
report-ways = To use them: { $ways }.

## Erasure

report-goes = What goes
report-would-go = What would go
report-refused = What is refused, and on which ground
report-refused-legal-duty = a legal duty
report-refused-service = needed to provide the service
report-refused-unclear = a fact is missing that would tell the ground
report-stays = What stays
report-restricted = Restrictions
report-restriction-keeps = stands since { $since }. You asked for it so as to have the data for your claims: they stay, and are not used, until you no longer need them and it is lifted.
report-restriction-ended = stands since { $since }. Your request for erasure ends it as a reason to keep data: what nothing else keeps goes. What stays is still not used, until it is lifted.
report-step-deleted =
    { $count ->
        [one] { $shown } row deleted
       *[other] { $shown } rows deleted
    }
report-step-emptied =
    { $count ->
        [one] { $shown } row emptied ({ $columns })
       *[other] { $shown } rows emptied ({ $columns })
    }
report-step-detached =
    { $count ->
        [one] { $shown } row detached from the person ({ $links })
       *[other] { $shown } rows detached from the person ({ $links })
    }
report-step-detached-emptied =
    { $count ->
        [one] { $shown } row detached from the person ({ $links }; emptied: { $columns })
       *[other] { $shown } rows detached from the person ({ $links }; emptied: { $columns })
    }
report-step-withdrawn =
    { $count ->
        [one] { $shown } row: consent recorded as withdrawn ({ $columns })
       *[other] { $shown } rows: consent recorded as withdrawn ({ $columns })
    }
report-step-archived =
    { $count ->
        [one] { $shown } row put into the archive
       *[other] { $shown } rows put into the archive
    }
report-step-marked =
    { $count ->
        [one] { $shown } row marked as restricted
       *[other] { $shown } rows marked as restricted
    }
report-step-kept-columns =
    { $count ->
        [one] { $shown } row: { $columns } kept
       *[other] { $shown } rows: { $columns } kept
    }
report-step-kept =
    { $count ->
        [one] { $shown } row kept
       *[other] { $shown } rows kept
    }
report-stores = Stores
report-store-planned = accepts the plan
report-store-nothing = nothing to change
report-store-done =
    { $count ->
        [one] done: a second look found { $shown } row gone or emptied and none left
       *[other] done: a second look found { $shown } rows gone or emptied and none left
    }
report-store-not-done =
    { $count ->
        [one] not done: a second look found { $shown } row still there
       *[other] not done: a second look found { $shown } rows still there
    }
report-store-refused = refused; nothing was changed in it
report-store-waiting = waiting; `kept resume` takes it up again
report-own = Kept’s own store
report-own-gone = the person’s key is destroyed, and its bytes are in no file
report-own-key-gone = the person’s key is destroyed; its wrapped bytes go with the database’s log and the key epoch
report-own-waiting = the case stays open until every store has done its part
