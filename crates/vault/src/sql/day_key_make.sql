-- day_key_make
INSERT INTO day_key (purpose, day, epoch, wrapped) VALUES ($1, $2, $3, $4)
