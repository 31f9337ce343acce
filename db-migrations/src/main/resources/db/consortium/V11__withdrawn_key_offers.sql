-- A site takes back a key that it has offered: an offer that is not younger than that is a replay.
ALTER TABLE site ADD COLUMN key_withdrawn_at timestamptz;
COMMENT ON COLUMN site.key_withdrawn_at IS 'when the site last took back an offered key, by its own clock';
