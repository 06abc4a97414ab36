### Words for records and reports that speak of people, not to them: they replace those of the notice.

event-request-received = the receipt of the request
event-request-closed = the closing of the request
event-consent-given = consent
event-consent-end = the end of consent
event-last-activity = the person’s last activity
event-last-login = the last sign-in
event-last-order = the last order
event-last-visit = the last visit
event-order = the order
event-application = the application
event-account-creation = the creation of the account
event-account-deletion = the deletion of the account
event-left-organisation = the person’s departure from the organisation
period-for-request = for as long as the request is open
period-for-consent = for as long as consent stands
period-year-of-request = until the end of the calendar year of the request
period-year-of-consent = until the end of the calendar year of the consent
period-year-of-collection = until the end of the calendar year of collection
from-given = the person
from-observed = the person’s use of the services
role-processor = processor
role-controller = controller
role-joint = joint controller
role-affiliate = company of the group
way-page = on the page of the notice
way-at-next-sign-in = at the next sign-in
