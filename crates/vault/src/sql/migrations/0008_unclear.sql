-- 0008_unclear
-- People of whom a fact is missing, purpose by purpose: an audience counts them.

CREATE INDEX ground_now_unknown ON ground_now (purpose, subject) WHERE keep = 'unknown';
