-- A site that is out of the consortium for good stays in the table: its records and its part in studies name it.
ALTER TABLE site DROP CONSTRAINT site_status_check;
ALTER TABLE site ADD CONSTRAINT site_status_check CHECK (status IN ('ACTIVE', 'SUSPENDED', 'REVOKED'));
