-- What did the arithmetic of an update: equal plans give equal parameters, bit for bit, on equal executors.
ALTER TABLE round_site ADD COLUMN train_executor varchar(100);
UPDATE round_site SET train_executor = 'unknown' WHERE update_sha256 IS NOT NULL;
