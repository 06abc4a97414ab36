-- 0013_swept
-- What `fold` has moved.
DROP TABLE reference_before;
DROP TABLE datum_before;
DROP TABLE event_before;
DROP TABLE phrase;
