### Mots des registres et rapports, qui parlent des personnes sans s’adresser à elles.

event-request-received = la réception de la demande
event-request-closed = la clôture de la demande
event-consent-given = le consentement
event-consent-end = la fin du consentement
event-last-activity = la dernière activité de la personne
event-last-login = la dernière connexion
event-last-order = la dernière commande
event-last-visit = la dernière visite
event-order = la commande
event-application = la candidature
event-account-creation = la création du compte
event-account-deletion = la suppression du compte
event-left-organisation = le départ de l’organisation
period-for-request = tant que la demande est en cours
period-for-consent = tant que le consentement n’est pas retiré
period-year-of-request = jusqu’à la fin de l’année civile de la demande
period-year-of-consent = jusqu’à la fin de l’année civile du consentement
period-year-of-collection = jusqu’à la fin de l’année civile de la collecte
from-given = la personne
from-observed = l’utilisation des services par la personne
role-processor = sous-traitant
role-controller = responsable du traitement
role-joint = responsable conjoint du traitement
role-affiliate = société du groupe
way-page = sur la page de la notice
way-at-next-sign-in = à la prochaine connexion
