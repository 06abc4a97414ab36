### Woorden voor registers en verslagen, die over personen spreken en niet tot hen.

event-request-received = de ontvangst van het verzoek
event-request-closed = de afsluiting van het verzoek
event-consent-given = de toestemming
event-consent-end = het einde van de toestemming
event-last-activity = de laatste activiteit van de persoon
event-last-login = de laatste aanmelding
event-last-order = de laatste bestelling
event-last-visit = het laatste bezoek
event-order = de bestelling
event-application = de sollicitatie
event-account-creation = het aanmaken van het account
event-account-deletion = het verwijderen van het account
event-left-organisation = het vertrek uit de organisatie
period-for-request = zolang het verzoek loopt
period-for-consent = zolang de toestemming niet is ingetrokken
period-year-of-request = tot het einde van het kalenderjaar van het verzoek
period-year-of-consent = tot het einde van het kalenderjaar van de toestemming
period-year-of-collection = tot het einde van het kalenderjaar van de verzameling
from-given = de persoon
from-observed = het gebruik van de diensten door de persoon
role-processor = verwerker
role-controller = verwerkingsverantwoordelijke
role-joint = gezamenlijke verwerkingsverantwoordelijke
role-affiliate = onderneming van de groep
way-page = op de pagina van de verklaring
way-at-next-sign-in = bij de volgende aanmelding
