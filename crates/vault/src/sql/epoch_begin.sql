-- epoch_begin
INSERT INTO epoch (number, begun_at) VALUES ($1, $2)
