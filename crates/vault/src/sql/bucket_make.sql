-- bucket_make
INSERT INTO bucket (id, epoch, version, members, wrapped) VALUES ($1, $2, 1, 0, $3)
