-- event_clear
UPDATE event SET says = NULL, about = NULL, words = NULL, fields = NULL, sealed = NULL, reference = NULL
WHERE subject = $1
